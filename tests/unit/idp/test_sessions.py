import pytest

from gatepost.idp.directory import User
from gatepost.idp.endpoints import World
from gatepost.idp.sessions import SESSION_SECONDS
from gatepost.values import FixedClock


@pytest.fixture
def alice(world: World) -> User:
    user = world.directory.user_by_login("alice")
    assert user is not None
    return user


def test_a_session_is_found_by_its_cookie_and_by_its_sid(world: World, alice: User) -> None:
    session = world.sessions.start(alice)
    assert world.sessions.find(session.cookie) is session
    assert world.sessions.by_sid(session.sid) is session
    assert world.sessions.of(alice) == [session]
    for wrong in (None, "", "x", session.sid):
        assert world.sessions.find(wrong) is None
    assert world.sessions.by_sid(session.cookie) is None


def test_after_another_sign_in_the_old_cookie_is_worth_nothing(world: World, alice: User) -> None:
    session = world.sessions.start(alice)
    before, sid = session.cookie, session.sid
    world.sessions.renew(session)
    assert world.sessions.find(before) is None
    assert world.sessions.find(session.cookie) is session
    assert session.sid == sid


def test_a_session_ends_by_logout_by_time_and_with_its_user(world: World, alice: User) -> None:
    first, second, third = (world.sessions.start(alice) for _ in range(3))
    world.sessions.end(first)
    assert first.ended
    assert not first.alive(world.clock)
    assert world.sessions.of(alice) == [second, third]
    alice.life.end()
    alice.life.begin()
    assert world.sessions.of(alice) == []
    fourth = world.sessions.start(alice)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += SESSION_SECONDS
    assert not fourth.alive(clock)
    assert world.sessions.find(fourth.cookie) is None


def test_its_repr_shows_no_cookie(world: World, alice: User) -> None:
    session = world.sessions.start(alice)
    assert session.cookie not in repr(session)
