"""
The same requests as the released official client's: method, address, body, headers.

`CALLS` has the variants of each task. `DIFFERENCES` is the one list of what is different on
purpose, each with its reason; a line of it that no longer makes a difference fails.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from attrs import evolve, field, frozen

import hfpipe
from hfpipe import ProviderMapping
from hfpipe.media import pieces
from hfpipe.providers.table import PROVIDERS as ROWS

try:
    from huggingface_hub.inference._providers import PROVIDERS as OFFICIAL
except ImportError:  # conftest.py says so
    OFFICIAL = {}

MODEL, THEIR_MODEL = "org/name", "their/name-v1"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb" * 20
SAID = [{"role": "user", "content": "Hi é"}]

# For each task: the official method, its names for our input, and the variants to ask: an input
# and parameters. "@picture" and "@sound" are bytes, "@file" is either in a file with an ending.
CALLS = json.loads(Path(__file__).with_name("calls.json").read_text(encoding="utf-8"))
BYTES = {"@picture": PNG, "@sound": MP3}

# Where the official client takes a path and then fails on it.
BYTES_ALONE = {
    ("fal-ai", "automatic-speech-recognition"),
    ("wavespeed", "image-to-image"),
    ("wavespeed", "image-to-video"),
}
# Parameters that the official method has no name for go through its own opening for others.
OPENING = {"automatic-speech-recognition": "extra_body"}


@frozen
class Asked:
    """What is compared of a request."""

    url: str
    body: object
    headers: dict = field(factory=dict)


@frozen
class Case:
    """One call: of whom, what, with which variant, and with which kind of key."""

    provider: str
    task: str
    at: int
    token: str

    @property
    def variant(self):
        """The input and the parameters, as the file has them."""
        return CALLS[self.task]["variants"][self.at]

    def __str__(self):
        return f"{self.provider}-{self.task}-{self.at}-{self.token}"


@frozen
class Difference:
    """A deliberate difference: to whom it applies, what it makes of the official request, why."""

    why: str
    applies: object
    change: object


def body_without(*names):
    return lambda asked: evolve(
        asked, body={name: held for name, held in asked.body.items() if name not in names}
    )


def to_max_tokens(asked):
    body = {name: held for name, held in asked.body.items() if held is not None}
    if "max_new_tokens" in body:
        body["max_tokens"] = body.pop("max_new_tokens")
    return evolve(asked, body=body)


def typed(case, asked):
    media, parameters = case.variant
    kind = {"@sound": "audio/mpeg", "@picture": "image/png"}[media]
    return kind if not parameters and isinstance(asked.body, bytes) else None


def with_media_type(case):
    return lambda asked: evolve(
        asked, headers={**asked.headers, "content-type": typed(case, asked)}
    )


def with_true_type(asked):
    text = json.dumps(asked.body).replace(
        "data:image/jpeg;base64,iVBOR", "data:image/png;base64,iVBOR"
    )
    return evolve(asked, body=json.loads(text))


def as_mpeg(asked):
    if isinstance(asked.body, list):
        old, new = b"application/octet-stream", b"audio/mpeg"
        named = [part.replace(old, new).replace(b"audio.wav", b"audio.mp3") for part in asked.body]
        return evolve(asked, body=named)
    text = json.dumps(asked.body).replace("data:audio/wav", "data:audio/mpeg")
    return evolve(asked, body=json.loads(text))


def with_images(asked):
    asked = with_true_type(asked)
    return evolve(asked, body={**asked.body, "images": [asked.body["image"]]})


def as_width_and_height(asked):
    body = dict(asked.body)
    size = body.pop("target_size")
    return evolve(asked, body={**body, **size})


def with_null_content(asked):
    said = [{**message, "content": None} for message in asked.body["messages"]]
    return evolve(asked, body={**asked.body, "messages": said})


def novita_job(asked):
    body = dict(asked.body)
    if "num_inference_steps" in body:
        body["steps"] = body.pop("num_inference_steps")
    return evolve(asked, url=asked.url.replace("/v3/hf/", "/v3/async/"), body=body)


COMPLETIONS = {"deepinfra", "featherless-ai", "novita", "together"}
DIFFERENCES = (
    Difference(
        "a completions server knows max_tokens, not the Hub's max_new_tokens, and refuses null",
        lambda case: case.provider in COMPLETIONS and case.task == "text-generation",
        lambda _: to_max_tokens,
    ),
    Difference(
        "tables go into inputs.data, as recorded traffic and the JavaScript client have it",
        lambda case: case.task == "tabular-classification",
        lambda _: lambda asked: evolve(asked, body={"inputs": {"data": {"A": ["1"]}}}),
    ),
    Difference(
        "bytes without a name have the media type of their signature, not none",
        lambda case: case.provider == "hf-inference" and case.variant[0] in ["@sound", "@picture"]
        and not case.variant[1],
        with_media_type,
    ),
    Difference(
        "deepinfra and replicate are told what the sound is, too, where it has no name",
        lambda case: case.provider in {"deepinfra", "replicate"}
        and case.task == "automatic-speech-recognition"
        and case.variant[0] == "@sound",
        lambda _: as_mpeg,
    ),
    Difference(
        "no extra_body replaces the model of a chat, at hf-inference as elsewhere",
        lambda case: case.provider == "hf-inference"
        and "model" in case.variant[1].get("extra", {}),
        lambda _: lambda asked: evolve(asked, body={**asked.body, "model": MODEL}),
    ),
    Difference(
        "a data URL says what the picture is, not always JPEG",
        lambda case: case.provider in {"fal-ai", "replicate", "together"}
        and case.task in {"image-to-image", "image-to-video"} and case.variant[0] == "@picture",
        lambda _: with_true_type,
    ),
    Difference(
        "wavespeed: the picture's true type, and `images` for the models that want a list",
        lambda case: case.provider == "wavespeed" and case.task.startswith("image-"),
        lambda _: with_images,
    ),
    Difference(
        "cerebras answers 400 to store",
        lambda case: case.provider == "cerebras" and "store" in case.variant[1].get("extra", {}),
        lambda _: body_without("store"),
    ),
    Difference(
        "messages are sent as they were given: a null content is a content",
        lambda case: case.task == "conversational" and case.variant[0] != SAID
        and case.provider != "hf-inference",
        lambda _: with_null_content,
    ),
    Difference(
        "together knows width and height, and no target_size",
        lambda case: case.provider == "together" and case.task == "image-to-image"
        and "target_size" in case.variant[1],
        lambda _: as_width_and_height,
    ),
    Difference(
        "novita's films are jobs: that address is the one that the Hub itself keeps testing",
        lambda case: case.provider == "novita" and case.task == "text-to-video",
        lambda _: novita_job,
    ),
)  # fmt: skip


CASES = [
    Case(provider, task, at, token)
    for provider, tasks in sorted(OFFICIAL.items())
    for task in sorted(tasks)
    for at in range(len(CALLS[task]["variants"]))
    for token in ("hf_tok", "key")
    if not (token == "hf_tok" and provider == "openai")
]

MEANT = ("authorization", "content-type", "accept", "x-hf-bill-to", "prefer", "accept-language",
         "x-source-channel")  # fmt: skip


def kept(headers):
    found = {name.lower(): held for name, held in headers.items() if held is not None}
    return {name: re.sub("boundary=.*", "", found[name]) for name in MEANT if name in found}


def value(body):
    """A body as it is compared: JSON as its value, a form as its parts, the rest as bytes."""
    if isinstance(body, dict):
        return json.loads(json.dumps(body))
    if isinstance(body, hfpipe.FileBody):
        body = b"".join(pieces(body))
    body = bytes(body)
    if body[:1] == b"{":
        return json.loads(body)
    if body[:2] == b"--":
        mark = body[: body.index(b"\r\n")]
        return sorted(part.strip(b"\r\n-") for part in body.split(mark))
    return body


@pytest.fixture
def given(tmp_path):
    """The input of a variant, its media as bytes, or in a file."""

    def made(case):
        sound = "audio" in case.task or "speech-recognition" in case.task
        path = tmp_path / ("sound.mp3" if sound else "picture.png")
        path.write_bytes(MP3 if sound else PNG)
        known = {**BYTES, "@file": path}
        held = case.variant[0]
        if isinstance(held, dict):
            return {
                name: known.get(one, one) if isinstance(one, str) else one
                for name, one in held.items()
            }
        return known.get(held, held) if isinstance(held, str) else held

    return made


def theirs(official, case, media):
    method, names = CALLS[case.task]["method"], CALLS[case.task]["input"]
    parameters = dict(case.variant[1])
    if (extra := parameters.pop("extra", None)) is not None:
        parameters["extra_body"] = extra
    if (opening := OPENING.get(case.task)) and parameters:
        parameters = {opening: parameters}
    if isinstance(media, Path) and (case.provider, case.task) in BYTES_ALONE:
        media = media.read_bytes()
    held = list(media.values()) if isinstance(media, dict) else [media]
    arguments = dict(zip(names.split(), held, strict=True))
    request = official(case.provider, case.task, case.token).asked(method, arguments, parameters)
    headers = dict(request.headers)
    if case.task in {"text-to-image", "image-to-image"}:
        headers.setdefault("accept", "image/png")  # what its sender adds
    body = request.json if request.json is not None else request.data
    return Asked(request.url, value(body), kept(headers))


def ours(case, media):
    parameters = dict(case.variant[1])
    extra = parameters.pop("extra", {})
    options = {"token": case.token, "provider": case.provider, "model": MODEL}
    entry = ProviderMapping(case.provider, THEIR_MODEL, case.task)
    if ROWS[case.provider].mapped:
        options["mappings"] = {MODEL: [entry]}
    arguments = {}
    if case.task in {"conversational", "feature-extraction"}:
        arguments = parameters
    elif parameters:
        if (stream := parameters.pop("stream", None)) is not None:
            arguments["stream"] = stream
        arguments["parameters"] = parameters
    name = "messages" if case.task == "conversational" else "inputs"
    exchange = hfpipe.new_exchange(
        options, case.task, **{name: media}, **arguments, extra_body=extra
    )
    step = hfpipe.start(hfpipe.default_pipeline(), exchange)
    request = step.unwrap().need.request
    assert "POST" == request.method
    headers = {name: str(held) for name, held in request.headers.reveal().items()}
    return Asked(request.url, value(request.body), kept(headers))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_same_request(official, given, case):
    """
    Each call goes out as the official client's, but for the differences on the list.
    """
    media = given(case)
    expected = theirs(official, case, media)
    for difference in DIFFERENCES:
        if difference.applies(case):
            expected = difference.change(case)(expected)

    assert expected == ours(case, media)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.why)
def test_each_difference_makes_one(official, given, difference):
    """
    A difference that has gone is taken off the list.
    """
    apart = [
        case
        for case in CASES
        if difference.applies(case)
        and (asked := theirs(official, case, given(case))) != difference.change(case)(asked)
    ]

    assert apart, difference.why


def test_every_pair_of_theirs_is_served():
    """
    Whatever the official client serves, hfpipe serves; and all 87 pairs there are.
    """
    mine = {
        (row.name, task)
        for row in ROWS.values()
        if row.name not in {"auto", "endpoint", "sandbox"} and not row.removed
        for task in row.recipes
    }

    theirs = {(provider, task) for provider, tasks in OFFICIAL.items() for task in tasks}
    assert set() == theirs - mine
    assert 87 == len(mine)
