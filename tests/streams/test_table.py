"""
Streams of bytes, and what the user gets of each, however they are cut.

The table is a page of the docs: `python tests/streams/test_table.py` writes it anew.
"""

# ruff: noqa: E501 - a row of the table is a line

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Success

import hfpipe
from hfpipe.errors import StreamError, TransportError
from hfpipe.outputs.fold import Fold
from hfpipe.providers.chunks import CHUNKS
from hfpipe.providers.completions import PIECES
from hfpipe.testing import scripted

PAGE = Path(__file__).parents[2] / "docs" / "streams-table.md"


@frozen
class Row:
    """
    `bytes` come, and then the end, or `fault` breaks them off.

    The user gets the `texts`, then the `end`: "finished", or the code of a `StreamError`, whose
    message has the `words`. `told` is the text of the whole or partial answer ("=": the texts
    joined; None: there is no partial answer). `more` is what else that answer tells.
    """

    what: str
    bytes: bytes
    texts: tuple[str, ...] = ()
    end: str = "finished"
    told: str | None = "="
    words: str = ""
    more: dict = field(factory=dict)
    fault: TransportError | None = None
    text: bool = False

    @property
    def kind(self):
        return PIECES if self.text else CHUNKS


def data(value, end="\n\n"):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"data: {text}{end}".encode()


def chunk(text=None, finish=None, index=0, **more):
    delta = more.pop("delta", None) or ({} if text is None else {"content": text})
    return {"choices": [{"index": index, "delta": delta, "finish_reason": finish}], **more}


def said(*texts):
    return b"".join(data(chunk(text)) for text in texts)


def delta(**fields):
    return data(chunk(delta=fields))


def call(name=None, arguments="", index=None, **more):
    function = {"arguments": arguments} | ({} if name is None else {"name": name})
    return {"function": function, **({} if index is None else {"index": index}), **more}


def token(text, *, special=False, **more):
    piece = {"id": 1, "text": text, "logprob": -0.1, "special": special}
    return data({"token": piece, "generated_text": None, "details": None, **more})


def line_ends(with_what):
    return (HELLO + DONE).replace(b"\n", with_what)


DONE = data("[DONE]")
STOP = data(chunk("", "stop"))
LINES = (
    b"".join(
        b"data:" + line + b"\n"
        for line in (
            b'{"choices": [{"delta":',
            b' {"content": "Hello"},',
            b'"finish_reason":"stop"}]}',
            b"",
        )
    )
    + b"\n"
)
HELLO = said("Hel") + data(chunk("lo", "stop"))
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
USED = {"usage.total_tokens": 5}
TWO = ("Hel", "lo")
MIB = 2**20
RESET = TransportError("the connection broke", code="reset")
IDLE = TransportError("nothing came for too long", code="idle", timeout=True)
LATE = TransportError("the time of the call was up", code="deadline", timeout=True)
NO_GPU = {"error": {"message": "no GPU", "type": "server_error", "code": 500}}
TGI_END = token(
    "lo",
    generated_text="Hello",
    details={"finish_reason": "eos_token", "generated_tokens": 2, "seed": 7},
)

