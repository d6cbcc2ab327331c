"""
The way to a server that is not there, not trusted, or behind a proxy, and what the user gets.
"""

import asyncio
import gc
import socket
import ssl
import warnings
from base64 import b64encode

import pytest
import trustme

import hfpipe
import hfpipe.aio


def nowhere():
    """An address of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def certified(authority, *names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture(scope="session")
def trusted(authority, tmp_path_factory):
    """The file of our authority's certificate, as `ca_bundle` takes it."""
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def greets(p):
    """Speaks before it is spoken to, and hangs up."""
    p.sock.sendall(b"HTTP/1.1 400 No\r\n\r\n")
    p.over = True


CHAT = b'{"choices":[{"message":{"role":"assistant","content":"hi"}}]}'
REFUSED = "TransportError refused retryable billed=no"
TLS = "TransportError tls retryable billed=no"
PROXY = "TransportError proxy retryable billed=no"


def proxied(serve, behaviour, target="https://api.example", user=""):
    """The options of a call through a proxy that behaves so."""
    place = serve(behaviour).url.replace("//", f"//{user}")
    return target, {"http_options": {"proxy": place}}


# (what is met on the way, url and options for it, what the user gets)
WAYS = [
    ("nobody listens", lambda serve, tls: (nowhere(), {}), REFUSED),
    (
        "nobody listens, and further tries are allowed",
        lambda serve, tls: (nowhere(), {"retry": hfpipe.Retry(hfpipe.constant(0.01).up_to(3))}),
        f"{REFUSED} attempts=3",
    ),
    (
        "the name does not exist",
        lambda serve, tls: ("http://nobody.invalid", {}),
        "TransportError dns retryable billed=no",
    ),
    (
        "the name is longer than names can be",
        lambda serve, tls: (f"http://{'a' * 300}.example", {}),
        "TransportError dns retryable billed=no",
    ),
    (
        "TLS with a certificate that is trusted",
        lambda serve, tls: (
            serve(lambda p: p.answer(), certified(tls["ours"], "127.0.0.1")).url,
            {"http_options": {"ca_bundle": tls["file"]}},
        ),
        "Success 'hi'",
    ),
    (
        "TLS with a certificate that nobody vouches for",
        lambda serve, tls: (
            serve(lambda p: p.answer(), certified(trustme.CA(), "127.0.0.1")).url,
            {"http_options": {"ca_bundle": tls["file"]}},
        ),
        TLS,
    ),
    (
        "TLS with a certificate that the system does not trust",
        lambda serve, tls: (
            serve(lambda p: p.answer(), certified(tls["ours"], "127.0.0.1")).url,
            {},
        ),
        TLS,
    ),
    (
        "TLS with a certificate for another host",
        lambda serve, tls: (
            serve(lambda p: p.answer(), certified(tls["ours"], "other.example")).url,
            {"http_options": {"ca_bundle": tls["file"]}},
        ),
        TLS,
    ),
    (
        "TLS with a certificate that nobody vouches for, and verify=False",
        lambda serve, tls: (
            serve(lambda p: p.answer(), certified(trustme.CA(), "127.0.0.1")).url,
            {"http_options": {"verify": False}},
        ),
        "Success 'hi'",
    ),
    (
        "https asked of a server that speaks http",
        lambda serve, tls: (
            serve(greets).url.replace("http", "https"),
            {},
        ),
        TLS,
    ),
    (
        "http asked of a server that speaks https",
        lambda serve, tls: (
            serve(lambda p: p.answer(), certified(tls["ours"], "127.0.0.1")).url.replace(
                "https", "http"
            ),
            {},
        ),
        "TransportError reset retryable billed=unknown",
    ),
    (
        "TLS that stalls in its handshake",
        lambda serve, tls: (
            serve(lambda p: p.wait()).url.replace("http", "https"),
            {"timeout": 0.4},
        ),
        "DeadlineError deadline billed=unknown",
    ),
    (
        "a CA file that is not there",
        lambda serve, tls: ("https://127.0.0.1:1", {"http_options": {"ca_bundle": "/nowhere.pem"}}),
        TLS,
    ),
    (
        "a proxy that is not there",
        lambda serve, tls: ("https://api.example", {"http_options": {"proxy": nowhere()}}),
        PROXY,
    ),
    (
        "a proxy whose name does not exist",
        lambda serve, tls: (
            "https://api.example",
            {"http_options": {"proxy": "http://proxy.invalid:3128"}},
        ),
        PROXY,
    ),
    (
        "a proxy that wants a password, for https",
        lambda serve, tls: proxied(serve, lambda p: p.answer(407, b"")),
        PROXY,
    ),
    (
        "a proxy that wants a password, for http",
        lambda serve, tls: proxied(serve, lambda p: p.answer(407, b""), "http://api.example"),
        "ProviderApiError proxy 407 billed=no",
    ),
    (
        "a proxy that may not go there",
        lambda serve, tls: proxied(serve, lambda p: p.answer(403, b"no")),
        PROXY,
    ),
    (
        "a proxy that closes the connection",
        lambda serve, tls: proxied(serve, lambda p: p.raw()),
        PROXY,
    ),
    (
        "a proxy that says nothing",
        lambda serve, tls: (
            "https://api.example",
            {"http_options": {"proxy": serve(lambda p: (p.ask(), p.wait())).url}, "timeout": 0.4},
        ),
        "DeadlineError deadline billed=unknown",
    ),
    (
        "a proxy that carries http as it should",
        lambda serve, tls: proxied(serve, lambda p: p.answer(), "http://api.example"),
        "Success 'hi'",
    ),
    (
        "a proxy that is asked over TLS, and carries http",
        lambda serve, tls: (
            "http://api.example",
            {
                "http_options": {
                    "proxy": serve(lambda p: p.answer(), certified(tls["ours"], "127.0.0.1")).url,
                    "ca_bundle": tls["file"],
                }
            },
        ),
        "Success 'hi'",
    ),
]


