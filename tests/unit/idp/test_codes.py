import pytest

from gatepost.idp.asking import RefusedError
from gatepost.idp.codes import CODE_SECONDS
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.values import FixedClock
from tests.unit.idp.person import CHALLENGE, VERIFIER

URI = "http://127.0.0.1:8000/app/callback"


@pytest.fixture
def family(world: World) -> Family:
    user = world.directory.user_by_login("alice")
    assert user is not None
    application = world.directory.applications.by_id["demo-app"]
    session = world.sessions.start(user)
    return Family(application, user, ("openid",), "api://default", session)


def given(world: World, family: Family, challenge: str | None = CHALLENGE) -> str:
    return world.codes.give(family, redirect_uri=URI, challenge=challenge)


def redeemed(
    world: World,
    code: str,
    application: Application,
    uri: str | None = URI,
    verifier: str | None = VERIFIER,
) -> Family:
    return world.codes.redeem(code, application, redirect_uri=uri, verifier=verifier)


def test_a_code_is_redeemed_by_whom_it_is_for(world: World, family: Family) -> None:
    assert redeemed(world, given(world, family), family.application) is family
    without = given(world, family, None)
    assert redeemed(world, without, family.application, verifier=None) is family


def test_a_second_use_ends_what_the_first_gave(world: World, family: Family) -> None:
    code = given(world, family)
    redeemed(world, code, family.application)
    with pytest.raises(RefusedError) as caught:
        redeemed(world, code, family.application)
    assert caught.value.error == "invalid_grant"
    assert family.ended


def test_so_it_does_when_it_comes_much_later(world: World, family: Family) -> None:
    code = given(world, family)
    redeemed(world, code, family.application)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += 3000
    with pytest.raises(RefusedError):
        redeemed(world, code, family.application)
    assert family.ended


def test_a_code_is_good_for_a_minute(world: World, family: Family) -> None:
    code = given(world, family)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += CODE_SECONDS
    with pytest.raises(RefusedError, match="invalid_grant"):
        redeemed(world, code, family.application)


@pytest.mark.parametrize(
    ("uri", "verifier"),
    [
        (None, VERIFIER),
        (URI + "/", VERIFIER),
        ("http://127.0.0.1:9000/app/callback", VERIFIER),  # registered, but not what was asked
        (URI, None),
        (URI, "b" * 43),
        (URI, "a" * 42),
        (URI, "a" * 129),
        (URI, "ä" * 43),
        (URI, CHALLENGE),
    ],
)
def test_a_wrong_attempt_uses_the_code_up(
    world: World, family: Family, uri: str | None, verifier: str | None
) -> None:
    code = given(world, family)
    with pytest.raises(RefusedError):
        redeemed(world, code, family.application, uri, verifier)
    with pytest.raises(RefusedError):
        redeemed(world, code, family.application)


def test_a_verifier_without_a_challenge_is_refused(world: World, family: Family) -> None:
    with pytest.raises(RefusedError):
        redeemed(world, given(world, family, None), family.application)


def test_another_application_can_neither_use_nor_spoil_it(world: World, family: Family) -> None:
    code = given(world, family)
    other = world.directory.applications.by_id["demo-other"]
    with pytest.raises(RefusedError):
        redeemed(world, code, other)
    assert redeemed(world, code, family.application) is family


def test_a_code_dies_with_its_session_even_when_offline(world: World, family: Family) -> None:
    family.offline = True
    assert family.session is not None
    code = given(world, family)
    world.sessions.end(family.session)
    with pytest.raises(RefusedError):
        redeemed(world, code, family.application)


def test_a_code_dies_with_its_user(world: World, family: Family) -> None:
    code = given(world, family)
    family.user.life.end()
    with pytest.raises(RefusedError):
        redeemed(world, code, family.application)


def test_an_unknown_code_is_refused(world: World, family: Family) -> None:
    for code in ("x", "\ud800"):
        with pytest.raises(RefusedError):
            redeemed(world, code, family.application)