FRAMES = [
    Row("lines that end in LF", HELLO + DONE, TWO),
    Row("lines that end in CRLF", line_ends(b"\r\n"), TWO),
    Row("lines that end in CR", line_ends(b"\r"), TWO),
    Row(
        "lines that end in each of the three",
        said("Hel").replace(b"\n\n", b"\r\n\r") + data(chunk("lo", "stop"), "\n\r\n") + DONE,
        TWO,
    ),
    Row("CR, LF, LF: one line's end and an empty line", data(chunk("Hello", "stop"), "\r\n\n"), ("Hello",)),
    Row("a byte order mark at the start", b"\xef\xbb\xbf" + HELLO + DONE, TWO),
    Row("a byte order mark and CRLF", b"\xef\xbb\xbf" + line_ends(b"\r\n"), TWO),
    Row("a second byte order mark: that line is no data", b"\xef\xbb\xbf\xef\xbb\xbf" + said("x") + HELLO, TWO),
    Row("comments before, between and behind", b": hi\n\n" + said("Hel") + b":\n\n: x\n" + data(chunk("lo", "stop")) + b": bye\n", TWO),
    Row("comments within an event", b": a\n" + data(chunk("Hello", "stop"), "\n") + b": b\n\n", ("Hello",)),
    Row("many comments to keep the connection alive", b": OPENROUTER PROCESSING\n\n" * 20 + HELLO, TWO),
    Row("no blank after the colon", (HELLO + DONE).replace(b"data: ", b"data:"), TWO),
    Row("two blanks after the colon", (HELLO + DONE).replace(b"data: ", b"data:  "), TWO),
    Row("the data of an event on several lines", LINES, ("Hello",)),
    Row("the same in CRLF", LINES.replace(b"\n", b"\r\n"), ("Hello",)),
    Row("the same in CR", LINES.replace(b"\n", b"\r"), ("Hello",)),
    Row("events with a name, an id and a time to retry", HELLO.replace(b"data:", b"event: message\nid: 7\nretry: 100\ndata:"), TWO),
    Row("fields that nobody knows", HELLO.replace(b"data:", b"foo: bar\nbaz\ndata:"), TWO),
    Row("a name behind the data", HELLO.replace(b"\n\n", b"\nevent: message\n\n"), TWO),
    Row("events with empty data", b"data:\n\ndata: \n\ndata\n\n" + HELLO, TWO),
    Row("empty lines before and between", b"\n\n\n" + HELLO.replace(b"\n\n", b"\n\n\n\n\n"), TWO),
    Row("no empty line behind the last event", HELLO[:-1], TWO),
    Row("no line's end behind the last event", HELLO[:-2], TWO),
    Row("no line's end behind the last event, lines in CRLF", HELLO.replace(b"\n", b"\r\n")[:-4], TWO),
    Row("letters of two, three and four bytes", said("é", "€") + data(chunk("😀", "stop")), ("é", "€", "😀")),
    Row("escaped letters, pairs among them", b'data: {"choices":[{"delta":{"content":"\\u00e9\\ud83d\\ude00\\u0000"},"finish_reason":"stop"}]}\n\n', ("é😀\0",)),
    Row("line ends within a text", data(chunk("a\n\nb\r", "stop")), ("a\n\nb\r",)),
    Row("U+2028 and U+0085, which end no line", data(chunk("a\u2028b\x85c", "stop")), ("a\u2028b\x85c",)),
]  # fmt: skip

