import msgspec
import pytest

from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.sessions import SESSION_SECONDS
from gatepost.values import FixedClock


@pytest.fixture
def family(world: World) -> Family:
    user = world.directory.user_by_login("alice")
    assert user is not None
    return Family(
        application=world.directory.applications.by_id["demo-app"],
        user=user,
        scopes=("openid",),
        audience="api://default",
        session=world.sessions.start(user),
    )


def test_a_family_gives_until_somebody_in_it_ends(world: World, family: Family) -> None:
    assert family.gives(world.clock)
    for life in (family.application.life, family.user.life):
        life.end()
        assert not family.gives(world.clock)
        life.begin()
        assert not family.gives(world.clock)
        life.epoch -= 1
        assert family.gives(world.clock)
    family.ended = True
    assert not family.gives(world.clock)
    assert family.over


def test_without_offline_access_it_ends_with_its_session(world: World, family: Family) -> None:
    assert family.session is not None
    world.sessions.end(family.session)
    assert not family.gives(world.clock)
    family.offline = True
    assert family.gives(world.clock)


def test_a_session_that_has_expired_ends_it_too(world: World, family: Family) -> None:
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += SESSION_SECONDS
    assert not family.gives(clock)


def test_access_tokens_outlive_the_session_unless_the_application_says_otherwise(
    world: World, family: Family
) -> None:
    assert family.session is not None
    world.sessions.end(family.session)
    assert not family.over
    application = family.application
    application.seed = msgspec.structs.replace(application.seed, logout_ends_tokens=True)
    assert family.over


def test_without_a_session_there_is_no_sid(family: Family) -> None:
    assert family.session is not None
    assert family.sid == family.session.sid
    family.session = None
    assert family.sid is None
