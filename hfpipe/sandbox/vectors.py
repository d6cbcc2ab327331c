"""
Texts as vectors in which similar texts are near: hashed n-grams of letters.

Floor 5. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009): each
n-gram adds to one place of the vector, with a sign, both out of its hash. Unlike Python's own
hash, this one is the same in every process.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from hfpipe.sandbox.words import words

SIZE: Final = 256
_GRAMS: Final = (3, 4)


@lru_cache(maxsize=1024)
def vector(text: str, size: int = SIZE, *, unit: bool = True) -> tuple[float, ...]:
    """
    The text's vector of `size` numbers, of length one where `unit` is true.

    >>> near("a black cat", "the black cats") > near("a black cat", "stock prices")
    True
    """
    places = [0.0] * size
    for gram, count in _grams(text).items():
        number = int.from_bytes(blake2b(gram.encode(), digest_size=8).digest())
        places[number % size] += math.copysign(1 + math.log(count), 0.5 - (number >> 63))
    length = math.sqrt(sum(place * place for place in places))
    if not unit or not length:
        return tuple(places)
    return tuple(round(place / length, 7) for place in places)


def _grams(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in words(text) or [text]:
        marked = f"<{word}>"
        found[marked] += 1  # the whole word counts once more
        for size in _GRAMS:
            found.update(marked[at : at + size] for at in range(len(marked) - size + 1))
    return found


def near(one: str, other: str) -> float:
    """How near two texts are: the cosine of their vectors, from -1 to 1."""
    pairs = zip(vector(one), vector(other), strict=True)
    return round(sum(a * b for a, b in pairs), 6)


def shares(scores: list[float], sharpness: float = 8.0) -> list[float]:
    """The scores as probabilities that add up to one (softmax)."""
    top = max(scores, default=0.0)
    weights = [math.exp(sharpness * (score - top)) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]