ENDS = [
    Row("a reason to end and [DONE]", HELLO + DONE, TWO, more={"finish_reason": "stop"}),
    Row("a reason to end, and no [DONE]", HELLO, TWO, more={"finish_reason": "stop"}),
    Row("[DONE], and no reason to end", said(*TWO) + DONE, TWO, more={"finish_reason": None}),
    Row("neither: it was cut", said(*TWO), TWO, "truncated", words="before the answer was finished"),
    Row("nothing at all", b"", end="truncated", told=None),
    Row("comments alone", b": ping\n\n" * 3, end="truncated", told=None),
    Row("[DONE] alone", DONE),
    Row("[DONE] without a blank", HELLO + b"data:[DONE]\n\n", TWO),
    Row("[DONE] between blanks", said(*TWO) + b"data:   [DONE]  \n\n", TWO),
    Row("[DONE] without an empty line", said(*TWO) + b"data: [DONE]", TWO),
    Row("[DONE], and more behind it", said(*TWO) + DONE + b"data: {oops\n\n" + said("x"), TWO),
    Row("an HTML page that says it is a stream", b"<!doctype html>\n<title>502</title>\n\n<p>Bad: gateway", end="truncated", told=None),
    Row("JSON that says it is a stream", b'{"error": "overloaded"}', end="truncated", told=None),
    Row("the first event says who speaks, and nothing follows", delta(role="assistant"), end="truncated"),
    Row("cut within an event", said(*TWO) + data(chunk("!"))[:25], TWO, "truncated"),
    Row("cut within a letter", said(*TWO) + data(chunk("😀"))[:-8], TWO, "truncated"),
    Row("cut within [DONE]", said(*TWO) + b"data: [DO", TWO, "truncated"),
    Row("cut within [DONE] after the reason to end", HELLO + b"data: [DO", TWO),
    Row("cut within an event after the reason to end", HELLO + data(chunk("!"))[:25], TWO),
    Row("the length was reached", said("Hel") + data(chunk("lo", "length")), TWO, more={"finish_reason": "length"}),
    Row("a filter cut it", said("Hel") + data(chunk(None, "content_filter")), ("Hel",), more={"finish_reason": "content_filter"}),
    Row("an empty reason is none", said("Hel") + data(chunk("lo", "")), TWO, "truncated"),
    Row("text behind the reason to end", HELLO + said("!"), (*TWO, "!")),
    Row("two answers, both ended", said("a") + data(chunk("b", index=1)) + data(chunk("", "stop", 1)) + STOP, ("a",), more={"choices.1.message.content": "b"}),
    Row("two answers, one of them unfinished", said("a") + data(chunk("b", index=1)) + STOP, ("a",), "truncated", more={"choices.1.message.content": "b"}),
    Row("two answers, one of them unfinished, and [DONE]", said("a") + data(chunk("b", index=1)) + STOP + DONE, ("a",)),
    Row("two answers, the first of them unfinished", said("a") + data(chunk("b", "stop", 1)), ("a",), "truncated"),
    Row("the second answer alone, and ended", data(chunk("b", "stop", 1)), told="b"),
    Row("answers in one event", data({"choices": [chunk("a", "stop")["choices"][0], chunk("b", "stop", 1)["choices"][0]]}), ("a",)),
    Row("the connection breaks", said(*TWO), TWO, "reset", fault=RESET, words="the connection broke"),
    Row("the connection breaks before the first event", b"", end="reset", told=None, fault=RESET),
    Row("the connection breaks within an event", said("Hel") + data(chunk("lo"))[:9], ("Hel",), "reset", fault=RESET),
    Row("the connection breaks after the reason to end", HELLO, TWO, fault=RESET),
    Row("the connection breaks after [DONE]", said(*TWO) + DONE, TWO, fault=RESET),
    Row("nothing comes for too long", said(*TWO), TWO, "idle", fault=IDLE),
    Row("the time of the call is up", said(*TWO), TWO, "deadline", fault=LATE),
]  # fmt: skip

ERRORS = [
    Row("an event named error, JSON", said("Hel") + b"event: error\n" + data(NO_GPU), ("Hel",), "in_band", words="no GPU"),
    Row("an event named error, its name behind the data", data(NO_GPU, "\n") + b"event: error\n\n", end="in_band", told=None, words="no GPU"),
    Row("an event named error, JSON of no error's shape", b"event: error\n" + data({"code": 5}), end="in_band", told=None),
    Row("an event named error, text", said("Hel") + b"event: error\ndata: overloaded\n\n", ("Hel",), "in_band", words="overloaded"),
    Row("an event named error, broken bytes", b"event: error\ndata: \xff\n\n", end="in_band", told=None),
    Row("an event named error, empty data", b"event:error\ndata:\n\n", end="in_band", told=None, words="no words"),
    Row("an event named error, in place of the end", b"event: error\ndata: [DONE]\n\n", end="in_band", told=None),
    Row("an error as an object", said("Hel") + data(NO_GPU), ("Hel",), "in_band", words="no GPU"),
    Row("an error as a text, as TGI says it", said("Hel") + data({"error": "too long", "error_type": "validation"}), ("Hel",), "in_band", words="too long"),
    Row("an error as a list", data({"error": ["one", {"message": "two"}]}), end="in_band", told=None, words="one; two"),
    Row("an error without words", data({"error": {"code": 500}}), end="in_band", told=None),
    Row("an error that is just true", data({"error": True}), end="in_band", told=None),
    Row("an object named error", data({"object": "error", "message": "no such model"}), end="in_band", told=None, words="no such model"),
    Row("a message and nothing else", data({"message": "internal"}), end="in_band", told=None, words="internal"),
    Row("a detail and nothing else", data({"detail": "not found"}), end="in_band", told=None, words="not found"),
    Row("details as a list", data({"detail": [{"loc": ["body", "n"], "msg": "too many"}]}), end="in_band", told=None, words="body.n: too many"),
    Row("errors as a list", data({"errors": ["busy"]}), end="in_band", told=None, words="busy"),
    Row("an error beside a choice", said("Hel") + data({**chunk("", "error"), **NO_GPU}), ("Hel",), "in_band", words="no GPU"),
    Row("an error of a shape that no chunk has", data({"error": "busy", "choices": 3}), end="in_band", told=None, words="busy"),
    Row("an error behind the reason to end", HELLO + data(NO_GPU), TWO, "in_band"),
    Row("an error without an empty line behind it", said("Hel") + data(NO_GPU, ""), ("Hel",), "in_band"),
    Row("an error behind an error", data(NO_GPU) + data({"error": "two"}), end="in_band", told=None, words="no GPU"),
    Row("error: null, which is none", data(chunk("Hel", error=None)) + data(chunk("lo", "stop", error=None)), TWO),
    Row("error: {}, which is none", data(chunk("Hello", "stop", error={})), ("Hello",)),
    Row("a text about an error", data(chunk('{"error": "x"} "error"', "stop")), ('{"error": "x"} "error"',)),
    Row("an object that tells nothing", data({}) + data({"type": "ping"}) + HELLO, TWO),
]  # fmt: skip

