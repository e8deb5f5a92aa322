import zlib

import pytest

from gatepost.plugin.sealing import NotOurs
from gatepost.plugins.openid_connect.session.record import Session, binding, pack, unpack
from gatepost.values import Tag, TagKind


def session(**changes: object) -> Session:
    whole = {
        "id": "s",
        "issuer": "i",
        "client": "c",
        "method": "authorization_code",
        "subject": "alice",
        "sid": "d",
        "created": 1.0,
        "began": 1.0,
        "renewed": 1.0,
        "touched": 1.0,
        "access_token": "secret-token",
        "obtained": 1.0,
        **changes,
    }
    return Session(**whole)  # type: ignore[arg-type]


def test_a_session_comes_back_as_it_was() -> None:
    whole = session(refresh_token="r", id_token="t", scope="a b", bound=b"\0\xff", opaque=True)
    assert unpack(pack(whole)) == whole


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        pack(session())[:-1],
        zlib.compress(b"\x90"),
        zlib.compress(b"\0" * 400_000),
    ],
)
def test_anything_else_is_not_ours(content: bytes) -> None:
    with pytest.raises(NotOurs):
        unpack(content)


def test_each_change_is_one_version_on() -> None:
    assert session().with_(scope="x").version == 2


def test_a_session_is_revoked_by_any_of_its_names() -> None:
    assert set(session().tags) == {
        Tag.of(TagKind.SESSION, "i", "s"),
        Tag.of(TagKind.SESSION, "i", "d"),
        Tag.of(TagKind.LOGIN, "i", "sid", "d"),
        Tag.of(TagKind.LOGIN, "i", "sub", "alice", "c"),
        Tag.of(TagKind.ISSUER, "i"),
        Tag.of(TagKind.SUBJECT, "i", "alice"),
        Tag.of(TagKind.CLIENT, "i", "c"),
        Tag.token("secret-token"),
    }
    bare = session(subject=None, sid=None, access_token="")
    assert {tag.kind for tag in bare.tags} == {TagKind.SESSION, TagKind.ISSUER, TagKind.CLIENT}


def test_no_token_is_in_its_representation() -> None:
    assert "secret" not in repr(session(refresh_token="secret", id_token="secret"))


def test_a_binding_tells_its_values_apart() -> None:
    assert binding("ab", "c") != binding("a", "bc")
    assert binding("a") == binding("a")
