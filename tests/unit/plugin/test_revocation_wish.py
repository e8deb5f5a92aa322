import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.plugin.revocation_wish import KEPT, read_wish
from gatepost.values import Fault, Tag, TagKind

NOW = 1_800_000_000.0


def wish(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def jwt(**claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.c2ln"


def test_a_token_becomes_its_tag_and_never_stands_in_the_repr() -> None:
    read = read_wish(wish(token="opaque-token-text", who="me"))
    assert read.tags([], NOW) == [(Tag.token("opaque-token-text"), NOW + KEPT)]
    assert "opaque-token-text" not in repr(read)


def test_a_scheme_before_the_token_is_left_out() -> None:
    assert read_wish(wish(token="Bearer abc.def")).tags([], NOW)[0][0] == Tag.token("abc.def")


def test_a_jwt_that_lives_longer_than_the_default_is_kept_until_it_ends() -> None:
    ends = NOW + 2 * KEPT
    assert read_wish(wish(token=jwt(exp=ends))).tags([], NOW)[0][1] == ends + 86400


@pytest.mark.parametrize("exp", [NOW - 10, True, "soon", None, float("inf"), 2**60, []])
def test_an_exp_never_makes_it_shorter(exp: object) -> None:
    assert read_wish(wish(token=jwt(exp=exp))).tags([], NOW)[0][1] == NOW + KEPT


def test_without_an_issuer_every_known_issuer_is_meant() -> None:
    read = read_wish(wish(subject="alice"))
    assert [tag for tag, _ in read.tags({"https://b", "https://a"}, NOW)] == [
        Tag.of(TagKind.SUBJECT, "https://a", "alice"),
        Tag.of(TagKind.SUBJECT, "https://b", "alice"),
    ]


def test_without_any_issuer_nothing_is_revoked_silently() -> None:
    with pytest.raises(Fault) as caught:
        read_wish(wish(client="app")).tags([], NOW)
    assert caught.value.code == "revocation.no_issuer"
    assert "node" not in caught.value.message, "a control plane says it too"


def test_an_issuer_alone_is_all_that_it_issued() -> None:
    tags = read_wish(wish(issuer="https://a", **{"for": 60})).tags([], NOW)
    assert tags == [(Tag.of(TagKind.ISSUER, "https://a"), NOW + 60)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        wish(),
        wish(who="me"),
        wish(token=""),
        wish(token=5),
        wish(token="x" * 20000),
        wish(token="a", subject="b"),
        wish(token="a", issuer="b"),
        wish(subject="a", colour="red"),
        wish(subject="a", **{"for": -1}),
        wish(subject="a", **{"for": True}),
        wish(subject="a", **{"for": 1e12}),
    ],
)
def test_a_malformed_wish_is_refused_with_words(body: bytes) -> None:
    with pytest.raises(Fault) as caught:
        read_wish(body)
    assert caught.value.code == "revocation.malformed"


@given(st.text(max_size=200))
def test_any_text_is_a_token_that_can_be_revoked_or_is_refused(text: str) -> None:
    try:
        read = read_wish(wish(token=text))
    except Fault:
        return
    assert len(read.tags([], NOW)) == 1


@pytest.mark.parametrize("name", ["token", "subject", "client", "who", "why", "issuer"])
def test_half_a_character_never_gets_into_the_log(name: str) -> None:
    wish = {"session": "s"} if name in {"who", "why", "issuer"} else {"issuer": "https://i"}
    wish = {} if name == "token" else wish
    body = json.dumps({**wish, name: "a\ud800"}).encode()
    with pytest.raises(Fault) as caught:
        read_wish(body)
    assert caught.value.code == "revocation.malformed"


def test_json_that_is_too_deep_is_malformed() -> None:
    with pytest.raises(Fault) as caught:
        read_wish(b"[" * 60_000)
    assert caught.value.code == "revocation.malformed"