BROKEN = [
    Row("broken JSON", b"data: {oops\n\n" + HELLO, end="bad_answer", told=None, words="not JSON: {oops"),
    Row("broken JSON after texts", said(*TWO) + b"data: {oops\n\n", TWO, "bad_answer"),
    Row("broken JSON after the reason to end", HELLO + b"data: {oops\n\n", TWO, "bad_answer"),
    Row("two JSON texts in one event", data(chunk("a"), "\n") + data(chunk("b", "stop")), end="bad_answer", told=None),
    Row("text that is no JSON", said("Hel") + b"data: overloaded\n\n", ("Hel",), "bad_answer", words="overloaded"),
    Row("bytes that are no UTF-8", said("Hel") + data(chunk("?")).replace(b"?", b"\xff\xfe"), ("Hel",), "bad_answer"),
    Row("UTF-8 longer than it need be", said("Hel") + data(chunk("?")).replace(b"?", b"\xc0\xaf"), ("Hel",), "bad_answer"),
    Row("half of an escaped pair", said("Hel") + data(chunk("?")).replace(b"?", b"\\ud800"), ("Hel",), "bad_answer"),
    Row("NaN, which is no JSON", said("Hel") + b'data: {"choices":[],"created":NaN}\n\n', ("Hel",), "bad_answer"),
    Row("JSON nested deep", said("Hel") + b'data: {"choices":' + b"[" * 5000 + b"]" * 5000 + b"}\n\n", ("Hel",), "bad_answer"),
    Row("JSON nested deep where nobody looks", data({**chunk("Hello", "stop"), "x": 1}).replace(b'"x": 1', b'"x": ' + b"[" * 50 + b"]" * 50), ("Hello",)),
    Row("a list where an object is wanted", data([]), end="bad_answer", told=None),
    Row("a number where an object is wanted", data(3), end="bad_answer", told=None),
    Row("null where an object is wanted", data(None), end="bad_answer", told=None),
    Row("a number for a text", said("Hel") + data(chunk(5)), ("Hel",), "bad_answer", words="$.choices[0].delta.content"),
    Row("a choice that is no object", data({"choices": ["x"]}), end="bad_answer", told=None),
    Row("an answer whose number is absurd", data(chunk("x", index=10**30)), end="truncated", told="x"),
    Row("more answers than anybody asks for", b"".join(data(chunk("a", index=i)) for i in range(130)), ("a",), "too_large"),
    Row("an event of more than 16 MiB", said("Hel") + data("x" * (16 * MIB + 1)), ("Hel",), "too_large"),
    Row("a line of more than 16 MiB that never ends", said("Hel") + b"data: " + b"x" * (17 * MIB), ("Hel",), "too_large"),
    Row("comments of more than 16 MiB", said("Hel") + b": x\n" * (4 * MIB + 10), ("Hel",), "too_large"),
    Row("an event of 16 MiB, not one byte more", b"data: " + (largest := json.dumps(chunk("x" * (16 * MIB - 100), "stop")).encode()) + b" " * (16 * MIB - 6 - len(largest)) + b"\n\n", ("x" * (16 * MIB - 100),), told=None),
]  # fmt: skip

