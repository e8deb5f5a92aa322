import msgspec
import pytest

from gatepost.idp.asking import RefusedError
from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.values import FixedClock


@pytest.fixture
def family(world: World) -> Family:
    user = world.directory.user_by_login("alice")
    assert user is not None
    application = world.directory.applications.by_id["demo-app"]
    return Family(application, user, ("openid",), "api://default", world.sessions.start(user))


def reset(family: Family, **changes: object) -> None:
    family.application.seed = msgspec.structs.replace(family.application.seed, **changes)


def used(world: World, text: str, family: Family) -> str:
    return world.refresh_tokens.rotate(world.refresh_tokens.check(text, family.application))


def test_each_use_gives_another_one(world: World, family: Family) -> None:
    first = world.refresh_tokens.give(family)
    second = used(world, first, family)
    third = used(world, second, family)
    assert len({first, second, third}) == 3
    assert not family.ended


def test_an_old_one_that_comes_again_ends_the_family(world: World, family: Family) -> None:
    first = world.refresh_tokens.give(family)
    second = used(world, first, family)
    with pytest.raises(RefusedError, match="invalid_grant"):
        used(world, first, family)
    assert family.ended
    with pytest.raises(RefusedError):
        used(world, second, family)


def test_where_it_is_only_refused_the_new_one_stays_good(world: World, family: Family) -> None:
    reset(family, reuse="refuse")
    first = world.refresh_tokens.give(family)
    second = used(world, first, family)
    with pytest.raises(RefusedError):
        used(world, first, family)
    used(world, second, family)


def test_within_the_grace_an_old_one_is_taken(world: World, family: Family) -> None:
    reset(family, reuse_grace=10)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    first = world.refresh_tokens.give(family)
    used(world, first, family)
    clock.time += 9
    used(world, first, family)
    clock.time += 1  # ten seconds after the first use, not after the last
    with pytest.raises(RefusedError):
        used(world, first, family)
    assert family.ended


def test_only_its_own_application_may_use_it(world: World, family: Family) -> None:
    text = world.refresh_tokens.give(family)
    other = world.directory.applications.by_id["demo-other"]
    with pytest.raises(RefusedError):
        world.refresh_tokens.check(text, other)
    assert not family.ended
    used(world, text, family)


def test_it_expires(world: World, family: Family) -> None:
    reset(family, refresh_expires_in=100)
    family.offline = True
    text = world.refresh_tokens.give(family)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += 99
    assert world.refresh_tokens.find(text) is not None
    clock.time += 1
    with pytest.raises(RefusedError):
        used(world, text, family)


def test_it_is_active_until_it_was_used_or_its_family_is_over(world: World, family: Family) -> None:
    text = world.refresh_tokens.give(family)
    token = world.refresh_tokens.find(text)
    assert token is not None
    assert world.refresh_tokens.active(token)
    following = world.refresh_tokens.find(used(world, text, family))
    assert following is not None
    assert not world.refresh_tokens.active(token)
    assert family.session is not None
    world.sessions.end(family.session)
    assert not world.refresh_tokens.active(following)
