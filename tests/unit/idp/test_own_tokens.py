import pytest

from gatepost.idp.endpoints import World
from gatepost.idp.own_tokens import hinted
from gatepost.oidc import generate, sign

GOOD = {"iss": "http://idp/oauth2/default", "sub": "alice", "aud": "demo-app", "iat": 1, "exp": 2}


def test_an_id_token_is_known_also_expired_and_after_its_key_was_withdrawn(world: World) -> None:
    text = world.keys.sign(dict(GOOD), typ="JWT")
    assert hinted(world, text) == GOOD
    world.keys.rotate(withdraw=True)
    assert hinted(world, text) == GOOD


@pytest.mark.parametrize(
    "changes", [{"iss": "http://other"}, {"sub": None}, {"aud": ["demo-app"]}, {"sub": 1}]
)
def test_one_that_does_not_say_whom_is_not(world: World, changes: dict[str, object]) -> None:
    assert hinted(world, world.keys.sign({**GOOD, **changes}, typ="JWT")) is None


def test_answers_without_a_time_are_no_id_tokens(world: World) -> None:
    claims = {name: value for name, value in GOOD.items() if name != "iat"}
    assert hinted(world, world.keys.sign(claims, typ="JWT")) is None


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "token-introspection+jwt"])
def test_other_tokens_of_ours_are_not_id_tokens(world: World, typ: str) -> None:
    assert hinted(world, world.keys.sign(dict(GOOD), typ=typ)) is None


def test_what_somebody_else_signed_is_nothing(world: World) -> None:
    stranger = generate("ES256", kid=world.keys.current.kid)
    assert hinted(world, sign(GOOD, stranger)) is None
    for text in ("", "x", "a.b.c", "\ud800"):
        assert hinted(world, text) is None