TOLD = [
    Row("usage in an event of its own", HELLO + data({"choices": [], "usage": USAGE}) + DONE, TWO, more=USED),
    Row("usage in an event without choices", HELLO + data({"usage": USAGE}) + DONE, TWO, more=USED),
    Row("usage: null in the other events", data(chunk("Hel", usage=None)) + data(chunk("lo", "stop", usage=USAGE)), TWO, more=USED),
    Row("usage so far in each event, and then it is cut", data(chunk("Hel", usage=USAGE)), ("Hel",), "truncated", more=USED),
    Row("usage as Groq tells it", said("Hel") + data(chunk("lo", "stop", x_groq={"id": "r", "usage": USAGE})), TWO, more=USED),
    Row("the id and the model of the first event", data(chunk("Hel", id="a", model="m")) + data(chunk("lo", "stop", id="b")), TWO, more={"id": "a", "model": "m"}),
    Row("reasoning", delta(reasoning="hm") + delta(reasoning="m") + STOP, more={"message.reasoning": "hmm"}),
    Row("reasoning_content, and then the text", delta(reasoning_content="hm") + HELLO, TWO, more={"message.reasoning_content": "hm"}),
    Row("a refusal", delta(refusal="I'd rather ") + delta(refusal="not") + STOP, more={"message.refusal": "I'd rather not"}),
    Row("a tool call in pieces", delta(tool_calls=[call("add", '{"a"', 0, id="c")]) + delta(tool_calls=[call(None, ": 1}", 0)]) + data(chunk(None, "tool_calls")), more={"tool_calls.0.arguments": {"a": 1}, "tool_calls.0.id": "c", "finish_reason": "tool_calls"}),
    Row("two tool calls in pieces, by their index", delta(tool_calls=[call("f", "{", 0), call("g", "{", 1)]) + delta(tool_calls=[call(None, "}", 1), call(None, "}", 0)]) + STOP, more={"tool_calls.0.raw": "{}", "tool_calls.1.name": "g", "tool_calls.1.raw": "{}"}),
    Row("two tool calls without an index, each with its id", delta(tool_calls=[call("f", "{", id="1")]) + delta(tool_calls=[call(None, "}")]) + delta(tool_calls=[call("g", "{}", id="2")]) + STOP, more={"tool_calls.0.raw": "{}", "tool_calls.1.name": "g"}),
    Row("a tool call without an index, its id in each piece", delta(tool_calls=[call("f", "{", id="1")]) + delta(tool_calls=[call(None, "}", id="1")]) + STOP, more={"tool_calls.0.raw": "{}"}),
    Row("a tool call as an object, as old TGI has it", delta(tool_calls=call("f", '{"a": 1}')) + STOP, more={"tool_calls.0.name": "f", "tool_calls.0.arguments": {"a": 1}}),
    Row("the arguments of a tool call as an object", delta(tool_calls=[call("f", {"a": 1}, 0)]) + STOP, more={"tool_calls.0.arguments": {"a": 1}}),
    Row("a tool call that is cut", delta(tool_calls=[call("f", '{"a": ', 0)]), end="truncated", more={"tool_calls.0.raw": '{"a": ', "tool_calls.0.arguments": {}}),
    Row("tokens and their probabilities", data({"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [{"token": "a", "logprob": -0.5}]}}]}) + data({"choices": [{"delta": {"content": "b"}, "finish_reason": "stop", "logprobs": {"content": [{"token": "b"}]}}]}), ("a", "b"), more={"choices.0.logprobs.content.0.logprob": -0.5, "choices.0.logprobs.content.1.token": "b"}),
    Row("filters and other fields beside the choices", data({"choices": [], "prompt_filter_results": [{}]}) + HELLO, TWO),
]  # fmt: skip

TEXTS = [
    Row("TGI: tokens, and the whole text at the end", token("Hel") + TGI_END, TWO, text=True, more={"details.seed": 7}),
    Row("TGI: without a blank after the colon", (token("Hel") + TGI_END).replace(b"data: ", b"data:"), TWO, text=True),
    Row("TGI: the end is a special token", token("Hello") + token("</s>", special=True, generated_text="Hello", details={"finish_reason": "eos_token"}), ("Hello",), text=True, more={"details.finish_reason": "eos_token"}),
    Row("TGI: without details", token("Hello") + token("", special=True, generated_text="Hello"), ("Hello",), text=True),
    Row("TGI: cut", token("Hel"), ("Hel",), "truncated", text=True),
    Row("TGI: an error", token("Hel") + data({"error": "Request failed during generation", "error_type": "generation"}), ("Hel",), "in_band", words="failed during generation", text=True),
    Row("TGI: an event that is no token", token("Hel") + data({"token": 5}), ("Hel",), "bad_answer", text=True),
    Row("completions: texts, and the reason to end", data({"choices": [{"text": "Hel"}]}) + data({"choices": [{"text": "lo", "finish_reason": "length"}]}) + DONE, TWO, text=True, more={"details.finish_reason": "length"}),
    Row("completions: usage in an event of its own", data({"choices": [{"text": "Hel", "finish_reason": "stop"}]}) + data({"choices": [], "usage": USAGE}) + DONE, ("Hel",), text=True),
    Row("completions: cut, usage so far", data({"choices": [{"text": "Hel"}], "usage": USAGE}), ("Hel",), "truncated", text=True, more=USED),
    Row("completions: the second of two answers", data({"choices": [{"text": "b", "index": 1, "finish_reason": "stop"}, {"text": "a", "index": 0, "finish_reason": "stop"}]}), ("a",), text=True),
    Row("completions: an error", data({"choices": [{"text": "Hel"}]}) + data(NO_GPU), ("Hel",), "in_band", text=True),
]  # fmt: skip

PARTS = {
    "How the bytes are put": FRAMES,
    "How the stream ends": ENDS,
    "Errors within the stream": ERRORS,
    "What cannot be read": BROKEN,
    "What the answer tells beside its text": TOLD,
    "Generated texts": TEXTS,
}
TABLE = [row for part in PARTS.values() for row in part]
SMALL = [row for row in TABLE if len(row.bytes) < 2_000]
LARGE = [row for row in TABLE if len(row.bytes) >= 2_000]


def folded(row, pieces):
    """All that comes of the pieces: the items in their order, and the fold at the end."""
    fold, items = Fold(row.kind), []
    for piece in pieces:
        fold, more = fold.feed(piece)
        items += more
    fold, more = fold.close(row.fault)
    return items + more, fold


def outcome(row, pieces):
    items, fold = folded(row, pieces)
    return items, fold.failed, fold.completion(), fold.answer(), fold.count, fold.done


def followed(value, path):
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.what)
def test_what_the_user_gets(row):
    """
    The texts that came, then the end, and with a bad end what there was of the answer.
    """
    items, fold = folded(row, [row.bytes])
    texts = [item.unwrap().text for item in items if isinstance(item, Success)]
    failures = [item.failure() for item in items if not isinstance(item, Success)]

    assert row.texts == tuple(filter(None, texts))
    assert row.end == (failures[0].code if failures else "finished")
    assert fold.done
    assert failures == ([fold.failed] if fold.failed else [])
    assert len(texts) == fold.count
    if failures:
        assert items[-1].failure() is failures[0]
        assert isinstance(failures[0], StreamError)
        assert len(texts) == failures[0].chunks
        assert row.words in failures[0].message


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.what)
def test_what_is_told_of_the_whole(row):
    """
    The whole answer of a stream that ended well, else the partial one of its error.
    """
    _, fold = folded(row, [row.bytes])
    told = "".join(row.texts) if row.told == "=" else row.told
    answer = fold.failed.partial if fold.failed else fold.answer().value_or(None)

    if told is None:
        assert answer is None
    elif row.what == "the second answer alone, and ended":
        assert told == answer.message.content
    else:
        assert told == (answer.text if hasattr(answer, "text") else answer.generated_text)
    for path, wanted in row.more.items():
        assert wanted == followed(answer, path), path


@pytest.mark.parametrize("row", SMALL, ids=lambda row: row.what)
def test_a_cut_at_any_byte_changes_nothing(row):
    """
    Cut in two at every place, and into single bytes: the very same outcome.
    """
    whole = outcome(row, [row.bytes])

    assert whole == outcome(row, [bytes([byte]) for byte in row.bytes])
    for at in range(len(row.bytes) + 1):
        assert whole == outcome(row, [row.bytes[:at], row.bytes[at:]]), at


@pytest.mark.parametrize("row", SMALL, ids=lambda row: row.what)
def test_many_events_in_a_piece_are_read_as_one_by_one(row):
    """
    Behind a whole piece of other events, and before some more: the same as from single bytes.
    """
    text = b"".join(map(token, "abcdefgh")) if row.text else said(*"abcdefgh")

    for whole in (text + row.bytes, row.bytes + text, text + row.bytes + text):
        assert outcome(row, [bytes([byte]) for byte in whole]) == outcome(row, [whole])


@pytest.mark.parametrize("row", LARGE, ids=lambda row: row.what)
def test_a_cut_of_a_large_stream_changes_nothing(row):
    """
    Large ones are cut where it may matter: at both ends, and in pieces of a connection's size.
    """
    whole = outcome(row, [row.bytes])
    size = len(row.bytes)

    for at in (1, 9, size // 2, size - 2, size - 1):
        assert whole == outcome(row, [row.bytes[:at], row.bytes[at:]]), at
    step = max(1000, size // 300)
    assert whole == outcome(row, [row.bytes[at : at + step] for at in range(0, size, step)])


@pytest.mark.parametrize("row", SMALL, ids=lambda row: row.what)
def test_the_public_stream_says_the_same(row):
    """
    What the fold makes of the bytes is what comes out of the function that users call.
    """
    pieces = [row.bytes[:20], row.bytes[20:], *([row.fault] if row.fault else [])]
    hf = hfpipe.endpoint_client(
        None, "https://x.example/v1/chat/completions", send=scripted(pieces)
    )
    call = hfpipe.chat_completion_stream
    if row.text:
        hf = hf.with_options(endpoint_url="https://x.example/v1/completions", send=scripted(pieces))
        call = hfpipe.text_generation_stream
    stream = call(hf, "q").unwrap()
    items = list(stream)
    ended = stream.response()

    assert row.texts == tuple(
        item.unwrap().text for item in items if isinstance(item, Success) and item.unwrap().text
    )
    assert row.end == ("finished" if isinstance(ended, Success) else items[-1].failure().code)
    if not isinstance(ended, Success):
        assert items[-1].failure() == ended.failure() == stream.error
        assert row.end == stream.error.code


ROWS = {row.what: row for row in SMALL}


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_cuts_change_nothing(draw):
    """
    Wherever the bytes are cut, and however often, empty pieces among them.
    """
    row = ROWS[draw.draw(st.sampled_from(sorted(ROWS)))]
    places = draw.draw(st.lists(st.integers(0, len(row.bytes)), max_size=12))
    cuts = [0, *sorted(places), len(row.bytes)]
    pieces = [row.bytes[a:b] for a, b in pairwise(cuts)]

    assert outcome(row, [row.bytes]) == outcome(row, pieces)


def shown(text):
    return text.replace("|", "\\|")


def texts(row):
    found = ", ".join(json.dumps(text if len(text) < 40 else "...") for text in row.texts)
    return f"`{shown(found)}`" if found else ""


HEADS = "| What comes | The texts that you get | How it ends | What the error says |"


def page():
    """The table as a page of the docs."""
    lines = [
        "# Streams, and what you get of them",
        "",
        "Each line is a test: the bytes of `tests/streams/test_table.py`, cut at every byte, give what",
        "stands here. `finished` is a whole answer; everything else is the `code` of a `StreamError`,",
        "the last item of the stream, with what there was of the answer in `partial`.",
        "[errors.md](errors.md) says what to do about each code. This page is written by",
        "`python tests/streams/test_table.py`.",
    ]
    for title, rows in PARTS.items():
        lines += ["", f"## {title}", "", HEADS, "|---|---|---|---|"]
        lines += [
            f"| {shown(row.what)} | {texts(row)} | `{row.end}` | {shown(row.words)} |"
            for row in rows
        ]
    return "\n".join(lines) + "\n"


def test_the_page_of_the_docs_is_the_table():
    """
    The docs say of each stream what the tests say.
    """
    assert page() == PAGE.read_text("utf-8")


def test_each_line_is_another_one():
    """
    More than a hundred streams, no two of one name.
    """
    assert len(TABLE) == len({row.what for row in TABLE}) > 100


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
