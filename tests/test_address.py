"""Addresses: the same place or another, and where nobody may be sent."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from hfpipe.address import in_path, origin, private, reachable, split_query

ADDRESSES = [
    ("8.8.8.8", True),
    ("127.0.0.1", False),
    ("10.1.2.3", False),
    ("172.16.0.1", False),
    ("192.168.0.1", False),
    ("169.254.169.254", False),
    ("100.64.0.1", False),
    ("0.0.0.0", False),
    ("224.0.0.1", False),
    ("2606:4700::1111", True),
    ("::1", False),
    ("fe80::1", False),
    ("fc00::1", False),
    ("ff02::1", False),
    ("::ffff:10.0.0.1", False),
    ("::ffff:8.8.8.8", True),
    ("::ffff:224.0.0.1", False),
    ("2002:a00:1::", False),
    ("2002:808:808::", True),
    ("64:ff9b::a00:1", False),
    ("64:ff9b::808:808", True),
    # Teredo: a public server with a private machine behind it, and the other way round
    ("2001:0:808:808:0:0:f5ff:fffe", False),
    ("2001:0:a00:1:0:0:f7f7:f7f7", False),
    ("2001:0:808:808:0:0:f7f7:f7f7", True),
]


@pytest.mark.parametrize(("address", "public"), ADDRESSES)
def test_an_address_is_public_with_all_that_is_inside_it(address, public):
    """
    An address within an address counts as the inner one.
    """
    assert public == reachable(ip_address(address))


HOSTS = [
    ("example.org", False),
    ("localhost", True),
    ("intranet", True),
    ("x.localhost", True),
    ("printer.local", True),
    ("metadata.google.internal", True),
    ("127.1", True),
    ("2130706433", True),
    ("0x7f000001", True),
    ("[::1]", True),
    ("[fe80::1%eth0]", True),
    ("8.8.8.8", False),
    ("localhost.", True),
    ("[2606:4700::1111]", False),
    ("printer.local.", True),
    ("PRINTER.LOCAL", True),
    ("router.home.arpa", True),
    ("10.0.0.1.", True),
    ("127.0.0.0x1", True),
    ("127.0.0.1%eth0", True),
]


@pytest.mark.parametrize(("host", "hidden"), HOSTS)
def test_a_host_that_is_private_by_its_name(host, hidden):
    """
    Numbers in every spelling that the C library takes, and names that never are public.
    """
    assert hidden == private(host)


def test_an_origin_has_the_port_of_its_scheme():
    """
    What credentials are bound to.
    """
    assert ("http", "h", 80) == origin("http://h/x")
    assert ("https", "h", 443) == origin("HTTPS://H./x")
    assert ("https", "h", 8443) == origin("https://h:8443")
    assert ("ftp", "h", 0) == origin("ftp://h")
    assert ("data", "", 0) == origin("data:,x")
    assert ("https", "h", 443) == origin("https://ann:pw@h/x@y")


def test_a_model_in_a_path_and_a_query_apart():
    """
    A model's slash stays, what would leave its place does not.
    """
    assert "org/a%20b%3Fc%23d" == in_path("org/a b?c#d")
    assert ("http://h/v1", "?x=1?y") == split_query("http://h/v1?x=1?y")
    assert ("http://h", "") == split_query("http://h")
