"""What a call would send: shown, and not sent."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import hfpipe
from hfpipe import shell
from hfpipe.secret import Secret
from hfpipe.testing import scripted
from hfpipe.wire import FileBody, HttpRequest, HttpResponse

MODEL = "org/llama"
MAPPING = {
    "inferenceProviderMapping": {
        "groq": {"providerId": "llama-g", "task": "conversational", "status": "live"}
    }
}


def asked(hf, *args, **options):
    return hfpipe.explain(hf, hfpipe.chat_completion, *args, **options)


def test_nothing_is_sent():
    """
    The sender is not asked for anything, and the request is the call's own.
    """
    sender = scripted("hello")
    hf = hfpipe.endpoint_client("hf_abc", "http://h.example:1", model="tiny", send=sender)
    shown = asked(hf, "hi").unwrap()

    assert () == sender.requests
    hfpipe.chat_completion(hf, "hi").unwrap()
    assert sender.requests[0].body == shown.request.body
    assert sender.requests[0].url == shown.request.url
    assert tuple(sender.requests[0].headers) == tuple(shown.request.headers)


def test_it_tells_what_each_stage_changed():
    """
    One line a stage, in their order, up to the one that would send.
    """
    hf = hfpipe.endpoint_client("hf_abc", "http://h.example:1", model="tiny")
    shown = asked(hf, "hi").unwrap()
    changed = {stage.name: [name for name, _ in stage.changed] for stage in shown.stages}

    assert {
        "merge": ["options"],
        "resolve": ["mapping"],
        "url": ["url"],
        "payload": ["body"],
        "headers": ["headers"],
        "send": [],
    } == changed
    assert "http://h.example:1/v1/chat/completions" in str(shown)
    assert "token as given" in str(shown)
    assert "POST /v1/chat/completions HTTP/1.1\nhost: h.example:1\n" in shown.as_http()


def test_an_unknown_mapping_is_the_look_up_that_would_come_first():
    """
    It is shown, not made; with resolve=True it is made, and the call itself is shown.
    """
    sender = scripted(HttpResponse(body=hfpipe.codec.json.encoded(MAPPING)))
    hf = hfpipe.client("hf_abc", provider="groq", model=MODEL, send=sender)
    first = asked(hf, "hi").unwrap()

    assert () == sender.requests
    assert ("look-up", "GET") == (first.purpose, first.request.method)
    assert f"/api/models/{MODEL}" in first.as_curl()
    assert "resolve=True" in str(first)

    then = asked(hf, "hi", resolve=True).unwrap()
    assert ("call", "groq", 1) == (then.purpose, then.provider, len(sender.requests))
    assert b"llama-g" in then.request.body


def test_a_mapping_that_is_known_already_needs_no_look_up():
    """
    What a call has looked up serves the explanation from memory.
    """
    sender = scripted(HttpResponse(body=hfpipe.codec.json.encoded(MAPPING)), "hello")
    hf = hfpipe.client("hf_abc", provider="groq", model=MODEL, send=sender)
    hfpipe.chat_completion(hf, "hi").unwrap()

    assert "call" == asked(hf, "hi").unwrap().purpose
    assert 2 == len(sender.requests)


def test_an_input_at_an_address_would_be_fetched_first():
    """
    The same goes for media that a server names.
    """
    hf = hfpipe.client("hf_abc", provider="hf-inference", model="org/m", send=scripted())
    shown = hfpipe.explain(hf, hfpipe.image_classification, "https://h.example/a.png").unwrap()

    assert ("input", "https://h.example/a.png") == (shown.purpose, shown.request.url)


@pytest.mark.parametrize(
    ("token", "options", "placeholder"),
    [
        ("hf_canary0123", {"provider": "hf-inference"}, "Bearer $HF_TOKEN"),
        ("gsk_canary0123", {"endpoint_url": "https://h.example"}, "Bearer [redacted]"),
        (
            None,
            {"endpoint_url": "https://h.example/?key=canary0123"},
            "key=[redacted]",
        ),
        (
            None,
            {"endpoint_url": "https://h.example", "extra_headers": {"x-key": "canary0123"}},
            "x-key: [redacted]",
        ),
        (
            "hf_canary0123",
            {"endpoint_url": "https://h.example", "extra_body": {"key": "hf_canary0123"}},
            '"key":"[redacted]"',
        ),
    ],
)
def test_no_secret_is_in_it(token, options, placeholder):
    """
    Neither as text, nor in the repr, the curl or the pickle.
    """
    import pickle

    hf = hfpipe.client(token, model="org/m", **options)
    shown = asked(hf, "hi").unwrap()
    everything = (
        str(shown) + repr(shown) + shown.as_http() + shown.as_curl() + repr(pickle.dumps(shown))
    )

    assert "canary0123" not in everything
    assert "canary0123" not in repr(shown.request.headers.reveal())
    assert placeholder in shown.as_curl()


def test_a_stream_says_so():
    """
    The streaming function's request asks for a stream, and its curl does not wait for lines.
    """
    hf = hfpipe.endpoint_client(None, "http://h.example", model="tiny")
    shown = hfpipe.explain(hf, hfpipe.chat_completion_stream, "hi").unwrap()

    assert b'"stream":true' in shown.request.body
    assert shown.as_curl().startswith("curl -N ")


def test_wrong_arguments_are_the_failure_that_the_call_would_be():
    """
    And they name the stage that found them.
    """
    error = asked(hfpipe.client(provider="sandbox"), "hi", timeot=1).failure()

    assert ("bad_option", "merge") == (error.code, error.stage)
    assert "unsupported_task" == hfpipe.explain({}, "nothing", "x").failure().code


@pytest.fixture(scope="module")
def echo():
    """A server on this machine that keeps the bodies it was sent."""
    bodies = []

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            bodies.append((dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keeps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x", bodies
    server.shutdown()
    server.server_close()


BODIES = {
    "quotes": b"""it's "so" $HOME `ls` \\n !! %s""",
    "a file's sign": b"@/etc/hostname",
    "lines": b"a\r\nb\n\n",
    "letters": '{"text":"ä \U0001f600 [x] {y}"}'.encode(),
    "bytes": bytes(range(256)),
    "zero": b"a\0b",
    "long": b"0123456789'" * 20_000,
    "a dash": b"-n -e",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_the_curl_sends_the_same_bytes(echo, body):
    """
    Through the shell and curl, to the server: not a byte is another.
    """
    url, bodies = echo
    headers = {"content-type": "text/x-odd; a='b'", "authorization": Secret("Bearer $HF_TOKEN")}
    command = shell.curl(HttpRequest("POST", f"{url}?a[]={{1}}&b='", headers, body))
    subprocess.run(
        ["bash"],
        input=command.encode(),
        check=True,
        capture_output=True,
        timeout=60,
        env={"HF_TOKEN": "hf_sent", "PATH": "/usr/bin:/bin", "NO_PROXY": "*"},
    )
    seen, sent = bodies[-1]

    assert body == sent
    assert "Bearer hf_sent" == seen["authorization"]
    assert "text/x-odd; a='b'" == seen["content-type"]


def test_the_curl_of_a_file_sends_its_part(echo, tmp_path):
    """
    Prefix, part of the file, suffix: as the sender would send them.
    """
    url, bodies = echo
    path = tmp_path / "a 'file'.bin"
    path.write_bytes(bytes(range(256)) * 4)
    body = FileBody(path, 10, 700, b"--x\r\n", b"\r\n--x--")
    command = shell.curl(HttpRequest("POST", url, {"content-type": "a/b"}, body))
    subprocess.run(["bash", "-c", command], check=True, capture_output=True, timeout=60)

    assert b"--x\r\n" + path.read_bytes()[10:710] + b"\r\n--x--" == bodies[-1][1]
