"""
Servers that point elsewhere, and what the user gets.
"""

import pytest

import hfpipe
from hfpipe.redirect import MOST_HOPS


def to(status, place):
    """Points there, and answers whoever asks for another path than the first."""
    return lambda p: (
        p.answer() if b"/elsewhere" in p.ask() else p.answer(status, b"", location=place(p))
    )


def here(p):
    return f"{p.server.url}/elsewhere"


def elsewhere(p):
    # another origin: the same server under another name
    return f"http://localhost:{p.server.port}/elsewhere"


def relative(_):
    return "/elsewhere?a=b"


def fixed(place):
    return lambda _: place


TABLE = [
    ("301 of a POST, to itself", to(301, here), "ProviderApiError redirected 301 billed=no", {}),
    ("302 of a POST, to itself", to(302, here), "ProviderApiError redirected 302 billed=no", {}),
    ("303 of a POST, to itself", to(303, here), "ProviderApiError redirected 303 billed=no", {}),
    ("307 of a POST, to itself", to(307, here), "Success 'hi'", {}),
    ("308 of a POST, to itself, by a relative address", to(308, relative), "Success 'hi'", {}),
    (
        "307 of a POST, to another origin",
        to(307, elsewhere),
        "ProviderApiError redirected 307 billed=no",
        {},
    ),
    (
        "308 of a POST, to another origin",
        to(308, elsewhere),
        "ProviderApiError redirected 308 billed=no",
        {},
    ),
    (
        "307 of a POST, to itself for ever",
        to(307, fixed("/again")),
        "ProviderApiError redirected 307 billed=no",
        {},
    ),
    (
        "307 of a POST, without a place",
        lambda p: p.answer(307, b""),
        "ProviderApiError redirected 307 billed=no",
        {},
    ),
    (
        "307 of a POST, to what is no address",
        to(307, fixed("http://[::1")),
        "ProviderApiError redirected 307 billed=no",
        {},
    ),
    (
        "308 of a POST, to a file",
        to(308, fixed("file:///etc/passwd")),
        "ProviderApiError redirected 308 billed=no",
        {},
    ),
]


@pytest.mark.parametrize(
    ("behaviour", "gets", "options"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_post_is_sent_again_within_its_origin_alone(
    serve, client, told, behaviour, gets, options
):
    """
    307 and 308 of a POST are followed within the origin, at most five times; nothing else is.
    """
    server = serve(behaviour)

    assert gets == told(hfpipe.chat_completion(client(server.url, **options), "hi"))
    assert len(server.heads) <= MOST_HOPS + 1


def test_a_redirect_within_the_origin_keeps_the_credential_and_the_body(serve, client):
    """
    What was asked is asked again at the other place, whole.
    """
    server = serve(to(307, here))

    hfpipe.chat_completion(client(server.url), "hi")

    assert ["hf_test_token" in head for head in server.heads] == [True, True]
    assert server.bodies[0] == server.bodies[1]


PICTURE = b"\x89PNG\r\n\x1a\n"


def named(place):
    """Names a picture's address in its answer; `/elsewhere` is one, `/moved` points to it."""

    def behaviour(p):
        head = p.ask()
        if head.startswith(b"POST"):
            p.answer(200, {"data": [{"url": place(p)}]})
        elif b" /moved" in head:
            p.answer(302, b"", location=here(p))
        elif b" /inwards" in head:
            p.answer(302, b"", location="http://169.254.169.254/latest/meta-data")
        elif b" /round" in head:
            p.answer(302, b"", location="/round")
        else:
            p.answer(404 if b" /gone" in head else 200, PICTURE, "image/png")

    return behaviour


def at(path):
    return lambda p: f"{p.server.url}{path}"


# (the address of a picture that the answer names, what the user gets)
NAMED = [
    ("its own host", at("/elsewhere"), "Success image/png"),
    ("its own host, which points on", at("/moved"), "Success image/png"),
    (
        "its own host, which answers 404",
        at("/gone"),
        "ProviderApiError unknown_model 404 billed=no",
    ),
    (
        "its own host, which points on for ever",
        at("/round"),
        "ProviderApiError redirected 302 billed=unknown",
    ),
    (
        "its own host, which points to a cloud's metadata",
        at("/inwards"),
        "ProviderApiError forbidden_address 302 billed=unknown",
    ),
    *(
        (place, fixed(place), "ProviderApiError forbidden_address 200 billed=yes")
        for place in (
            "http://localhost:1/",
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://10.0.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[fe80::1%25eth0]/",
            "http://0.0.0.0/",
            "http://metadata.google.internal/",
            "http://printer/",
            "http://printer.local/",
            "file:///etc/passwd",
            "ftp://files.example/x",
            "//",
        )
    ),
]


@pytest.mark.parametrize(
    ("place", "gets"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED]
)
def test_an_address_of_a_servers_choice_is_visited_only_where_it_is_public(
    serve, told, place, gets
):
    """
    A server's own host may be visited again; nothing else that is private, whatever its spelling.
    """
    server = serve(named(place))
    hf = hfpipe.client(
        "hf_test_token",
        provider="together",
        router_url=server.url,
        http_options={"trust_env": False},
        mappings={"m": [hfpipe.ProviderMapping("together", "m", "text-to-image")]},
    )

    result = hfpipe.text_to_image(hf, "a cat", model="m").map(lambda media: media.media_type)

    assert gets == told(result).replace("'", "")
    assert ["hf_test_token" in head for head in server.heads] == [True] + [False] * (
        len(server.heads) - 1
    )
