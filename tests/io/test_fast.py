"""
The short way over a connection, beside the libraries' own, on both faces: one table for all four.
"""

import gzip
import socket
import ssl
import threading
from time import monotonic
from types import SimpleNamespace

import pytest
import trustme
from attrs import evolve
from returns.result import Failure

from hfpipe.errors import TransportError
from hfpipe.http_options import HttpOptions
from hfpipe.io.fast import Asked, exchanged, head_of
from hfpipe.io.sender import send
from hfpipe.io.watch import Watch
from hfpipe.wire import FileBody, Headers, HttpRequest

FAST, STOCK = HttpOptions(), HttpOptions(fast=False)
WAYS = pytest.mark.parametrize("options", [FAST, STOCK], ids=["fast", "stock"])
OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = OK + b"content-length: 0\r\n\r\n"
WHOLE = OK + b"content-length: 5\r\n\r\nhello"
SMUGGLED = OK + b"content-length: 3\r\n\r\nbad"
LARGE = b"a" * 3_000_000
ZIPPED = gzip.compress(b"hello " * 1000)
MEBIBYTE = 2**20


def request(url, body=b"{}", **more):
    return HttpRequest("POST", url, {"x-a": "1"}, body, timeout=5.0, **more)


# What a server says, and what is told of it: status, fields and body, or the failure; or all of
# it, where the body breaks off.
CHUNKS, ZIP = {"transfer-encoding": "chunked"}, {"content-encoding": "gzip"}
LOST = "reset", False, "unknown"
ANSWERS = {
    "a body of a told length": (
        [OK + b"content-length: 5\r\nX-B: 2\r\n\r\nhello"],
        (200, {"content-length": "5", "x-b": "2"}, b"hello"),
    ),
    "a head in two pieces": (
        [OK + b"content-le", b"ngth: 5\r\n\r\nhel", b"lo"],
        (200, {"content-length": "5"}, b"hello"),
    ),
    "an empty body": ([EMPTY], (200, {"content-length": "0"}, b"")),
    "no body at all": ([b"HTTP/1.1 204 No Content\r\n\r\n"], (204, {}, b"")),
    "not modified": (
        [b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"],
        (304, {"content-length": "5"}, b""),
    ),
    "a large body": (
        [OK + b"content-length: 3000000\r\n\r\n", LARGE],
        (200, {"content-length": "3000000"}, LARGE),
    ),
    "a chunked body": (
        [
            OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhel",
            b"lo\r\n",
            b"6\r\n world\r\n0\r\n\r\n",
        ],
        (200, CHUNKS, b"hello world"),
    ),
    "a body until the end": ([OK + b"\r\nhel", b"lo", None], (200, {}, b"hello")),
    "a refusal": (
        [b"HTTP/1.1 503 x\r\ncontent-length: 2\r\nretry-after: 3\r\n\r\n{}"],
        (503, {"content-length": "2", "retry-after": "3"}, b"{}"),
    ),
    "a field given twice": (
        [OK + b"x-b: 1\r\nx-b: 2\r\ncontent-length: 0\r\n\r\n"],
        (200, {"x-b": "1, 2", "content-length": "0"}, b""),
    ),
    "a compressed body": (
        [OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(ZIPPED), ZIPPED],
        (200, {**ZIP, "content-length": str(len(ZIPPED))}, b"hello " * 1000),
    ),
    "a compressed chunked body": (
        [
            OK + b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n",
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED),
        ],
        (200, {**ZIP, **CHUNKS}, b"hello " * 1000),
    ),
    "a broken compression": (
        [OK + b"content-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello"],
        (200, {**ZIP, "content-length": "5"}, b"", "bad_answer", "unknown"),
    ),
    "an interim answer first": (
        [b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE],
        (200, {"content-length": "5"}, b"hello"),
    ),
    "many interim answers first": (
        [
            b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 10",
            b"0 Continue\r\n\r\n" + WHOLE,
        ],
        (200, {"content-length": "5"}, b"hello"),
    ),
    "another protocol": (
        [b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"],
        (101, {"upgrade": "x"}, b""),
    ),
    "nothing": ([None], LOST),
    "a body cut short": (
        [OK + b"content-length: 5\r\n\r\nhel", None],
        LOST,
    ),
    "a large body cut short": (
        [OK + b"content-length: 3000000\r\n\r\n", LARGE[:2_000_000], None],
        (200, {"content-length": "3000000"}, LARGE[:2_000_000], "reset", "unknown"),
    ),
    "a chunked body cut short": (
        [OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhel", None],
        (200, CHUNKS, b"hel", "reset", "unknown"),
    ),
    "no HTTP": ([b"SSH-2.0-OpenSSH_9.6\r\n\r\n", None], ("bad_answer", False, "unknown")),
    "a head without end": (
        [OK, *[b"a: 1\r\n" * 2000] * 10, None],
        ("too_large", False, "unknown"),
    ),
}


# Of a stream, what came of it is told, too.
BROKEN_OFF = {"a body cut short": (200, {"content-length": "5"}, b"hel", "reset", "unknown")}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@WAYS
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_what_it_is(serve, face, options, name, stream):
    """
    Whoever waits for it, and whichever way it was read: `fast` changes only what it costs.
    """
    pieces, expected = ANSWERS[name]
    if stream:
        expected = BROKEN_OFF.get(name, expected)
    server = serve(pieces)

    assert [expected] == face.asked(request(server.url, stream=stream), options=options)


@WAYS
@pytest.mark.parametrize("size", [None, 0, 2, 100_000, MEBIBYTE, 3 * MEBIBYTE])
def test_a_request_is_what_it_is(serve, face, options, size):
    """
    Every way sends the same request line, the same fields and the same body.
    """
    server = serve([EMPTY])
    body = None if size is None else (bytes(range(256)) * (size // 256 + 1))[:size]
    face.asked(request(server.url, body), options=options)
    line, fields, sent = cut(server.requests[0])

    assert (b"POST /v1/x?a=1 HTTP/1.1", body or b"") == (line, sent)
    assert {
        b"host: " + server.url.split("/")[2].encode(),
        b"x-a: 1",
        b"content-length: %d" % len(sent),
    } == {field for field in fields if not field.startswith(b"accept-encoding: ")}


OF_ITS_OWN = [("host", "h.example"), ("accept-encoding", "br"), ("content-length", "2")]


@WAYS
@pytest.mark.parametrize(("name", "value"), OF_ITS_OWN)
def test_what_a_request_says_itself_is_said_once(serve, face, options, name, value):
    """
    And nothing else in its place: servers refuse a request with two hosts, or two lengths.
    """
    server = serve([EMPTY])
    face.asked(HttpRequest("POST", server.url, {name: value}, b"{}", timeout=5.0), options=options)
    _, fields, body = cut(server.requests[0])

    assert b"{}" == body
    assert [f"{name}: {value}".encode()] == [f for f in fields if f.startswith(name.encode())]


def cut(asked):
    head, _, body = asked.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    plain = {field.lower() for field in fields if not field.lower().startswith(b"user-agent")}
    return line, plain, body


@WAYS
def test_a_small_body_comes_with_its_head(serve, face, options):
    """
    One segment, in either way of sending: a server need not wake twice.
    """
    server = serve([EMPTY], [EMPTY])
    asked = request(server.url, b'{"a": 1}')
    face.asked(asked, asked, options=options)

    assert server.requests == server.beginnings


@WAYS
def test_a_request_that_was_refused_leaves_nothing_behind(serve, face, options):
    """
    The next one on the same pool is sent as if it were the first.
    """
    server = serve([EMPTY])
    forged = HttpRequest(
        "POST", server.url, Headers.received([("accept", "a\nb")]), b"forged", timeout=5.0
    )
    face.asked(forged, HttpRequest("GET", server.url, {}, timeout=5.0), options=options)

    assert ([b"GET"], b"") == ([line[:3] for line in server.requests], cut(server.requests[0])[2])


@WAYS
@pytest.mark.parametrize(
    "name",
    ["a body of a told length", "a chunked body", "a compressed body", "a compressed chunked body"],
)
def test_a_connection_is_kept_for_the_next_request(serve, face, options, name):
    """
    A body that was read to its end leaves the connection to the next one, whatever it was.
    """
    pieces, expected = ANSWERS[name]
    server = serve(*[pieces] * 3)
    asked = request(server.url)

    assert [expected] * 3 == face.asked(asked, asked, asked, options=options)
    assert 1 == server.opened


@pytest.mark.parametrize("moment", ["at once", "later"])
def test_what_a_server_says_unasked_is_no_answer(serve, face, moment):
    """
    Its connection is not used again, whether it came behind an answer or long after.
    """
    said = threading.Event()
    first = [WHOLE + SMUGGLED] if moment == "at once" else [WHOLE, said.wait, SMUGGLED]
    server = serve(first, [WHOLE])
    asked = request(server.url)
    outcomes = face.asked(asked, said.set, asked)

    assert [b"hello"] * 2 == [body for _, _, body in outcomes]
    assert 2 == server.opened


@pytest.mark.parametrize("ending", ["content-length: 5\r\n", "transfer-encoding: chunked\r\n", ""])
def test_a_piece_is_handed_on_as_soon_as_it_is_there(serve, face, ending):
    """
    Chunked or not, a stream is not held back until a buffer is full.
    """
    gate = threading.Event()
    data = b"1\r\na\r\n" if "chunked" in ending else b"a"
    server = serve([OK + f"{ending}\r\n".encode(), data, gate.wait, None])

    assert b"a" == face.first(request(server.url, stream=True))
    gate.set()


@pytest.mark.parametrize("value", ["\r\nx-b: 2", "a\nb", "\0"])
def test_a_header_that_would_forge_another_is_never_sent(serve, face, value):
    """
    A line break in a value, from wherever it came, sends nothing.
    """
    server = serve([EMPTY])
    headers = Headers.received([("accept", value)])
    forged = HttpRequest("POST", server.url, headers, b"{}", timeout=5.0)
    ((_, timeout, billed),) = face.asked(forged)

    assert (False, "no", []) == (timeout, billed, server.requests)


@pytest.mark.parametrize("head", [b"", OK, OK + b"content-length: 9\r\n\r\nab"])
def test_a_server_that_stops_does_not_stop_the_caller(serve, face, head):
    """
    Before the head, within it, within the body: the time of the call is kept.
    """
    gate = threading.Event()
    server = serve([head, gate.wait])
    began = monotonic()
    ((code, timeout, billed),) = face.asked(HttpRequest("POST", server.url, {}, b"{}", timeout=0.2))
    gate.set()

    assert code in {"deadline", "timeout"}
    assert (True, "unknown") == (timeout, billed)
    assert monotonic() - began < 2.0


@WAYS
def test_an_upload_from_a_file_is_sent_whole(serve, face, options, tmp_path):
    """
    With what stands before and behind it; what is read while it is sent takes the long way.
    """
    path = tmp_path / "a.bin"
    path.write_bytes(b"b" * 100_000)
    server = serve([EMPTY])
    body = FileBody(path, 0, 100_000, b"a", b"c")
    face.asked(request(server.url, body), options=options)

    assert b"a" + b"b" * 100_000 + b"c" == cut(server.requests[0])[2]


def test_a_compressed_answer_may_be_left(serve):
    """
    Its connection is closed from any thread, also while another one waits for the rest.
    """
    gate = threading.Event()
    head = OK + b"content-encoding: gzip\r\ncontent-length: 900\r\n\r\n"
    server = serve([head, gate.wait])
    response = send(FAST, request(server.url, stream=True)).unwrap()
    threading.Timer(0.1, response.close).start()
    began = monotonic()
    with pytest.raises(TransportError):
        next(response.chunks)
    gate.set()

    assert monotonic() - began < 3.0


def test_a_request_that_went_in_part():
    """
    Counts as sent: it may have been billed, so that nobody sends it again.
    """
    here, there = socket.socketpair()
    with here, there:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        watch = Watch(0.1)
        asked = Asked("POST", "/", "identity", Headers(), bytes(60_000), watch)

        with pytest.raises(TimeoutError):
            exchanged(None, SimpleNamespace(sock=here), head_of(asked, "h"), asked)

    assert watch.sent


def test_a_request_of_which_nothing_went():
    """
    Does not: a kept connection that was closed meanwhile is replaced by another one.
    """
    here, there = socket.socketpair()
    there.close()
    with here:
        watch = Watch(0.1)
        asked = Asked("POST", "/", "identity", Headers(), b"{}", watch)

        with pytest.raises(ConnectionError):
            exchanged(None, SimpleNamespace(sock=here), head_of(asked, "h"), asked)

    assert not watch.sent


def test_what_is_no_plain_socket_sends_by_its_own_means():
    """
    Over TLS, through a tunnel: every byte goes that way, and none past it.
    """
    sent = bytearray()
    asked = Asked("POST", "/", "br", Headers({"accept": "a"}), b"{}", Watch(1.0))
    sock = SimpleNamespace(
        sendall=sent.extend,
        gettimeout=lambda: None,
        settimeout=print,
        recv=lambda _: WHOLE,
    )
    pool, head = SimpleNamespace(_put_conn=print), head_of(asked, "h")
    lines = "POST / HTTP/1.1", "host: h", "accept-encoding: br", "content-length: 2", "accept: a"

    assert (200, b"hello") == exchanged(pool, SimpleNamespace(sock=sock), head, asked)[::2]
    assert "\r\n".join([*lines, "", "{}"]).encode() == sent


EARLY = {
    "a refusal": (b"413 x\r\ncontent-length: 4\r\n\r\nmuch", (413, b"much")),
    "a refusal without an end": (b"413 x\r\n\r\nmuch", (413, b"much")),
    "a success": (OK[9:] + b"content-length: 5\r\n\r\nhello", (200, b"hello")),
    "chunks": (OK[9:] + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", (200, b"a")),
    "what may have gone on": (OK[9:] + b"\r\nhello", "reset"),
}


@pytest.fixture(params=["in the clear", "over TLS"])
def refusing(request, tmp_path):
    """`refusing(said)`: where a server says so, having read little, and what to trust there."""
    bundle = context = None
    if request.param == "over TLS":
        authority = trustme.CA()
        authority.cert_pem.write_to_path(bundle := tmp_path / "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)

    def refuse(said):
        sock, _ = listening.accept()
        # else it may be held back until what came before is acknowledged, and is lost
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(sock, server_side=True) if context else sock as speaking:
            speaking.recv(1000)
            speaking.sendall(said)

    def refusing(said):
        threading.Thread(target=refuse, args=(said,), daemon=True).start()
        scheme = "https" if context else "http"
        return f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/", bundle

    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield refusing


@WAYS
@pytest.mark.parametrize(("said", "expected"), EARLY.values(), ids=EARLY)
def test_an_answer_before_the_request_has_been_read(options, said, expected, refusing):
    """
    A server that will not take so much says so and hangs up: that is its answer, and no lost one.
    Only a success that ends where the connection does is none: what was lost of it nobody knows.
    """
    url, bundle = refusing(b"HTTP/1.1 " + said)
    outcome = send(evolve(options, ca_bundle=bundle), request(url, bytes(50_000_000)))

    if isinstance(outcome, Failure):
        assert expected == outcome.failure().code
    else:
        answer = outcome.unwrap()
        assert expected == (answer.status, answer.body or b"".join(answer.chunks))


@WAYS
def test_an_upload_that_breaks_is_no_matter_of_certificates(options, refusing):
    """
    Over TLS either: the connection broke, and nobody knows what became of the request.
    """
    url, bundle = refusing(b"")
    error = send(evolve(options, ca_bundle=bundle), request(url, bytes(50_000_000))).failure()

    assert ("reset", "unknown") == (error.code, error.billed)
