"""Where a server may send a client, as pure data."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Success

from hfpipe import HttpRequest, HttpResponse
from hfpipe.address import origin, private
from hfpipe.evolving import evolve
from hfpipe.redirect import redirected, visiting

SECRETS = {
    "authorization": "Bearer hf_abc",
    "x-key": "k",
    "cookie": "c",
    "accept": "image/png",
    "user-agent": "me",
    "range": "bytes=0-9",
}
OPEN = ["accept", "user-agent", "range"]


def ask(method, url):
    return HttpRequest(method, url, SECRETS, b"body" if method == "POST" else None)


@pytest.mark.parametrize(
    ("method", "status", "start", "place", "goes"),
    [
        ("GET", 301, "https://a.example/x", "/y", "https://a.example/y"),
        ("GET", 302, "https://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("GET", 303, "http://a.example/x", "https://a.example/y", "https://a.example/y"),
        ("GET", 307, "https://a.example/x", "//b.example/y", "https://b.example/y"),
        ("GET", 302, "https://a.example/x", "http://a.example/y", "forbidden_address"),
        ("GET", 302, "https://a.example/x", "http://b.example/y", "forbidden_address"),
        ("GET", 302, "https://a.example/x", "https://127.0.0.1/y", "forbidden_address"),
        ("GET", 302, "https://a.example/x", "https://a.example:8443/y", "https://a.example:8443/y"),
        ("GET", 302, "http://127.0.0.1:1/x", "http://127.0.0.1:2/y", "http://127.0.0.1:2/y"),
        ("GET", 302, "http://127.0.0.1:1/x", "http://127.0.0.2:1/y", "forbidden_address"),
        ("GET", 302, "http://127.0.0.1:1/x", "http://b.example/y", "http://b.example/y"),
        ("GET", 302, "https://a.example/x", "data:text/plain,hi", "forbidden_address"),
        ("GET", 302, "https://a.example/x", "ftp://b.example/y", "forbidden_address"),
        ("GET", 302, "https://a.example/x", "https://[::1", "redirected"),
        ("HEAD", 302, "https://a.example/x", "/y", "https://a.example/y"),
        ("HEAD", 302, "https://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("GET", 300, "https://a.example/x", "/y", None),
        ("GET", 304, "https://a.example/x", "/y", None),
        ("GET", 302, "https://a.example/x", "", None),
        ("POST", 307, "https://a.example/x", "/y", "https://a.example/y"),
        ("POST", 308, "https://a.example/x", "https://A.EXAMPLE:443/y", "https://A.EXAMPLE:443/y"),
        ("POST", 307, "https://a.example/x", "https://b.example/y", None),
        ("POST", 307, "https://a.example/x", "http://a.example/y", None),
        ("POST", 302, "https://a.example/x", "/y", None),
        ("POST", 303, "https://a.example/x", "/y", None),
    ],
)
def test_where_a_redirect_leads(method, status, start, place, goes):
    """
    GET anywhere public and never from https to http; 307 and 308 of a POST within the origin.
    """
    request = ask(method, start)
    response = HttpResponse(status, {"location": place} if place else {})

    result = redirected(request, response, 0)

    if isinstance(result, Success):
        onward = result.unwrap()
        assert goes == (onward and onward.url)
    else:
        assert goes == result.failure().code


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("https://a.example/y", list(SECRETS)),
        ("https://a.example.evil.example/y", OPEN),
        ("https://b.example/y", OPEN),
        ("https://a.example:444/y", OPEN),
    ],
)
def test_credentials_never_leave_their_origin(place, kept):
    """
    Another host, port or scheme gets what everybody may see, and nothing that is a secret.
    """
    response = HttpResponse(302, {"location": place})

    onward = redirected(ask("GET", "https://a.example/x"), response, 0).unwrap()

    assert kept == list(onward.headers)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_next_request_asks_for_the_same(method):
    """
    The method, and whether and how long a stream is waited for; a body is not sent again.
    """
    asked = HttpRequest(method, "https://a.example/x", stream=True, timeout=9.0, idle_timeout=5.0)
    here, there = (HttpResponse(302, {"location": f"https://{name}.example/y"}) for name in "ab")

    assert evolve(asked, url="https://a.example/y") == redirected(asked, here, 0).unwrap()
    assert (
        HttpRequest(
            method,
            "https://b.example/y",
            stream=True,
            idle_timeout=5.0,
            public_only=True,
        )
        == redirected(asked, there, 0).unwrap()
    )


def test_what_an_answer_to_a_post_names_is_fetched():
    """
    By a GET, without the body that was sent.
    """
    onward = visiting("https://b.example/y", ask("POST", "https://a.example/x"), HttpResponse())

    assert ("GET", None) == (onward.unwrap().method, onward.unwrap().body)


@pytest.mark.parametrize(
    ("method", "status", "billed"),
    [
        ("POST", 200, "yes"),
        ("GET", 299, "yes"),
        ("GET", 300, "unknown"),
        ("GET", 302, "unknown"),
        ("POST", 307, "no"),
    ],
)
def test_a_refusal_to_go_there_is_told_whole(method, status, billed):
    """
    With its request, its answer, and what it may have cost: an answer that names a bad address
    was made, a POST that was pointed elsewhere was not answered.
    """
    request, response = ask(method, "https://a.example/x"), HttpResponse(status)

    error = visiting("https://10.0.0.1/y", request, response).failure()

    assert (request, response, status) == (error.request, error.response, error.status)
    assert ("forbidden_address", billed) == (error.code, error.billed)
    assert "the server pointed to the private address 10.0.0.1" == error.message


@pytest.mark.parametrize(
    ("url", "what"), [("https://[::1", "broken"), ("//b", "broken"), ("ftp://b.example", "ftp")]
)
def test_an_address_of_no_use(url, what):
    """
    Neither https nor http, or no address at all.
    """
    error = visiting(url, ask("GET", "https://a.example/x"), HttpResponse()).failure()

    assert f"the server pointed to a {what} address" == error.message


def test_a_sixth_hop_is_not_made():
    """
    Five redirects in a row are followed.
    """
    response = HttpResponse(302, {"location": "/y"})

    assert isinstance(redirected(ask("GET", "https://a.example/x"), response, 4), Success)
    error = redirected(ask("GET", "https://a.example/x"), response, 5).failure()
    assert "redirected" == error.code


def test_a_foreign_address_is_looked_up_with_care():
    """
    The request for another host tells the sender to connect to public addresses alone.
    """
    here = ask("GET", "https://a.example/x")

    assert visiting("https://b.example/y", here, HttpResponse()).unwrap().public_only
    assert not visiting("https://a.example/y", here, HttpResponse()).unwrap().public_only


@pytest.mark.parametrize(
    "host",
    """
    localhost LOCALHOST localhost. a.localhost 127.0.0.1 127.1 127.0.0.1. 0x7f.1 0x7f000001
    2130706433 017700000001 0.0.0.0 0 10.1.2.3 100.64.0.1 169.254.169.254 172.16.0.1 192.168.0.1
    192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 [::] [::1] [fe80::1] [fe80::1%eth0]
    [fc00::1] [fd12::1] [ff02::1] [::ffff:10.0.0.1] [::ffff:7f00:1] [2002:7f00:1::]
    [64:ff9b::a00:1] [2001:db8::1] printer printer.local db.internal router.home.arpa
    """.split(),
)
def test_a_private_host_is_known_in_every_spelling(host):
    """
    Loopback, link-local, private, reserved, multicast, and the names that stand for them.
    """
    assert private(host)


@pytest.mark.parametrize(
    "host", ["huggingface.co", "8.8.8.8", "[2606:4700::1111]", "a.b.c.d.example", "xn--n3h.example"]
)
def test_a_public_host_is_none(host):
    """
    What anybody may visit is not kept from anybody.
    """
    assert not private(host)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://a.example", "https://a.example:443/x?y", True),
        ("https://a.example", "https://A.Example./", True),
        ("https://a.example", "http://a.example:443", False),
        ("https://a.example", "https://a.example:80", False),
        ("https://a.example", "https://a.example@evil.example", False),
        ("https://a.example", "https://a.example.evil.example", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, two, same):
    """
    Credentials are bound to all three of them.
    """
    assert same == (origin(one) == origin(two))


@given(st.text("ht:/\\@?#[]1.a\t ", max_size=30))
def test_an_origin_is_the_one_of_the_whole_address(text):
    """
    Whatever it is parsed from: nothing behind the third slash has a say in it.
    """
    for url in (text, f"http://{text}", f"https://h/{text}"):
        assert or_none(whole, url) == or_none(origin, url)


def whole(url):
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").rstrip("."), port


def or_none(read, url):
    try:
        return read(url)
    except ValueError:
        return None
