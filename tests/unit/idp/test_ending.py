import msgspec
import pytest

from gatepost.idp.directory import User
from gatepost.idp.ending import end, end_of_user, frames
from gatepost.idp.endpoints import World
from gatepost.oidc import parse
from tests.unit.idp.party import Party, listening

pytestmark = pytest.mark.anyio


@pytest.fixture
def alice(world: World) -> User:
    user = world.directory.user_by_login("alice")
    assert user is not None
    return user


@pytest.fixture
async def heard(world: World):
    async with listening() as party:
        for name, required in (("demo-app", True), ("demo-other", False)):
            reset(world, name, backchannel_logout_uri=party.url,
                  backchannel_logout_session_required=required)  # fmt: skip
        yield party


def reset(world: World, name: str, **changes: object) -> None:
    application = world.directory.applications.by_id[name]
    application.seed = msgspec.structs.replace(application.seed, **changes)


def joined(world: World, alice: User, *names: str):
    session = world.sessions.start(alice)
    session.applications = {name: world.directory.applications.by_id[name] for name in names}
    return session


async def test_every_application_of_a_session_is_told_as_it_wants_it(
    world: World, alice: User, heard: Party
) -> None:
    session = joined(world, alice, "demo-app", "demo-other")
    await end(world, session)
    assert session.ended
    told = {str(t["aud"]): t for t in (parse(token).payload for token in heard.tokens)}
    assert told["demo-app"]["sid"] == session.sid
    assert "sid" not in told["demo-other"]
    assert told["demo-other"]["sub"] == "alice"


async def test_an_application_that_was_not_used_in_it_is_not_told(
    world: World, alice: User, heard: Party
) -> None:
    await end(world, joined(world, alice, "demo-app"))
    assert [parse(token).payload["aud"] for token in heard.tokens] == ["demo-app"]


async def test_by_subject_each_application_is_told_once(
    world: World, alice: User, heard: Party
) -> None:
    sessions = [joined(world, alice, "demo-app"), joined(world, alice, "demo-app", "demo-other")]
    await end_of_user(world, alice, by_subject=True)
    assert all(session.ended for session in sessions)
    told = [parse(token).payload for token in heard.tokens]
    assert sorted(str(one["aud"]) for one in told) == ["demo-app", "demo-other"]
    assert not any("sid" in one for one in told)


async def test_a_user_without_sessions_has_nobody_to_tell(
    world: World, alice: User, heard: Party
) -> None:
    await end_of_user(world, alice)
    await end_of_user(world, alice, by_subject=True)
    assert heard.posted == []


async def test_frames_carry_issuer_and_sid_where_they_are_wanted(world: World, alice: User) -> None:
    reset(world, "demo-app", frontchannel_logout_uri="http://rp/out?a=b",
          frontchannel_logout_session_required=True)  # fmt: skip
    reset(world, "demo-other", frontchannel_logout_uri="http://other/out")
    session = joined(world, alice, "demo-app", "demo-other", "tutorial-jwt")
    iss = "http%3A%2F%2Fidp%2Foauth2%2Fdefault"
    assert frames(world, session) == [
        f"http://rp/out?a=b&iss={iss}&sid={session.sid}",
        "http://other/out",
    ]
    assert [one["kind"] for one in world.deliveries.shown()] == ["front-channel"] * 2
    world.directory.applications.by_id["demo-other"].life.end()
    assert len(frames(world, session)) == 1
