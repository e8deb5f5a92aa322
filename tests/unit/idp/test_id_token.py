import base64
import hashlib

import pytest

from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.id_token import half_hash, id_token


@pytest.fixture
def family(world: World) -> Family:
    user = world.directory.user_by_login("alice")
    assert user is not None
    application = world.directory.applications.by_id["demo-app"]
    session = world.sessions.start(user)
    return Family(
        application, user, ("openid",), "api://default", session, "a-nonce", 1_799_999_999
    )


def claims(world: World, family: Family, *scopes: str, renewed: bool = False) -> dict[str, object]:
    draft = id_token(world, family, access_token="an access token", scopes=scopes, renewed=renewed)
    assert draft.typ == "JWT"
    return draft.claims


def test_it_tells_who_signed_on_where_and_when(world: World, family: Family) -> None:
    assert claims(world, family, "openid") == {
        "iss": world.issuer,
        "sub": "alice",
        "aud": "demo-app",
        "iat": 1_800_000_000,
        "exp": 1_800_000_300,
        "nonce": "a-nonce",
        "auth_time": 1_799_999_999,
        "sid": family.sid,
        "at_hash": half_hash("an access token", "ES256"),
    }


def test_scopes_bring_claims_about_the_person(world: World, family: Family) -> None:
    told = claims(world, family, "openid", "profile", "email", "groups")
    assert (told["name"], told["email"]) == ("Alice Archer", "alice@example.com")
    assert told["groups"] == ["Everyone", "admins"]


def test_what_was_not_asked_for_is_not_there(world: World, family: Family) -> None:
    family.nonce = family.auth_time = family.session = None
    assert not {"nonce", "auth_time", "sid"} & set(claims(world, family))


def test_after_a_refresh_it_has_no_nonce_and_says_the_same(world: World, family: Family) -> None:
    first, renewed = claims(world, family), claims(world, family, renewed=True)
    del first["nonce"]
    assert renewed == first


@pytest.mark.parametrize(
    ("alg", "name"),
    [("RS256", "sha256"), ("PS384", "sha384"), ("ES512", "sha512"), ("EdDSA", "sha512")],
)
def test_the_hash_is_the_left_half_of_the_algorithms_digest(alg: str, name: str) -> None:
    whole = hashlib.new(name, b"token").digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    assert half_hash("token", alg) == half


def test_the_hash_is_that_of_the_standards_example() -> None:
    # OpenID Connect Core 1.0, appendix A.3
    token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert half_hash(token, "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"
