"""Keycloak behind a whole node: real nginx, real authorizers, remembered decisions."""

import time
from collections.abc import Iterator

import pytest

from tests.integration.world import Answer, World
from tests.interop.conftest import Keycloak
from tests.interop.test_keycloak import ANN, BASIC, GATE, LEAVING, PORTAL
from tests.providers.routes import kong_yaml

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def world(keycloak: Keycloak) -> Iterator[World]:
    text = kong_yaml(keycloak.issuer, GATE, scopes=["openid"], required=["email phone", "address"])
    secrets = (GATE[1], BASIC[1], LEAVING[1], PORTAL[1], ANN["password"])
    with World.start(text, secrets=secrets) as running:
        yield running


def minted(world: World, keycloak: Keycloak, client: tuple[str, str], **form: str) -> str:
    token = keycloak.token(client, **form)
    world.secrets.add(token)
    return token


def told(answer: Answer, name: str) -> str | None:
    """Return a header as the upstream got it."""
    assert answer.status == 200, answer
    found: dict[str, str] = {k.lower(): v for k, v in answer.json()["headers"].items()}
    return found.get(name)


def test_a_jwt_is_forwarded_with_its_issuer(world: World, keycloak: Keycloak) -> None:
    for token in (minted(world, keycloak, BASIC), minted(world, keycloak, PORTAL, **ANN)):
        answer = world.get("/jwt/get", token, X_Issuer="spoofed")
        assert told(answer, "x-issuer") == keycloak.issuer
        assert told(answer, "authorization") == f"Bearer {token}"


def test_a_bad_token_is_401_and_a_missing_scope_is_403(world: World, keycloak: Keycloak) -> None:
    head, body, _ = minted(world, keycloak, BASIC).split(".")
    other = minted(world, keycloak, BASIC).rpartition(".")[2]
    assert world.get("/jwt/get", f"{head}.{body}.{other}").status == 401
    assert world.get("/ask/get", "made-up").status == 401
    assert world.get("/scoped/get", minted(world, keycloak, BASIC)).status == 403
    phone = minted(world, keycloak, BASIC, scope="phone")
    assert world.get("/scoped/get", phone).status == 200


def test_a_clients_credential_is_traded(world: World, keycloak: Keycloak) -> None:
    credential = world.basic(*BASIC)
    sent = set()
    for _ in range(5):
        answer = world.proxy.get("/trade/get", credential)
        assert told(answer, "x-issuer") == keycloak.issuer
        sent.add(told(answer, "authorization"))
    assert len(sent) == 1
    assert world.proxy.get("/trade/get", world.basic(BASIC[0], "a-wrong-secret")).status == 401


def test_a_new_key_is_found_with_the_first_token_that_it_signed(
    world: World, keycloak: Keycloak
) -> None:
    old = minted(world, keycloak, BASIC)
    assert world.get("/jwt/get", old).status == 200
    keycloak.new_key(priority=int(time.time()))
    for token in (minted(world, keycloak, BASIC), old):
        assert world.get("/jwt/get", token).status == 200


def test_a_client_that_is_switched_off_is_401_where_nothing_is_kept(
    world: World, keycloak: Keycloak
) -> None:
    token = minted(world, keycloak, LEAVING)
    for path in ("/ask-always/get", "/ask/get"):
        assert told(world.get(path, token), "x-issuer") == keycloak.issuer
    keycloak.enable_client(LEAVING[0], enabled=False)
    try:
        assert world.get("/ask-always/get", token).status == 401
        assert world.get("/ask/get", token).status == 200  # remembered, as Kong would
        done = world.revoke(client=LEAVING[0], issuer=keycloak.issuer, who="test", why="test")
        assert done.status in (200, 201), done
        assert world.get("/ask/get", token).status == 401
    finally:
        keycloak.enable_client(LEAVING[0], enabled=True)


def test_a_revoked_token_is_401_where_nothing_is_kept(world: World, keycloak: Keycloak) -> None:
    token = minted(world, keycloak, PORTAL, **ANN)
    assert world.get("/ask-always/get", token).status == 200
    keycloak.revoke(token, PORTAL)
    assert world.get("/ask-always/get", token).status == 401
