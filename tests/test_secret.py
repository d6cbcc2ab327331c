"""Secrets as a type, and addresses with their secret parts hidden."""

from __future__ import annotations

import copy
import pickle
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hfpipe.secret import (
    REDACTED,
    Secret,
    harmless,
    of_a_provider,
    of_the_hub,
    plain,
    scrubbed,
    shown,
    within,
)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://h.example/x", "https://h.example/x"),
        ("https://h.example/x?expand=a&k=b", "https://h.example/x?expand=a&k=[redacted]"),
        ("https://h.example/x?k", "https://h.example/x?[redacted]"),
        ("https://h.example/x#k", "https://h.example/x#[redacted]"),
        ("https://ann:pw@h.example/x", "https://[redacted]@h.example/x"),
        ("https://ann@h.example:8/x?full=1", "https://[redacted]@h.example:8/x?full=1"),
        ("https://@h.example/x", "https://h.example/x"),
        ("https://[::1/x?k=v", "[redacted]"),
    ],
)
def test_an_address_shows_no_more_than_where_it_is(url, seen):
    """
    User, password, fragment and all but harmless parameters are hidden, and stay so when it is
    shown again.
    """
    assert seen == shown(url)
    assert seen == shown(shown(url))


@given(st.text(min_size=4).filter(lambda text: text not in REDACTED))
def test_a_secret_is_never_seen(text):
    """
    Printed, formatted, copied or pickled: the text is nowhere.
    """
    secret = Secret(text)

    assert {REDACTED} == {repr(secret), str(secret), f"{secret}", f"{copy.deepcopy(secret)}"}
    assert pickle.loads(pickle.dumps(secret)).lost
    assert text == secret.reveal()


@given(st.text(), st.text(min_size=4), st.text())
def test_a_text_is_scrubbed_of_a_secret_wherever_it_stands(before, secret, after):
    """
    However it is surrounded, the secret is gone, and what was around it is still there.
    """
    clean = scrubbed(f"{before}{secret}{after}", [secret])

    assert secret not in clean.replace(REDACTED, "") or secret in before + after
    assert REDACTED in clean


@pytest.mark.parametrize(
    ("secret", "parts"),
    [
        ("abc#defgh", []),
        ("https://h.example/x", []),
        ("https://h.example/x?full=1", []),
        ("https://h.example/x?full=1&k=v&l=w", ["v", "w"]),
        ("https://h.example/x?whole", ["whole"]),
        ("https://h.example/x#piece", ["piece"]),
        ("https://ann:p%40w@h.example/x", ["ann", "p%40w", "p@w"]),
        ("https://[::1/x?k=v", []),
    ],
)
def test_a_secret_address_has_secret_parts(secret, parts):
    """
    Each part that is hidden in an address, as it is written and as it is meant; of a text that is
    no address there are none.
    """
    assert [secret, *parts] == list(within(secret))


def a_source():
    return "hf_found"


def test_a_secret_that_is_read_again_keeps_the_words_before_it():
    """
    Out of a pickle comes the source, and the prefix of a header beside it.
    """
    arrived = pickle.loads(pickle.dumps(Secret(source=a_source).prefixed("Bearer ")))

    assert "Bearer hf_found" == arrived.reveal()
    assert a_source == arrived.source


@pytest.mark.parametrize(
    ("text", "secret", "clean"),
    [
        ("key a-key/1 sent", "a-key/1", "key [redacted] sent"),
        ("?key=a-key%2F1&x", "a-key/1", "?key=[redacted]&x"),
        ("four: abcd", "abcd", "four: [redacted]"),
        ("three: abc", "abc", "three: abc"),
        ("none", "", "none"),
        ("what came of the environment: \udc80abc", "\udc80abc", "what came of the environment: "),
    ],
)
def test_each_spelling_of_a_secret_is_found(text, secret, clean):
    """
    As it is and url-encoded, its slashes too; one with bytes that are no text does not stop it.
    """
    assert clean in scrubbed(text, [secret])
    assert not (len(secret) > 3 and secret in scrubbed(text, [secret]))


@pytest.mark.parametrize(
    ("secret", "before", "clean"),
    [
        ("hf_abcdef", "", "[redacted]PyE="),
        ("hf_abcdef", "#", "I2[redacted]j8h"),
        ("hf_abcdef", "##", "IyN[redacted]Y/IQ=="),
        ("hf_abcdef", "###", "IyMj[redacted]PyE="),
        ("hf_abcdefg", "", "[redacted]z8h"),
        ("hf_abcdefg", "#", "I2[redacted]c/IQ=="),
        ("hf_abcdefg", "##", "IyN[redacted]PyE="),
        ("hf_abcdefgh", "", "[redacted]g/IQ=="),
    ],
)
def test_a_secret_within_base64_is_found_at_any_place(secret, before, clean):
    """
    All that is of the secret alone goes; a character that a neighbour has a part in stays.
    """
    whole = b64encode(f"{before}{secret}?!".encode()).decode()

    assert clean == scrubbed(whole, [secret])


@pytest.mark.parametrize(
    ("token", "whose"),
    [(None, (False, False)), ("hf_x", (True, False)), ("x", (False, True)), ("hf", (False, True))],
)
def test_whose_a_token_is(token, whose):
    """
    The Hub's, a provider's, or nobody's where there is none.
    """
    given = token and Secret(token)

    assert whose == (of_the_hub(given), of_a_provider(given))


@pytest.mark.parametrize(
    ("url", "nothing"),
    [
        ("https://h.example/x", True),
        ("https://h.example/x?full=1", True),
        ("https://h.example/x?k=v", False),
        ("https://ann@h.example/x", False),
        ("https://h.example/x#k", False),
    ],
)
def test_whether_an_address_has_something_to_hide(url, nothing):
    """
    A user, a fragment, or a parameter that is not known to be harmless.
    """
    assert nothing == harmless(url)


def test_a_source_is_asked_once():
    """
    What it gave is kept.
    """
    asked = []
    secret = Secret(source=lambda: asked.append("asked") or "hf_found")

    assert ["hf_found", "hf_found"] == [secret.reveal(), secret.reveal()]
    assert ["asked"] == asked


class Curious:
    """Equals everything, and remembers what it was compared with."""

    __hash__ = None

    def __init__(self):
        self.seen = []

    def __eq__(self, other):
        self.seen.append(other)
        return True


def test_what_is_no_text_never_sees_the_text():
    """
    A foreign value is compared with the secret itself: its own `__eq__` is handed nothing open.
    """
    curious = Curious()

    assert Secret("hf_hidden") == curious
    assert [Secret] == [type(seen) for seen in curious.seen]


@pytest.mark.parametrize("text", ["hf_open", Secret("hf_open")])
def test_a_text_is_plain_or_is_made_so(text):
    """
    Whether it is a secret or none, what comes is a str.
    """
    opened = plain(text)

    assert (str, "hf_open") == (type(opened), opened)
