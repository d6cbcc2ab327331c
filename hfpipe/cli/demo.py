"""`hfpipe demo`: a walk through the library with the sandbox, for a first look. Floor 7."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import hfpipe
from hfpipe.cli.outcomes import OK, out

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfpipe.clients import Client


def demo() -> int:
    """Shows a streamed chat, embeddings, an image, an explained request, and a failure."""
    hf = hfpipe.client(provider="sandbox")
    steps: tuple[tuple[str, Callable[[Client], None]], ...] = (
        ("A chat, as it is written", _chat),
        ("Three texts as vectors, and how near they are", _vectors),
        ("A picture, saved to disk", _picture),
        ("What a call would send, without sending it", _explained),
        ("A failure, as a value", _failure),
    )
    for number, (title, step) in enumerate(steps, 1):
        out(f"\n{number}. {title}\n")
        step(hf)
    out("\nThe same calls go to real services with a token: hf = hfpipe.client()")
    return OK


def _chat(hf: Client) -> None:
    out('   hfpipe.chat_completion_stream(hf, "count to 12")\n   ', end="")
    asked = "stream every 0.03 s: count to 12"
    opened = hfpipe.chat_completion_stream(hf, asked)
    for piece in hfpipe.streams.content_stream(hfpipe.unwrap(opened)):
        out(hfpipe.unwrap(piece), end="")
    out()


def _vectors(hf: Client) -> None:
    texts = ["a cat sleeps on the sofa", "the cat is sleeping on a sofa", "interest rates rise"]
    out("   hfpipe.embed(hf, texts)")
    vectors = hfpipe.unwrap(hfpipe.embed(hf, texts))
    for text, vector in zip(texts, vectors, strict=True):
        near = sum(a * b for a, b in zip(vectors[0], vector, strict=True))
        out(f"   {near:5.2f}  {text}")


def _picture(hf: Client) -> None:
    out('   hfpipe.text_to_image(hf, "a red sun over a blue sea")')
    drawn = hfpipe.text_to_image(
        hf, "a red sun over a blue sea", parameters={"width": 320, "height": 200}
    )
    path = hfpipe.unwrap(drawn).save(Path(mkdtemp(prefix="hfpipe-")) / "sea.png")
    out(f"   {path} ({path.stat().st_size} bytes)")


def _explained(_: Client) -> None:
    asked = hfpipe.client("hf_not_a_token", model="meta-llama/Llama-3.3-70B-Instruct:fastest")
    found = hfpipe.unwrap(hfpipe.explain(asked, hfpipe.chat_completion, "Say hi", max_tokens=9))
    out("   hfpipe.explain(hf, hfpipe.chat_completion, ...)")
    out("\n".join(f"   {line}" for line in found.as_curl().splitlines()))


def _failure(hf: Client) -> None:
    out('   hfpipe.chat_completion(hf, "fail with 403")')
    error = hfpipe.chat_completion(hf, "fail with 403").failure()
    out(f"   {type(error).__name__}, code {error.code!r}, billed {error.billed!r}")
    out(f"   {error.message}")
    out(f"   {error.hint}")
