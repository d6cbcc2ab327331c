"""
Text generation as TGI speaks it, whole and streamed.

Floor 5. The prompt may be any command of the sandbox's.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final

from hfpipe.codec.json import encoded
from hfpipe.sandbox import asked
from hfpipe.sandbox.commands import HELP, Script, understood
from hfpipe.sandbox.faults import played
from hfpipe.sandbox.formats import formatted
from hfpipe.sandbox.replies import Reply, event, json_reply, stream_reply, unfit
from hfpipe.sandbox.told import Told, told
from hfpipe.sandbox.words import pieces

_ENDED: Final = {"stop": "eos_token", "stopped": "stop_sequence", "length": "length"}


def reply(body: dict[str, Any]) -> Reply:
    """text-generation: what the prompt commands; otherwise what can be commanded."""
    given = asked.mapping(body, "parameters")
    prompts = asked.texts(body, "inputs")
    if not prompts:
        raise unfit("`inputs` must be a string, not missing")
    scripts = [understood(prompt) for prompt in prompts]
    for script in scripts:
        if script.refusal is not None:
            return script.refusal
    answers = [
        _answer(prompt, script, given) for prompt, script in zip(prompts, scripts, strict=True)
    ]
    if body.get("stream") is True:
        whole = stream_reply(_events(prompts[0], answers[0], given))
    elif given.get("details") is True:
        one = answers[0]
        whole = json_reply(
            {"generated_text": one.text, "details": _details(prompts[0], one, given)}
        )
    else:
        whole = json_reply([{"generated_text": one.text} for one in answers])
    return played(scripts[0], whole)


def _answer(prompt: str, script: Script, given: dict[str, Any]) -> Told:
    most = asked.whole(given, "max_new_tokens")
    stops = (*asked.texts(given, "stop"), *asked.texts(given, "stop_sequences"))
    plain = encoded(given).decode() if script.shown else script.text
    grammar = asked.mapping(given, "grammar")
    text = formatted(grammar, plain, prompt) if grammar else HELP if plain is None else plain
    answer = told(text, most, stops)
    if given.get("return_full_text") is True:
        return Told((prompt, *answer.pieces), answer.ended)
    return answer


def _details(prompt: str, answer: Told, given: dict[str, Any]) -> dict[str, Any]:
    details = {
        "finish_reason": _ENDED[answer.ended],
        "generated_tokens": len(answer.pieces),
        "seed": given.get("seed"),
        "prefill": [],
        "tokens": [_token(piece) for piece in answer.pieces],
    }
    if given.get("decoder_input_details") is True:
        details["prefill"] = [
            {"id": _number(piece), "text": piece, "logprob": None} for piece in pieces(prompt)
        ]
    return details


def _events(prompt: str, answer: Told, given: dict[str, Any]) -> Iterator[bytes]:
    details = {
        "finish_reason": _ENDED[answer.ended],
        "generated_tokens": len(answer.pieces),
        "seed": given.get("seed"),
        "input_length": len(pieces(prompt)),
    }
    tokens = [_token(piece) for piece in answer.pieces]
    if answer.ended == "stop":
        tokens.append({"id": 0, "text": "</s>", "logprob": 0.0, "special": True})
    for at, token in enumerate(tokens, 1):
        last = at == len(tokens)
        yield event(
            {
                "index": at,
                "token": token,
                "generated_text": answer.text if last else None,
                "details": details if last else None,
            }
        )


def _token(piece: str) -> dict[str, Any]:
    # nothing here is left to chance, and the logarithm of certainty is 0
    return {"id": _number(piece), "text": piece, "logprob": 0.0, "special": False}


def _number(piece: str) -> int:
    return 1 + int.from_bytes(blake2b(piece.encode(), digest_size=2).digest())
