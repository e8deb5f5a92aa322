import time

import pytest

from gatepost.feed.authority import issue_node, key_pem, make_authority, new_key, request_for
from gatepost.feed.membership import Member, Passport, is_ident

NOW = time.time()


def issued(plane: str, node: str) -> bytes:
    request = request_for(key_pem(new_key()))
    authority = make_authority(now=NOW)
    return issue_node(authority, request, Member(plane, node), now=NOW, life=60.0).pem


def test_a_certificate_says_which_node_of_which_plane_it_is() -> None:
    passport = Passport.of_pem(issued("a", "n-1"))
    assert passport is not None
    assert passport.member == Member("a", "n-1")
    assert passport.member.urn == "urn:gatepost:plane:a:node:n-1"


@pytest.mark.parametrize(("plane", "node"), [("a:node:b", "n"), ("a", ""), ("a b", "n")])
def test_a_name_that_could_be_read_in_two_ways_is_nobodys(plane: str, node: str) -> None:
    assert Passport.of_pem(issued(plane, node or "x y")) is None


def test_what_is_no_certificate_is_nobodys() -> None:
    assert Passport.of_pem(b"nothing") is None
    assert Passport.of_der(b"\x30\x00") is None
    assert Passport.of_der(None) is None
    assert Passport.of_pem(make_authority(now=NOW).certificate) is None


def test_an_id_is_one_word() -> None:
    assert is_ident("0d2f9a1e-0000-4000-8000-000000000000")
    assert not any(map(is_ident, ["", "a b", "a:b", "a\n", "-a", "a" * 200]))
