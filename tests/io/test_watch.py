"""
How long the next wait on a socket may take.
"""

from __future__ import annotations

import socket
from time import monotonic

import pytest

from hfpipe.io.watch import Watch


@pytest.mark.parametrize(
    ("limit", "timeout", "idle", "least", "most"),
    [
        (None, 5.0, None, 4.9, 5.0),
        (5.001, 5.0, None, 5.001, 5.001),  # about as long: it stays
        (5.1, 5.0, None, 4.9, 5.0),
        (4.0, 5.0, None, 4.9, 5.0),
        (0.0, 5.0, None, 4.9, 5.0),
        (None, 5.0, 2.0, 2.0, 2.0),
        (2.0, 5.0, 2.0, 2.0, 2.0),
        (5.0, None, 2.0, 2.0, 2.0),
    ],
)
def test_a_wait_is_bounded_by_what_is_left(limit, timeout, idle, least, most):
    """
    A socket's limit is set anew where it is shorter than that, or longer by more than a little.
    """
    with socket.socket() as sock:
        sock.settimeout(limit)
        Watch(timeout, idle).bound(sock)

        assert least <= sock.gettimeout() <= most


def test_a_wait_without_limit_is_not_bounded():
    """
    Not even by what the request before was bound by.
    """
    with socket.socket() as sock:
        sock.settimeout(3.0)
        Watch(None).bound(sock)

        assert sock.gettimeout() is None


def test_where_no_time_is_left_nobody_waits():
    """
    The watch says which of its limits was run into.
    """
    watch = Watch(5.0)
    watch.deadline = monotonic() - 1.0
    with socket.socket() as sock, pytest.raises(TimeoutError):
        watch.bound(sock)

    assert "deadline" == watch.expired


LIMITS = [
    (0.05, None, "deadline"),
    (0.05, 9.0, "deadline"),
    (9.0, 0.05, "idle"),
    (None, 0.05, "idle"),
]


@pytest.mark.parametrize(("timeout", "idle", "limit"), LIMITS)
def test_a_wait_that_was_too_long_tells_which_limit_it_ran_into(timeout, idle, limit):
    """
    The one that came first: the time of the whole call, or that between two pieces.
    """
    here, there = socket.socketpair()
    watch = Watch(timeout, idle)
    with here, there, pytest.raises(TimeoutError):
        watch.waited(here, here.recv, 1)

    assert limit == watch.expired
