import json
from dataclasses import replace

import pytest

from gatepost.outside.room_words import heard, keys_of, read_members, told, write_member
from gatepost.plugin import Revocation
from gatepost.values import Tag, TagKind

ONE = Revocation(7, Tag.of(TagKind.SUBJECT, "https://a", "änn"), 12.25, 99.5, "who", "why")


def test_a_revocation_travels_whole_and_without_its_number() -> None:
    member = write_member(ONE)
    assert b"number" not in member
    ((read,), bad) = read_members([member])
    assert (read.number, bad) == (0, 0)
    assert write_member(read) == member
    assert (read.tag, read.not_before, read.expires) == (ONE.tag, ONE.not_before, ONE.expires)


def test_how_a_node_heard_of_it_is_its_own() -> None:
    held = heard(heard(ONE, "redis-1 sessions"), "redis-2 sessions")
    assert held.why == "why (through Redis redis-1 sessions) (through Redis redis-2 sessions)"
    assert write_member(held) == write_member(ONE)
    assert held.tag == ONE.tag


def test_long_words_are_cut_and_long_parts_are_not() -> None:
    tag = Tag.of(TagKind.SUBJECT, "https://a", "s" * 5000)
    ((read,), bad) = read_members(
        [write_member(Revocation(1, tag, 1.0, None, "w" * 9999, "y" * 9999))]
    )
    assert (read.tag, bad) == (tag, 0)
    assert len(read.who) == len(read.why) == 1024


def altered(**fields: object) -> bytes:
    return json.dumps({**json.loads(write_member(ONE)), **fields}).encode()


@pytest.mark.parametrize(
    "member",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        altered(kind="colour"),
        altered(parts=[]),
        altered(parts=["a", 1]),
        altered(parts=["a", "\ud800"]),
        altered(parts=["a"] * 5),
        altered(parts=["a" * 70_000, "b"]),
        altered(not_before="soon"),
        altered(not_before=True),
        altered(not_before=float("inf")),
        altered(expires=float("nan")),
        write_member(ONE).replace(b"12.25", b"1e999"),
        write_member(ONE).replace(b"99.5", b"-1e999"),
    ],
)
def test_what_is_no_revocation_is_left_out_and_counted(member: bytes) -> None:
    assert read_members([member, write_member(ONE), b"epoch"]) == (
        [Revocation(0, ONE.tag, ONE.not_before, ONE.expires, "who", "why")],
        1,
    )


def test_many_are_told_in_pieces() -> None:
    many = [Revocation(n, ONE.tag, float(n), None) for n in range(1201)]
    pieces = list(told(many))
    assert [(len(words) - 1) // 2 for words in pieces] == [500, 500, 201]
    assert pieces[0][1] == "+inf"
    assert next(told([ONE]))[1] == "99.5"


def test_both_keys_begin_with_the_prefix_and_share_a_slot() -> None:
    assert keys_of("gate") == ("gate:{revocations}", "gate:{revocations}:news")


def test_the_control_plane_that_it_came_through_is_left_out_as_a_room_is() -> None:
    held = replace(ONE, why=f"{ONE.why} (through the control plane)")
    assert write_member(held) == write_member(ONE)
