"""Walks that wait: put into bytes, taken out again, and gone on with by another client."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread

import msgspec
import pytest

import hfpipe
from hfpipe import tickets
from hfpipe.io.driver import World
from hfpipe.jobs import finished, options
from hfpipe.pipeline import Waiting, resume, start
from hfpipe.testing import scripted

R = "https://router.huggingface.co"
MAPPING = {"provider": "together", "providerId": "kling", "task": "text-to-video", "status": "live"}
QUEUED = {"id": "j1", "status": "queued"}
DONE = {"status": "completed", "outputs": {"video_url": "https://cdn.example.com/cat.mp4"}}
MP4 = b"\0\0\0\x18ftypmp42"
FILM = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, MP4)


def client(*answers, token="hf_canary_1", provider="together", **options):
    options.setdefault("mappings", {"org/kling": [MAPPING]})
    return hfpipe.client(token, provider=provider, send=scripted(*answers), **options)


def ticket(**options) -> Waiting:
    made = hfpipe.submit(
        client(QUEUED), hfpipe.text_to_video, "a cat", model="org/kling", **options
    )
    return made.unwrap()


def finish(waiting, hf, *, timeout=60, on_progress=None, save_to=None):
    """`hfpipe.finish` where nothing takes time."""
    world = World(sleep=lambda _: None)
    return finished(waiting, hf, options(timeout, on_progress, save_to), world)


def test_a_ticket_tells_of_its_job():
    """
    The walk stands at decode, and waits to ask for the job.
    """
    waiting = ticket()

    assert "decode" == waiting.stage
    assert ("queued", "j1") == (waiting.need.progress.state, waiting.need.progress.job)
    assert f"{R}/together/v2/videos/j1" == waiting.need.request.url


def test_there_and_back():
    """
    What comes out of the bytes waits for the same, without the token.
    """
    waiting = ticket()

    again = Waiting.from_bytes(waiting.to_bytes())

    assert waiting.pipeline.names() == again.pipeline.names()
    assert waiting.at == again.at
    assert waiting.need.progress == again.need.progress
    assert waiting.need.request.url == again.need.request.url
    assert "" == again.need.request.headers.text("authorization")
    assert "a cat" == again.exchange.args["inputs"]
    assert waiting.exchange.mapping == again.exchange.mapping


@pytest.mark.parametrize("put_away", [Waiting.to_bytes, pickle.dumps], ids=["bytes", "pickle"])
def test_no_secret_travels(put_away):
    """
    Neither the client's token nor the call's, nor the value of a header of the user's.
    """
    waiting = ticket(
        token="hf_canary_2",
        extra_headers={"x-my-key": "canary_3"},
    )
    hf = waiting.exchange.client
    plain = hfpipe.evolve(waiting.exchange, client=hf.with_options(send=None))

    data = put_away(hfpipe.evolve(waiting, exchange=plain))

    assert b"canary" not in data
    assert b"a cat" in data


def test_another_client_finishes():
    """
    Token and sender are those of the client that goes on.
    """
    other = client(DONE, FILM, token="hf_other")

    result = finish(Waiting.from_bytes(ticket().to_bytes()), other)

    assert hfpipe.Media(MP4, "video/mp4") == result.unwrap()
    poll, download = other.options.send.requests
    assert "Bearer hf_other" == poll.headers.text("authorization")
    assert "authorization" not in download.headers


def test_poll_asks_once():
    """
    Not yet done: a walk that waits again; done: the value.
    """
    other = client({"status": "in_progress"}, DONE, FILM)

    first = hfpipe.poll(ticket(), other).unwrap()
    second = hfpipe.poll(first, other).unwrap()

    assert "in_progress" == first.need.progress.state
    assert hfpipe.Media(MP4, "video/mp4") == second


@pytest.mark.parametrize("go_on", [hfpipe.poll, hfpipe.finish])
@pytest.mark.parametrize("given", [None, b"bytes", hfpipe.Media(b"x", "image/png")])
def test_only_a_walk_that_waits_can_be_gone_on_with(go_on, given):
    """
    A submit that was answered at once gave the output: there is nothing to finish.
    """
    error = go_on(given, hfpipe.client("hf_x")).failure()

    assert isinstance(error, hfpipe.InputError)
    assert type(given).__name__ in error.message


def test_a_provider_that_answers_at_once_gives_no_ticket():
    """
    Then there is nothing to wait for, and submit gives the value.
    """
    answer = {"status": "completed", "id": "j1", **DONE}

    value = hfpipe.submit(
        client(answer, FILM), "text-to-video", "a cat", model="org/kling"
    ).unwrap()

    assert hfpipe.Media(MP4, "video/mp4") == value


def test_a_deadline_leaves_a_walk_to_finish():
    """
    The error's walk goes on where the call's time ran out: nothing is submitted again.
    """
    hf = client(QUEUED)
    error = hfpipe.text_to_video(hf, "a cat", model="org/kling", timeout=0.5).failure()
    other = client(DONE, FILM)

    assert isinstance(error, hfpipe.DeadlineError)
    assert MP4 == bytes(finish(error.waiting, other).unwrap())
    assert ["GET", "GET"] == [request.method for request in other.options.send.requests]


def test_finish_tells_of_progress_and_saves(tmp_path):
    """
    Both may be asked for anew: a callback does not travel.
    """
    told = []
    hf = client(DONE, FILM)

    value = finish(ticket(), hf, on_progress=told.append, save_to=tmp_path / "cat.mp4").unwrap()

    assert ["queued"] == [progress.state for progress in told]
    assert MP4 == (tmp_path / "cat.mp4").read_bytes() == bytes(value)


def test_finish_has_a_deadline_of_its_own():
    """
    The time of the first call is not the time of the second.
    """
    result = hfpipe.finish(ticket(), client(DONE, FILM), timeout=0.01)

    assert isinstance(result.failure(), hfpipe.DeadlineError)
    assert result.failure().waiting is not None


def test_a_look_up_can_be_put_away_too():
    """
    Any walk that waits is data, not only jobs: here for the Hub's list of providers.
    """
    asked = hfpipe.new_exchange(
        client(mappings={}, token="hf_canary"), "text-to-video", "a cat", model="org/kling"
    )
    waiting = start(hfpipe.default_pipeline(), asked).unwrap()
    hub = {"inferenceProviderMapping": [MAPPING]}
    other = client(hub, QUEUED, DONE, FILM, token="hf_other", mappings={})

    result = finish(Waiting.from_bytes(waiting.to_bytes()), other)

    assert "resolve" == waiting.stage
    assert MP4 == bytes(result.unwrap())
    look_up = other.options.send.requests[0]
    assert "Bearer hf_other" == look_up.headers.text("authorization")


def test_a_submission_can_be_put_away_too():
    """
    Here before anything was sent: headers and body come back whole.
    """
    asked = hfpipe.new_exchange(client(), "text-to-video", "a cat", model="org/kling")
    waiting = start(hfpipe.default_pipeline(), asked).unwrap()
    other = client(QUEUED, DONE, FILM, token="hf_other")

    result = finish(Waiting.from_bytes(waiting.to_bytes()), other)

    assert "send" == waiting.stage
    assert MP4 == bytes(result.unwrap())
    submission = other.options.send.requests[0]
    assert b'{"prompt":"a cat","model":"kling"}' == submission.body
    assert "Bearer hf_other" == submission.headers.text("authorization")


BROKEN = {
    "empty": (lambda data: b"", "no walk that waits"),
    "foreign": (lambda data: b"\x80\x04" + data, "no walk that waits"),
    "short": (lambda data: data[:10], "end early"),
    "cut": (lambda data: data[:-5], "checksum"),
    "flipped": (lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:], "checksum"),
    "newer": (lambda data: data[:8] + b"\x09" + data[9:], "version 9"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_bytes_that_are_no_walk(name):
    """
    Foreign, cut, changed or newer bytes are an InputError that says which.
    """
    change, words = BROKEN[name]

    with pytest.raises(hfpipe.InputError, match=words):
        Waiting.from_bytes(change(ticket().to_bytes()))


def made_up(tree) -> bytes:
    """Bytes of the right form around any tree."""
    body = msgspec.msgpack.encode(tree)
    head = tickets.MAGIC + bytes([tickets.VERSION])
    return head + tickets.zlib.crc32(body).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    "tree",
    [
        ["record", ["os:system", {"command": "true"}]],
        ["record", ["hfpipe.clients:Client", {}]],
        ["function", "subprocess:run"],
        ["function", "hfpipe.providers.fal:FAL"],
    ],
)
def test_names_that_are_not_on_the_list_are_not_loaded(tree):
    """
    Whatever bytes name, only hfpipe's own records and functions are made of them.
    """
    with pytest.raises(hfpipe.InputError, match="does not load"):
        Waiting.from_bytes(made_up(tree))


@pytest.mark.parametrize(
    "tree",
    [
        ["record", ["hfpipe.wire:HttpRequest", {"nope": 1}]],
        ["what"],
        [],
        ["list", ["x"]],
        ["mapping", [["stages", ["tuple", ["a"]]]]],
        7,
    ],
)
def test_made_up_bytes_are_no_walk(tree):
    """
    Whatever a tree says that is no walk is an InputError.
    """
    with pytest.raises(hfpipe.InputError):
        Waiting.from_bytes(made_up(tree))


def test_a_walk_out_of_bytes_has_no_stages_of_its_own():
    """
    Driven by hand it does not raise, and says how to go on.
    """
    again = Waiting.from_bytes(ticket().to_bytes())

    error = again.pipeline.stages[0].run(again.exchange).failure()

    assert isinstance(
        resume(again, scripted(DONE)(again.need.request)).failure(), hfpipe.HfpipeError
    )
    assert "hfpipe.finish(waiting, client)" in error.message


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"pipeline": hfpipe.default_pipeline().without("redact")}, "redact; the client's has"),
        ({"token": "own_key", "provider": "groq"}, "together's"),
        ({"token": "own_key"}, "api.together.xyz"),
        ({"router_url": "https://elsewhere.example"}, "elsewhere.example"),
    ],
    ids=["pipeline", "key of another", "own key", "another router"],
)
def test_a_client_that_does_not_fit(other, words):
    """
    Another pipeline, provider or address: an InputError, before anything is sent.
    """
    hf = client(**other)

    error = hfpipe.finish(Waiting.from_bytes(ticket().to_bytes()), hf).failure()

    assert isinstance(error, hfpipe.InputError)
    assert words in error.message
    assert () == tuple(hf.options.send.requests)


def test_an_endpoint_named_by_a_ticket_gets_no_token():
    """
    Where a token goes is the client's word, never the ticket's.
    """
    asked = hfpipe.new_exchange(
        hfpipe.endpoint_client("hf_a", "https://evil.example", send=scripted()),
        "text-to-image",
        "a cat",
    )
    waiting = start(hfpipe.default_pipeline(), asked).unwrap()
    hf = client(token="hf_other")

    error = hfpipe.finish(Waiting.from_bytes(waiting.to_bytes()), hf).failure()

    assert isinstance(error, hfpipe.InputError)
    assert () == tuple(hf.options.send.requests)


def test_an_address_of_a_tickets_own_gets_no_token():
    """
    A request to another host than the client's provider goes without the key, and to public
    addresses alone.
    """
    waiting = ticket()
    request = hfpipe.evolve(waiting.need.request, url="https://evil.example/v2/videos/j1")
    need = hfpipe.evolve(waiting.need, request=request)
    changed = Waiting(waiting.pipeline, waiting.at, waiting.exchange, need)
    hf = client({"status": "failed"}, token="hf_other")

    hfpipe.poll(Waiting.from_bytes(changed.to_bytes()), hf)

    (sent,) = hf.options.send.requests
    assert "evil.example" in sent.url
    assert "authorization" not in sent.headers
    assert sent.public_only


def test_a_stage_of_ones_own_that_waits_with_code():
    """
    A function that only this process knows is no data: to_bytes says which.
    """
    waiting = ticket()
    need = hfpipe.evolve(waiting.need, then=lambda exchange, answer: None)

    with pytest.raises(hfpipe.InputError, match="function"):
        Waiting(waiting.pipeline, waiting.at, waiting.exchange, need).to_bytes()


def test_a_signed_address_does_not_travel():
    """
    A walk that waits for a signed download is finished where it is: the signature is a secret.
    """
    url = "https://cdn.example.com/a?sig=canary"
    signed = {"status": "completed", "outputs": {"video_url": url}}
    there = ticket()
    waiting = resume(there, scripted(signed)(there.need.request)).unwrap()

    with pytest.raises(hfpipe.InputError, match="a secret in it"):
        waiting.to_bytes()
    assert b"canary" not in there.to_bytes()
    assert MP4 == bytes(hfpipe.finish(waiting, client(FILM)).unwrap())


def continuations():
    """Every record below hfpipe that goes on with an answer, or with media."""
    root = Path(hfpipe.__file__).parent
    for file in [*root.glob("stages/*.py"), *root.glob("providers/*.py"), root / "retry.py"]:
        module = "hfpipe." + ".".join(file.relative_to(root).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and method.name == "__call__":
                        names = [argument.arg for argument in method.args.args]
                        if names[1:] in (["exchange", "answer"], ["exchange", "media"]):
                            yield f"{module}:{node.name}"


@pytest.mark.parametrize("name", sorted(continuations()))
def test_every_continuation_is_on_the_list(name):
    """
    A walk that waits for any stage can be put away: each record that goes on is known by name.
    """
    assert name in tickets.RECORDS


@pytest.mark.parametrize("name", sorted(tickets.RECORDS | tickets.FUNCTIONS))
def test_every_name_on_the_list_is_there(name):
    """
    A name that no module has would fail in the other process.
    """
    home, _, attribute = name.partition(":")

    assert home == getattr(import_module(home), attribute).__module__


class Together(BaseHTTPRequestHandler):
    """A provider on this machine, of which the film is ready at once."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("authorization")))
        body = MP4
        if "v2/videos" in self.path:
            host = f"http://127.0.0.1:{self.server.server_port}/film.mp4"
            body = msgspec.json.encode({"status": "completed", "outputs": {"video_url": host}})
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("content-type", "video/mp4" if body == MP4 else "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


OTHER_PROCESS = """
import sys, hfpipe
waiting = hfpipe.Waiting.from_bytes(sys.stdin.buffer.read())
hf = hfpipe.client("hf_other", provider="together", router_url=sys.argv[1])
result = hfpipe.finish(waiting, hf, timeout=60)
sys.stdout.buffer.write(bytes(result.unwrap()))
"""


def test_another_process_finishes():
    """
    Submitted here, put into bytes, finished there: over real sockets, with the other's token.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Together)
    server.asked = []
    Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    waiting = hfpipe.submit(
        client(QUEUED, router_url=here), "text-to-video", "a cat", model="org/kling"
    ).unwrap()
    try:
        ran = subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS, here],
            input=waiting.to_bytes(),
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        server.shutdown()
        server.server_close()

    assert (MP4, b"", 0) == (ran.stdout, ran.stderr, ran.returncode)
    assert [("/together/v2/videos/j1", "Bearer hf_other"), ("/film.mp4", None)] == server.asked


def parts(**changed):
    """What is in the bytes of a walk, with something else of it."""
    walk = ticket()
    return {
        "stages": walk.pipeline.names(),
        "at": walk.at,
        "exchange": walk.exchange,
        "need": walk.need,
        **changed,
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"stages": 7},
        {"stages": ()},
        {"at": -1},
        {"at": 8},
        {"at": "6"},
        {"at": None},
        {"exchange": None},
        {"exchange": hfpipe.HttpResponse()},
        {"need": None},
        {"need": hfpipe.HttpResponse()},
    ],
    ids=str,
)
def test_bytes_that_hold_something_else(changed):
    """
    Each part of a walk has to be there, and to be one.
    """
    with pytest.raises(hfpipe.InputError, match="these bytes hold no walk that waits"):
        Waiting.from_bytes(tickets.packed(parts(**changed)))


@pytest.mark.parametrize("at", [0, 7])
def test_a_walk_may_wait_at_any_of_its_stages(at):
    """
    The first and the last among them.
    """
    assert at == Waiting.from_bytes(tickets.packed(parts(at=at))).at


def test_a_walk_that_waits_for_a_piece_of_a_file_travels():
    """
    Its address is none.
    """
    file = hfpipe.FileBody(Path("x"), 0, 1)
    walk = ticket()
    waiting = hfpipe.evolve(walk, need=hfpipe.evolve(walk.need, request=file))

    assert file == Waiting.from_bytes(waiting.to_bytes()).need.request


def test_a_walk_that_asks_the_users_own_address_travels_without_its_secrets():
    """
    The client that goes on brings it again.
    """
    hf = hfpipe.endpoint_client(None, "https://ann:canary@h.example", model="m", send=scripted())
    asked = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    waiting = start(hfpipe.default_pipeline(), asked).unwrap()

    data = waiting.to_bytes()

    assert b"canary" not in data
    assert "https://[redacted]@h.example/v1/chat/completions" == (
        Waiting.from_bytes(data).need.request.url
    )
