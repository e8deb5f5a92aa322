import hashlib
import hmac
import json

import pytest

from gatepost.idp import IdentityProvider, read_seed
from gatepost.idp.endpoints import World
from gatepost.idp.mint import BadMintError, mint, public_pem
from gatepost.oidc import KeySet, UnknownKey, parse, verify
from gatepost.oidc.compact import decode_segment
from gatepost.values import Fault, FixedClock


def made(world: World, **order: object) -> str:
    return mint(world, json.dumps(order).encode())


def keys(world: World) -> KeySet:
    return KeySet.read(world.keys.document, world.issuer)


def test_without_orders_the_token_is_good(world: World) -> None:
    token = parse(mint(world, b""))
    verify(token, keys(world))
    assert token.payload["iss"] == world.issuer
    assert token.payload["exp"] == 1_800_003_600


def test_claims_are_replaced_and_removed(world: World) -> None:
    token = parse(made(world, claims={"aud": ["x"], "exp": "soon"}, remove=["sub"]))
    assert token.payload["aud"] == ["x"]
    assert token.payload["exp"] == "soon"
    assert "sub" not in token.payload


def test_the_payload_may_be_any_text(world: World) -> None:
    token = made(world, payload='{"a":1,"a":2}')
    assert decode_segment(token.split(".")[1]) == b'{"a":1,"a":2}'
    with pytest.raises(BadMintError, match="not both"):
        made(world, payload="x", claims={"a": 1})


def test_the_header_may_lie(world: World) -> None:
    token = parse(made(world, header={"typ": None, "kid": "other", "jku": "http://evil"}))
    assert (token.typ, token.kid) == (None, "other")
    assert token.header["jku"] == "http://evil"


def test_a_logout_token_is_made_by_its_type(world: World) -> None:
    order = {"header": {"typ": "logout+jwt"}, "claims": {"aud": "app", "sid": "s"}}
    token = parse(made(world, **order, remove=["sub"]))
    verify(token, keys(world))
    assert token.typ == "logout+jwt"
    assert token.payload.keys() == {"iss", "aud", "iat", "exp", "jti", "events", "sid"}
    assert token.payload["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}


def test_an_unsigned_token_ends_in_a_dot(world: World) -> None:
    token = made(world, alg="none")
    head = decode_segment(token.split(".")[0])
    assert json.loads(head or b"")["alg"] == "none"
    assert token.endswith(".")


def test_the_old_key_is_the_one_before_the_rotation(world: World) -> None:
    with pytest.raises(BadMintError, match="no old key"):
        made(world, key="old")
    before = world.keys.current.kid
    world.keys.rotate(withdraw=True)
    token = parse(made(world, key="old"))
    assert token.kid == before
    with pytest.raises(UnknownKey):
        verify(token, keys(world))


def test_the_unknown_key_can_pretend_to_be_the_current_one(world: World) -> None:
    with pytest.raises(UnknownKey):
        verify(parse(made(world, key="unknown")), keys(world))
    with pytest.raises(Fault) as caught:
        verify(
            parse(made(world, key="unknown", header={"kid": world.keys.current.kid})), keys(world)
        )
    assert caught.value.code == "token.signature"


def test_hs256_is_keyed_with_the_text_of_the_public_key() -> None:
    world = IdentityProvider(
        issuer="http://idp/oauth2/default", seed=read_seed(), clock=FixedClock(1.0)
    ).world
    token = made(world, key="hs256-with-public-key")
    data, _, signature = token.rpartition(".")
    pem = public_pem(world.keys.current)
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")
    digest = hmac.digest(pem.encode(), data.encode(), hashlib.sha256)
    assert decode_segment(signature) == digest
    assert parse(token).header["kid"] == world.keys.current.kid


@pytest.mark.parametrize(
    "order",
    [
        {"key": "none"},
        {"colour": 1},
        {"alg": "RS256"},
        {"alg": "XX"},
        {"key": "hs256-with-public-key"},
        {"claims": []},
    ],
)
def test_what_cannot_be_made_is_told(world: World, order: dict[str, object]) -> None:
    with pytest.raises(BadMintError):
        made(world, **order)
