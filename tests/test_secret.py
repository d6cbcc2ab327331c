"""Secrets as a type, and addresses with their secret parts hidden."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hfpipe.secret import REDACTED, Secret, scrubbed, shown


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://h.example/x", "https://h.example/x"),
        ("https://h.example/x?expand=a&k=b", "https://h.example/x?expand=a&k=[redacted]"),
        ("https://h.example/x?k", "https://h.example/x?[redacted]"),
        ("https://h.example/x#k", "https://h.example/x#[redacted]"),
        ("https://ann:pw@h.example/x", "https://[redacted]@h.example/x"),
        ("https://ann@h.example:8/x?full=1", "https://[redacted]@h.example:8/x?full=1"),
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
