"""Exchanges recorded from the real services: sent again as they were, and decoded."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import attrs
import pytest
from returns.result import Failure, Success

import hfpipe

pytestmark = pytest.mark.recordings

FOLDER = (
    Path(os.environ.get("HFPIPE_SHARED") or Path(__file__).parents[3] / "shared") / "recordings"
)
HUB = "https://huggingface.co/api/models/"
OLD_HOST = "https://api-inference.huggingface.co"
ROUTER = "https://router.huggingface.co/"
REMOVED = ("black-forest-labs", "hyperbolic", "nebius", "sambanova")


def content(message) -> bytes:
    body = message["body"]
    if "base64" in body:
        return base64.b64decode(body["base64"])
    return body.get("text", "").encode()


class Recording:
    """One file: what was asked of the Hub and of a provider, and what they answered."""

    def __init__(self, file: Path) -> None:
        kept = json.loads(file.read_text("utf-8"))
        self.name = file.stem
        self.interactions = kept["interactions"]
        self.posts = [i for i in self.interactions if i["request"]["method"] == "POST"]
        self.url = self.posts[0]["request"]["url"] if self.posts else ""
        self.task = kept["task"] or self._task()
        self.provider = self._provider(kept["provider"])
        self.model = self._model()

    def _provider(self, kept: str | None) -> str:
        at_an_endpoint = self.url.startswith(OLD_HOST + "/models/")
        return "endpoint" if at_an_endpoint else kept or "hf-inference"

    def _task(self) -> str:
        if "/chat/completions" in self.url:
            return "conversational"
        if "/pipeline/" in self.url:
            return self.url.split("/pipeline/")[1].split("/")[0]
        return "text-generation"

    def _model(self) -> str:
        first = self.interactions[0]["request"]["url"]
        if first.startswith(HUB):
            return unquote(urlsplit(first).path.removeprefix("/api/models/"))
        sent = self.sent() if self.has_body else b""
        return sent.get("model", "") if isinstance(sent, dict) else ""

    def sent(self, at: int = 0):
        request = self.posts[at]["request"]
        data = content(request)
        return json.loads(data) if data[:1] == b"{" else data

    def answer(self, at: int = 0) -> bytes:
        return content(self.posts[at]["response"])

    @property
    def has_body(self) -> bool:
        return bool(self.posts) and bool(self.posts[0]["request"]["body"])

    @property
    def streamed(self) -> bool:
        kind = self.posts[0]["response"]["headers"].get("content-type", "")
        return kind.startswith("text/event-stream")


def replaying(recording: Recording, seen: list, at: int = 0):
    """A sender that answers as the services did, in their order for each address."""
    waiting = list(recording.interactions)
    post = recording.posts[at]

    def send(request):
        seen.append(request)
        found = next((i for i in waiting if i["request"]["url"] == request.url), None)
        if request.method == "POST":
            found = post
        elif found is None:
            return Failure(hfpipe.TransportError(f"{request.url} was never asked", billed="no"))
        else:
            waiting.remove(found)
        answer, data = found["response"], content(found["response"])
        headers = {
            name: value
            for name, value in answer["headers"].items()
            if name not in {"content-encoding", "content-length", "transfer-encoding"}
        }
        if request.stream and answer["status"] < 300:
            pieces = [data[i : i + 7] for i in range(0, len(data), 7)]
            return Success(hfpipe.HttpResponse(answer["status"], headers, chunks=pieces))
        return Success(hfpipe.HttpResponse(answer["status"], headers, data))

    return send


RECORDINGS = [Recording(file) for file in sorted(FOLDER.glob("*.json"))] if FOLDER.is_dir() else []
POSTED = [r for r in RECORDINGS if r.posts]


def arguments(recording: Recording, at: int = 0) -> dict:
    """What the caller must have asked for, to judge by what was sent."""
    sent = recording.sent(at)
    if isinstance(sent, bytes):
        return {"inputs": sent}
    sent = dict(sent)
    task = recording.task
    if task == "conversational":
        return {name: value for name, value in sent.items() if name not in {"model", "stream"}}
    if task == "text-to-image" and recording.provider != "hf-inference":
        return {"inputs": sent["prompt"] if "prompt" in sent else sent["input"]["prompt"]}
    if task == "text-to-speech" and recording.provider == "replicate":
        return {"inputs": sent["input"]["text"]}
    if task == "automatic-speech-recognition":
        return {"inputs": sent["audio_url"]}
    if task == "sentence-similarity" and sent["inputs"] is None:
        return {"inputs": {k: sent[k] for k in ("source_sentence", "sentences")}}
    if task == "table-question-answering":
        return {"inputs": {"query": sent["query"], "table": sent["table"]}}
    if task == "visual-question-answering":
        image = base64.b64decode(sent["image"])
        return {"inputs": {"image": image, "question": sent["question"]}}
    if task == "document-question-answering":
        image = base64.b64decode(sent["inputs"]["image"])
        return {
            "inputs": {"image": image, "question": sent["inputs"]["question"]},
            "parameters": sent.get("parameters", {}),
        }
    if task == "zero-shot-image-classification":
        return {"inputs": base64.b64decode(sent["inputs"]), "parameters": sent["parameters"]}
    given = {"inputs": sent["inputs"], "parameters": sent.get("parameters", {})}
    given["parameters"] = {k: v for k, v in given["parameters"].items() if v is not None}
    return given


def client(recording: Recording, seen: list, at: int = 0) -> hfpipe.Client:
    options = {"model": recording.model, "send": replaying(recording, seen, at)}
    if recording.provider == "endpoint":
        return hfpipe.client("hf_token", endpoint_url=recording.url, **options)
    if recording.provider in REMOVED:
        # what is gone cannot be asked any more: its answers are read as an endpoint's
        return hfpipe.client("hf_token", endpoint_url=recording.url, **options)
    if recording.url.startswith("https://api.replicate.com"):
        # asked with replicate's own key, of a version that no mapping was asked for
        version = recording.sent()["version"]
        entry = hfpipe.ProviderMapping("replicate", f"owner/name:{version}", recording.task)
        options |= {"model": "org/name", "mappings": {"org/name": [entry]}}
        return hfpipe.client("r8_token", provider="replicate", **options)
    return hfpipe.client("hf_token", provider=recording.provider, retry_on_503=False, **options)


# What is sent otherwise today: recording's part of a name -> (what differs, why).
MOVED = {
    "/pipeline/feature-extraction/": "the route is now below /models/<model>",
    "/pipeline/sentence-similarity/": "the route is now below /models/<model>",
    "/pipeline/question-answering/": "the retired host's /pipeline route is now /models",
    "/pipeline/fill-mask/": "the retired host's /pipeline route is now /models",
}


def address_today(recording: Recording) -> str:
    """Where the recorded request goes today."""
    url = recording.url
    if url.startswith(OLD_HOST + "/pipeline/"):
        url = f"{ROUTER}hf-inference{url.removeprefix(OLD_HOST)}"
    for old in MOVED:
        if old in url:
            base, _, model = url.partition(old)
            task = old.split("/")[2]
            piped = task in {"feature-extraction", "sentence-similarity"}
            return f"{base}/models/{model}" + (f"/pipeline/{task}" if piped else "")
    return url


def body_today(recording: Recording, at: int = 0):
    """What the recorded body is today: the differences, each with its reason."""
    sent = recording.sent(at)
    if isinstance(sent, bytes):
        return sent
    sent = dict(sent)
    sent.pop("options", None)  # wait_for_model and use_gpu have no effect any more
    task = recording.task
    if recording.url.startswith(OLD_HOST + "/pipeline/") or task == "feature-extraction":
        sent.setdefault("parameters", {})  # P's form, also when it is empty
    if isinstance(sent.get("messages"), str):
        sent["messages"] = [{"role": "user", "content": sent["messages"]}]
    if task == "feature-extraction":
        sent.pop("parameters")  # its parameters stand beside the input
    if task == "sentence-similarity":
        # both keys stand inside the input
        inner = {k: sent.pop(k) for k in ("source_sentence", "sentences")}
        sent["inputs"] = inner
    if task == "table-question-answering":
        sent["inputs"] = {"query": sent.pop("query"), "table": sent.pop("table")}
    if task == "visual-question-answering":
        sent.setdefault("parameters", {})
    if task == "text-generation" and "parameters" in sent:
        # unset parameters are left out, and so is a stream that nobody asked for
        sent["parameters"] = {k: v for k, v in sent["parameters"].items() if v is not None}
        if not recording.streamed:
            sent.pop("stream", None)
    if recording.provider == "replicate" and task == "text-to-speech":
        sent = {"input": sent["input"], "version": sent["version"]}
    return sent


def named(recordings):
    return [pytest.param(r, id=r.name) for r in recordings]


def asked(recording: Recording, seen: list, at: int = 0):
    """The call that the recording is of, made again."""
    args = arguments(recording, at)
    if recording.streamed:
        task = "chat_completion" if recording.task == "conversational" else "text_generation"
        return getattr(hfpipe, f"{task}_stream")(client(recording, seen, at), **args)
    return hfpipe.run(client(recording, seen, at), recording.task, **args)


@pytest.mark.skipif(not RECORDINGS, reason="the recorded exchanges are not beside the checkout")
def test_there_are_eighty():
    """
    A folder that lost some would make the other tests weaker without a word.
    """
    assert 80 == len(RECORDINGS)
    assert 77 == len(POSTED)


@pytest.mark.parametrize(
    "recording",
    named(
        r
        for r in POSTED
        # a question without its context is refused before anything is sent
        if r.has_body and r.provider not in REMOVED and "missing_input" not in r.name
    ),
)
def test_the_request_is_sent_as_it_was(recording):
    """
    The same address and the same body value, but for the changes that are listed above.
    """
    seen: list = []
    asked(recording, seen)
    posts = [request for request in seen if request.method == "POST"]

    assert address_today(recording) == posts[0].url
    expected = body_today(recording)
    got = posts[0].body if isinstance(expected, bytes) else json.loads(posts[0].body)
    assert expected == got


def raw(recording: Recording, at: int = 0):
    """The JSON of the recorded answer, brought into the one shape that the task returns."""
    given = json.loads(recording.answer(at))
    task = recording.task
    if task == "text-classification":
        given = given[0]
    if task in {"text-generation", "summarization", "translation", "image-to-text"}:
        given = given[0] if isinstance(given, list) else given
    if "labels" in given:
        given = [
            {"label": label, "score": score}
            for label, score in zip(given["labels"], given["scores"], strict=True)
        ]
    if isinstance(given, list) and given and isinstance(given[0], dict) and "score" in given[0]:
        given = sorted(given, key=lambda item: -(item["score"] or 0))
    return given


def same(value, given, path: str = "$") -> None:
    """Asserts that a record holds what the JSON holds, wherever it has a field for it."""
    if isinstance(value, hfpipe.Media):
        assert base64.b64decode(given) == bytes(value), path
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            wire = field.metadata.get("wire", field.name)
            held = getattr(value, field.name)
            if wire in given:
                same(held, given[wire], f"{path}.{wire}")
            else:
                default = field.default
                assert held is None or held == default, f"{path}.{wire} is not in the answer"
    elif isinstance(value, tuple):
        assert len(value) == len(given), path
        for at, (one, other) in enumerate(zip(value, given, strict=True)):
            same(one, other, f"{path}[{at}]")
    else:
        assert given == value, path


WHOLE = [
    r
    for r in POSTED
    if not r.streamed
    and r.posts[0]["response"]["status"] < 300
    and r.task not in {"text-to-image", "text-to-speech"}
]


@pytest.mark.parametrize("recording", named(r for r in WHOLE if r.has_body))
def test_the_answer_is_the_value(recording):
    """
    Every field of the record equals the JSON that was answered.
    """
    answer = asked(recording, [])

    assert isinstance(answer, Success), answer
    same(answer.unwrap(), raw(recording))


@pytest.mark.parametrize("recording", named(r for r in WHOLE if not r.has_body))
def test_an_answer_without_its_request_is_read_all_the_same(recording):
    """
    Of some exchanges the request's body was not kept: any request may stand for it.
    """
    args = {
        "conversational": {"messages": "hi"},
        "text-generation": {"inputs": "test"},
        "sentence-similarity": {"inputs": {"source_sentence": "a", "sentences": ["b", "c", "d"]}},
    }[recording.task]

    answer = hfpipe.run(client(recording, []), recording.task, **args)

    assert isinstance(answer, Success), answer
    same(answer.unwrap(), raw(recording))


STREAMS = [r for r in POSTED if r.streamed]


def events(recording: Recording) -> list:
    """The events of a recorded stream, by the simplest reading there is."""
    lines = recording.answer().decode().splitlines()
    data = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    return [json.loads(text) for text in data if text != "[DONE]"]


@pytest.mark.parametrize("recording", named(STREAMS))
def test_a_stream_gives_its_events(recording):
    """
    Text, finish reason and usage of a stream that came in pieces of seven bytes.
    """
    if recording.has_body:
        opened = asked(recording, [])
    elif recording.task == "conversational":
        opened = hfpipe.chat_completion_stream(client(recording, []), "hi")
    else:
        opened = hfpipe.text_generation_stream(client(recording, []), "test")
    stream = opened.unwrap()
    chunks = [item.unwrap() for item in stream]
    given = events(recording)

    assert len(given) == len(chunks)
    if recording.task == "conversational":
        texts = [(e["choices"][0]["delta"].get("content") or "") for e in given if e["choices"]]
        whole = stream.response().unwrap()
        assert "".join(texts) == whole.text
        reasons = [e["choices"][0].get("finish_reason") for e in given if e["choices"]]
        assert next(filter(None, reversed(reasons))) == whole.choices[0].finish_reason
    else:
        for chunk, event in zip(chunks, given, strict=True):
            same(chunk.token, event["token"])
            assert event["generated_text"] == chunk.generated_text


PICTURES = [
    r for r in POSTED if r.task in {"text-to-image", "text-to-speech"} and r.provider not in REMOVED
]


@pytest.mark.parametrize("recording", named(PICTURES))
def test_a_file_is_its_bytes(recording):
    """
    An image or a sound is what was answered, or what its address gave.
    """
    answer = asked(recording, [])
    if recording.name.startswith("TestInferenceClient.test_text_to_speech-replicate"):
        # recorded while the job was still running: there is nothing to fetch
        assert isinstance(answer, Failure)
        return
    last = recording.interactions[-1]
    data = content(last["response"])
    if last["response"]["headers"]["content-type"].startswith("application/json"):
        data = base64.b64decode(json.loads(data)["data"][0]["b64_json"])

    assert data == bytes(answer.unwrap())
    assert answer.unwrap().media_type.startswith(("image/", "audio/"))


REFUSED = {
    "InferenceApiTest.test_inference_missing_input": "bad_request",
    "TestInferenceClient.test_chat_completion_unprocessable_entity": "invalid_token",
    "TestTextGenerationClientVCR.test_generate_non_tgi_endpoint": "bad_request",
    "TestTextGenerationClientVCR.test_generate_non_tgi_endpoint_regression_test": "bad_request",
    "TestTextGenerationClientVCR.test_generate_validation_error": "bad_request",
    "test_async_generate_validation_error": "bad_request",
}


@pytest.mark.parametrize(
    "recording", named(r for r in POSTED if r.posts[0]["response"]["status"] >= 300)
)
def test_a_refusal_is_told_in_the_servers_words(recording):
    """
    Status, code, and the words of the body.
    """
    args = arguments(recording) if recording.has_body else {"inputs": "test"}
    if "missing_input" in recording.name:
        args["inputs"] = {**args["inputs"], "context": "what was missing"}

    error = hfpipe.run(client(recording, []), recording.task, **args).failure()

    assert isinstance(error, hfpipe.ProviderApiError)
    assert REFUSED[recording.name] == error.code
    assert recording.posts[0]["response"]["status"] == error.status
    told = json.loads(recording.answer())["error"]
    assert (told if isinstance(told, str) else told[0]) in error.message


LATER = [(r, at) for r in POSTED for at in range(1, len(r.posts))]


@pytest.mark.parametrize(
    ("recording", "at"), [pytest.param(r, at, id=f"{r.name}-{at}") for r, at in LATER]
)
def test_what_was_asked_again_without_its_parameters(recording, at):
    """
    A server that knows few parameters was asked again without them, and answered.
    """
    args = arguments(recording, at)

    answer = hfpipe.run(client(recording, [], at), recording.task, **args)

    same(answer.unwrap(), raw(recording, at))
