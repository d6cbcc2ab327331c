"""
Which provider serves a model, and how: the Hub's lists, read and chosen from.

Floor 1. Two forms are answered and both are read: a mapping by provider, and a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from hfpipe.errors import InputError
from hfpipe.records import ProviderMapping
from hfpipe.shapes import is_array, is_mapping

# hf-inference serves a model of either task for the other one too.
_INTERCHANGEABLE: Final = frozenset({"feature-extraction", "sentence-similarity"})


def listed(entries: object) -> tuple[ProviderMapping, ...]:
    """
    The entries in either of the Hub's forms, or as records; raises `InputError` for neither.

    >>> listed({"groq": {"providerId": "llama", "task": "conversational", "status": "live"}})
    (ProviderMapping(provider='groq', provider_id='llama', task='conversational', ...),)
    """
    pairs: Iterable[tuple[str, Any]]
    if is_mapping(entries):
        pairs = entries.items()
    elif isinstance(entries, Iterable) and not isinstance(entries, (str, bytes)):
        pairs = [("", entry) for entry in cast("Iterable[Any]", entries)]
    else:
        raise InputError("mappings are lists of entries, or a mapping by provider")
    return tuple(_entry(provider, entry) for provider, entry in pairs)


def _entry(provider: str, entry: Any) -> ProviderMapping:
    if isinstance(entry, ProviderMapping):
        return entry
    if not is_mapping(entry):
        raise InputError("a mapping's entry is a ProviderMapping, or a mapping in the Hub's form")
    fields: dict[str, Any] = {
        "provider": provider or entry.get("provider"),
        "provider_id": entry.get("providerId"),
        "task": entry.get("task"),
        "status": entry.get("status", "live"),
    }
    for name, value in fields.items():
        if not isinstance(value, str) or not value:
            raise InputError(f"a mapping's entry has no {name}")
    adapter, weights = entry.get("adapter"), entry.get("adapterWeightsPath")
    return ProviderMapping(
        **fields,
        adapter=adapter if isinstance(adapter, str) else None,
        adapter_weights_path=weights if isinstance(weights, str) else None,
    )


def lenient(entries: object) -> tuple[tuple[ProviderMapping, ...], int]:
    """The entries that can be read, and how many cannot: the Hub adds new kinds at any time."""
    if is_mapping(entries):
        pairs = [(provider, entry) for provider, entry in entries.items()]
    else:
        pairs = [("", entry) for entry in entries] if is_array(entries) else []
    good: list[ProviderMapping] = []
    for provider, entry in pairs:
        try:
            good.append(_entry(provider, entry))
        except InputError:
            continue
    return tuple(good), len(pairs) - len(good)


def serves(entry: ProviderMapping, task: str) -> bool:
    """Whether the entry is for this task, or for one that its provider takes for it."""
    if entry.task == task:
        return True
    return entry.provider == "hf-inference" and {entry.task, task} <= _INTERCHANGEABLE


def told(entries: Iterable[ProviderMapping]) -> str:
    """
    The entries in words, for an error message.

    >>> told([ProviderMapping("groq", "llama", "conversational", "staging")])
    'groq (conversational, staging)'
    """
    lines = [f"{entry.provider} ({entry.task}, {entry.status})" for entry in entries]
    return ", ".join(lines) or "none at all"
