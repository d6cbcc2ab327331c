"""
What the environment says of proxies.
"""

import sys

import pytest

from hfpipe.http_options import HttpOptions
from hfpipe.io.environment import proxy_for


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("http_proxy", "http://api.example", "http://proxy:1"),
        ("HTTP_PROXY", "http://api.example", "http://proxy:1"),
        ("Https_Proxy", "https://api.example", "http://proxy:1"),
        ("all_proxy", "https://api.example", "http://proxy:1"),
        ("https_proxy", "http://api.example", None),
        ("HTTP_PROXYING", "http://api.example", None),
    ],
)
def test_a_variable_of_any_case_names_the_proxy_of_its_scheme(monkeypatch, name, url, expected):
    """
    The variables are read as the standard library reads them.
    """
    for other in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.upper(), raising=False)
    monkeypatch.setenv(name, "http://proxy:1")

    assert expected == proxy_for(url, HttpOptions())


def test_hosts_that_are_named_have_no_proxy(monkeypatch):
    """
    `no_proxy` goes before the others.
    """
    monkeypatch.setenv("https_proxy", "http://proxy:1")
    monkeypatch.setenv("no_proxy", "api.example")
    hosts = ("https://api.example/v1", "https://other.example/v1")

    assert [None, "http://proxy:1"] == [proxy_for(url, HttpOptions()) for url in hosts]


def test_the_environment_is_asked_only_by_those_who_trust_it(monkeypatch):
    """
    `trust_env=False` leaves the variables unread.
    """
    monkeypatch.setenv("https_proxy", "http://proxy:1")

    assert proxy_for("https://api.example", HttpOptions(trust_env=False)) is None


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the system has settings, too")
def test_without_a_variable_there_is_no_proxy():
    """
    Where nothing is named there is nothing to look for.
    """
    assert proxy_for("http://api.example", HttpOptions(), {"PATH": "/bin"}) is None
