import msgspec
import pytest

from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.orders import Order
from gatepost.idp.token_answer import token_answer
from gatepost.oidc import parse


@pytest.fixture
def family(world: World) -> Family:
    user = world.directory.user_by_login("alice")
    assert user is not None
    application = world.directory.applications.by_id["demo-app"]
    session = world.sessions.start(user)
    return Family(application, user, ("openid", "read"), "api://default", session)


def test_with_openid_there_is_an_id_token(world: World, family: Family) -> None:
    answer = token_answer(world, family, scopes=["openid", "read"], refresh_token="r")
    assert answer["scope"] == "openid read"
    assert answer["expires_in"] == 300
    assert answer["refresh_token"] == "r"
    assert parse(str(answer["id_token"])).payload["sub"] == "alice"
    assert parse(str(answer["access_token"])).payload["sid"] == family.sid


def test_without_there_is_none_and_no_refresh_token_unless_given(
    world: World, family: Family
) -> None:
    answer = token_answer(world, family, scopes=["read"], refresh_token=None)
    assert set(answer) == {"token_type", "expires_in", "access_token", "scope"}


def test_opaque_tokens_hang_on_the_family_too(world: World, family: Family) -> None:
    application = family.application
    application.seed = msgspec.structs.replace(application.seed, access_token="opaque")
    text = str(token_answer(world, family, scopes=["read"], refresh_token=None)["access_token"])
    given = world.tokens.find(text)
    assert given is not None
    assert given.active(world.clock)
    assert msgspec.json.decode(given.answer)["sid"] == family.sid
    family.ended = True
    assert not given.active(world.clock)


def test_keys_can_change_just_before_the_signing(world: World, family: Family) -> None:
    before = world.keys.published
    world.orders.add(Order("rotate-before-signing", "token"), inside=True)
    answer = token_answer(world, family, scopes=["read"], refresh_token=None)
    assert world.keys.published == before  # nothing is signed for a person
    answer = token_answer(world, family, scopes=["openid"], refresh_token=None)
    assert not set(world.keys.published) & set(before)
    for name in ("id_token", "access_token"):
        assert parse(str(answer[name])).kid == world.keys.current.kid


@pytest.mark.parametrize("fault", ["id-token-missing", "refresh-no-id-token"])
def test_the_id_token_can_be_left_out(world: World, family: Family, fault: str) -> None:
    world.orders.add(Order(fault, "token"), inside=True)
    first = token_answer(world, family, scopes=["openid"], refresh_token=None)
    second = token_answer(world, family, scopes=["openid"], refresh_token=None, renewed=True)
    assert ("id_token" in first, "id_token" in second) == (
        (False, True) if fault == "id-token-missing" else (True, False)
    )


def test_faults_of_a_refresh_wait_for_one(world: World, family: Family) -> None:
    world.orders.add(Order("refresh-invalid-sub", "token"), inside=True)
    first = token_answer(world, family, scopes=["openid"], refresh_token=None)
    assert parse(str(first["id_token"])).payload["sub"] == "alice"
    second = token_answer(world, family, scopes=["openid"], refresh_token=None, renewed=True)
    assert parse(str(second["id_token"])).payload["sub"] == "alice1"
