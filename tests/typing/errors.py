"""User code that only has to type-check: the closed union of errors, and Results."""

from __future__ import annotations

from typing import assert_type

from returns.result import Failure, Result, Success

import hfpipe


def advice(error: hfpipe.HfpipeError) -> str:
    match hfpipe.kind(error):
        case hfpipe.InputError() | hfpipe.RoutingError():
            return "mine"
        case hfpipe.HubApiError() | hfpipe.ProviderApiError(status=429):
            return "theirs"
        case hfpipe.ProviderApiError() | hfpipe.ProviderOutputError(path=_):
            return "the provider's"
        case hfpipe.TransportError(timeout=True) | hfpipe.DeadlineError():
            return "time"
        case hfpipe.TransportError():
            return "the network's"
        case hfpipe.StreamError(partial=partial):
            return partial.text if partial else ""
        case hfpipe.StageError():
            return "the stage's"


class Odd(Exception):
    """An error of the user's own."""


def even(chat: hfpipe.ChatCompletion) -> Result[int, Odd]:
    return Success(2) if chat.choices else Failure(Odd())


def values(hf: hfpipe.Client) -> None:
    answer = hfpipe.chat_completion(hf, "hi", temperature=0.5, some_field_of_tomorrow=3)
    assert_type(answer, Result[hfpipe.ChatCompletion, hfpipe.HfpipeError])
    assert_type(hfpipe.unwrap(answer), hfpipe.ChatCompletion)
    assert_type(hfpipe.then(answer, even), Result[int, hfpipe.HfpipeError | Odd])
    assert_type(hfpipe.fold(answer, ok=lambda chat: chat.text, err=str), str)
    assert_type(answer.map(lambda chat: chat.text), Result[str, hfpipe.HfpipeError])


def overloads(hf: hfpipe.Client) -> None:
    one = hfpipe.summarization(hf, "a text")
    assert_type(one, Result[hfpipe.Summary, hfpipe.HfpipeError])
    several = hfpipe.summarization(hf, ["a text", "another"])
    assert_type(several, Result[tuple[hfpipe.Summary, ...], hfpipe.HfpipeError])


def streams(hf: hfpipe.Client) -> None:
    opened = hfpipe.chat_completion_stream(hf, "hi")
    assert_type(opened, Result[hfpipe.ChatStream, hfpipe.HfpipeError])
    with hfpipe.unwrap(opened) as stream:
        for item in stream:
            assert_type(item, Result[hfpipe.ChatChunk, hfpipe.HfpipeError])


def pipelines() -> hfpipe.Client:
    @hfpipe.stage
    def nothing(
        exchange: hfpipe.Exchange,
    ) -> Result[hfpipe.Exchange | hfpipe.Need, hfpipe.HfpipeError]:
        return Success(hfpipe.evolve(exchange, url="http://127.0.0.1"))

    assert_type(nothing, hfpipe.Stage)
    pipeline = hfpipe.default_pipeline().after("url", nothing)
    return hfpipe.client("hf_...", provider="groq", timeout=3.0, pipeline=pipeline)
