import json

from gatepost.idp import tokens as module
from gatepost.idp.endpoints import World
from gatepost.oidc import parse
from gatepost.values import FixedClock


def give(world: World, application: str = "tutorial-opaque", login: str | None = None) -> str:
    return world.tokens.give(
        world.directory.applications.by_id[application],
        user=world.directory.user_by_login(login) if login else None,
        scopes=["read", "write"],
        audience="api://default",
    )


def active(world: World, token: str) -> bool:
    given = world.tokens.find(token)
    return given is not None and given.active(world.clock)


def test_a_jwt_carries_oktas_claims_and_the_standards(world: World) -> None:
    claims = parse(give(world, "tutorial-jwt")).payload
    assert claims["iss"] == world.issuer
    assert claims["cid"] == claims["client_id"] == claims["sub"] == "tutorial-jwt"
    assert claims["scp"] == ["read", "write"]
    assert claims["scope"] == "read write"
    assert claims["department"] == "tutorials"
    assert claims["exp"] == int(world.clock.now()) + 3600


def test_a_users_token_tells_who_and_which_groups(world: World) -> None:
    claims = parse(give(world, "tutorial-jwt", "alice")).payload
    assert claims["sub"] == "alice"
    assert claims["groups"] == ["Everyone", "admins"]


def test_the_answer_about_a_token_tells_the_same_as_its_claims(world: World) -> None:
    given = world.tokens.find(give(world, login="bob"))
    assert given is not None
    answer = json.loads(given.answer)
    assert answer["active"] is True
    assert answer["username"] == "bob"
    assert answer["client_id"] == "tutorial-opaque"
    assert answer["jti"] == given.claims["jti"]


def test_a_token_dies_when_it_expires(world: World) -> None:
    token = give(world)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += 3599
    assert active(world, token)
    clock.time += 1
    assert not active(world, token)


def test_a_token_dies_with_its_application_and_stays_dead(world: World) -> None:
    token = give(world)
    life = world.directory.applications.by_id["tutorial-opaque"].life
    life.end()
    assert not active(world, token)
    life.begin()
    assert not active(world, token)
    assert active(world, give(world))


def test_a_token_dies_with_its_user_and_stays_dead(world: World) -> None:
    token = give(world, login="alice")
    user = world.directory.user_by_login("alice")
    assert user is not None
    user.life.end()
    assert not active(world, token)
    user.life.begin()
    assert not active(world, token)


def test_a_token_of_a_removed_application_does_not_come_back_with_its_id(world: World) -> None:
    token = give(world)
    application = world.directory.applications.by_id["tutorial-opaque"]
    world.directory.remove_application(application)
    world.directory.add_application(application.seed)
    assert not active(world, token)


def test_expired_tokens_are_swept(world: World, monkeypatch) -> None:
    monkeypatch.setattr(module, "_SWEEP_AT", 10)
    for _ in range(10):
        give(world)
    clock = world.clock
    assert isinstance(clock, FixedClock)
    clock.time += 4000
    for _ in range(5):
        give(world)
    assert len(world.tokens) <= 6


def test_a_forged_text_is_not_found(world: World) -> None:
    token = give(world, "tutorial-jwt")
    head, body, _signature = token.split(".")
    assert world.tokens.find(f"{head}.{body}.AAAA") is None
    assert world.tokens.find("\ud800") is None