@pytest.mark.parametrize(("way", "gets"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS])
def test_a_way_that_is_barred_is_a_value(serve, client, told, chat, authority, trusted, way, gets):
    """
    Whatever stands between the user and the server, the user gets the value that the table says.
    """
    url, options = way(serve, {"ours": authority, "file": str(trusted)})

    assert gets == told(chat(client(url, **options), "hi"))


def test_who_is_not_trusted_can_be(serve, client, chat, authority, trusted):
    """
    The hint of a certificate that was refused names the option, and the option is what it takes.
    """
    url = serve(lambda p: p.answer(), certified(authority, "127.0.0.1")).url

    error = chat(client(url), "hi").failure()
    hf = client(url, http_options={"ca_bundle": trusted})

    assert "http_options={'ca_bundle': ...}" in error.hint
    assert "hi" == chat(hf, "hi").unwrap().text


def test_an_authority_that_the_environment_names(
    serve, client, chat, authority, trusted, monkeypatch
):
    """
    The file that OpenSSL's own variable names is trusted, without an option.
    """
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    url = serve(lambda p: p.answer(), certified(authority, "127.0.0.1")).url
    # options of its own: connections that were made without the variable are not shared
    hf = client(url, http_options={"pool_size": 33})

    assert "hi" == chat(hf, "hi").unwrap().text


@pytest.mark.parametrize("then", [lambda p: None, lambda p: p.wait()], ids=["closes", "waits"])
def test_a_proxy_that_is_asked_over_tls_may_not_go_on_to_https(
    serve, client, told, chat, authority, trusted, then
):
    """
    It is trusted by the same file as any server, and its connection is closed with the refusal:
    nobody waits for it to say goodbye.
    """
    proxy = serve(lambda p: (p.answer(403, b"no"), then(p)), certified(authority, "127.0.0.1")).url
    hf = client("https://api.example", http_options={"proxy": proxy, "ca_bundle": trusted})
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        gets = told(chat(hf, "hi"))
        gc.collect()

    assert (PROXY, []) == (gets, complaints)


def test_a_proxys_password_goes_to_the_proxy_alone(serve, client):
    """
    User and password in the proxy's address become its own header, and go no further.
    """
    server = serve(lambda p: p.answer(502, b"no"))
    proxy = server.url.replace("//", "//ann:s3cr3t-word@")
    hf = client("https://api.example", http_options={"proxy": proxy})

    error = hfpipe.chat_completion(hf, "hi").failure()

    assert b64encode(b"ann:s3cr3t-word").decode() in server.heads[0]
    assert "hf_test_token" not in server.heads[0]
    assert "s3cr3t-word" not in f"{error!s} {error!r} {error.cause} {error.request!r}"


def test_certificates_are_read_where_they_are_needed(serve, client, told, chat):
    """
    A connection without TLS trusts nobody: a CA file that is not there does not stop it.
    """
    hf = client(serve(lambda p: p.answer()).url, http_options={"ca_bundle": "/nowhere.pem"})

    assert "Success 'hi'" == told(chat(hf, "hi"))


def test_certificates_are_read_once(serve, client, authority, trusted, tmp_path):
    """
    However many call at once, and whatever becomes of the file: of the loop's first caller, too.
    """
    file = tmp_path / "ours.pem"
    file.write_bytes(trusted.read_bytes())
    urls = [serve(lambda p: p.answer(), certified(authority, "127.0.0.1")).url for _ in range(2)]
    first, second = [client(url, http_options={"ca_bundle": str(file)}) for url in urls]

    async def texts():
        gone = asyncio.ensure_future(hfpipe.aio.chat_completion(first, "hi"))
        await asyncio.sleep(0)
        gone.cancel()
        at_once = await asyncio.gather(*(hfpipe.aio.chat_completion(first, "hi") for _ in "abc"))
        file.unlink()
        later = await hfpipe.aio.chat_completion(second, "hi")
        return [found.unwrap().text for found in (*at_once, later)]

    assert ["hi"] * 4 == asyncio.run(texts())


def test_over_tls_an_event_loop_keeps_its_connection(serve, client, authority, trusted):
    """
    Small answers, one of two megabytes, a stream: they follow each other on one connection.
    """
    words = b'data: {"choices":[{"delta":{"content":"%b"},"finish_reason":"stop"}]}\n\n' % (
        b"w" * 999
    )
    large = CHAT.replace(b'"hi"', b'"%b"' % (b"w" * 2_000_000))
    server = serve(
        lambda p: p.turns(
            lambda p: p.answer(),
            lambda p: p.answer(body=large),
            lambda p: p.answer(body=words * 2000 + b"data: [DONE]\n\n", kind="text/event-stream"),
            lambda p: p.answer(),
        ),
        certified(authority, "127.0.0.1"),
    )
    hf = client(server.url, http_options={"ca_bundle": trusted})

    async def all_of_them():
        sizes = [len((await hfpipe.aio.chat_completion(hf, "hi")).unwrap().text) for _ in "ab"]
        stream = (await hfpipe.aio.chat_completion_stream(hf, "hi")).unwrap()
        sizes.append(len((await stream.response()).unwrap().text))
        return [*sizes, (await hfpipe.aio.chat_completion(hf, "hi")).unwrap().text]

    assert [2, 2_000_000, 999 * 2000, "hi"] == asyncio.run(all_of_them())
    assert (4, 1) == (len(server.heads), server.connections)
