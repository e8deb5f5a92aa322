"""npm's oidc-provider behind a whole node: real nginx, real authorizers, remembered decisions."""

from collections.abc import Iterator

import pytest

from tests.integration.world import Answer, World
from tests.providers.oidc_provider.process import BASIC, ES256, GATE, JWT, OPAQUE, OidcProvider
from tests.providers.routes import kong_yaml

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    running = OidcProvider()
    yield running
    running.close()


@pytest.fixture(scope="module")
def world(provider: OidcProvider) -> Iterator[World]:
    text = kong_yaml(
        provider.issuer,
        GATE,
        scopes=["read"],
        required=["read write", "admin"],
        token_args={"resource": JWT},
    )
    with World.start(text, secrets=(GATE[1], BASIC[1])) as running:
        yield running


def minted(world: World, provider: OidcProvider, resource: str = JWT, scope: str = "read") -> str:
    token = provider.token(resource, scope)
    world.secrets.add(token)
    return token


def told(answer: Answer, name: str) -> str | None:
    """Return a header as the upstream got it."""
    assert answer.status == 200, answer
    found: dict[str, str] = {k.lower(): v for k, v in answer.json()["headers"].items()}
    return found.get(name)


def test_a_jwt_is_forwarded_with_its_issuer(world: World, provider: OidcProvider) -> None:
    for resource in (JWT, ES256):
        token = minted(world, provider, resource)
        answer = world.get("/jwt/get", token, X_Issuer="spoofed")
        assert told(answer, "x-issuer") == provider.issuer
        assert told(answer, "authorization") == f"Bearer {token}"


def test_a_bad_token_is_401_and_a_missing_scope_is_403(
    world: World, provider: OidcProvider
) -> None:
    head, body, _ = minted(world, provider).split(".")
    other = minted(world, provider).rpartition(".")[2]
    refused = world.get("/jwt/get", f"{head}.{body}.{other}")
    assert refused.status == 401
    assert refused.json()["message"] == "Unauthorized"
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert world.get("/jwt/get").status == 401
    assert world.get("/ask/get", "made-up").status == 401
    assert world.get("/scoped/get", minted(world, provider)).status == 403
    for scope in ("read write", "admin"):
        assert world.get("/scoped/get", minted(world, provider, scope=scope)).status == 200


def test_a_remembered_token_is_asked_about_once_until_it_is_revoked_here(
    world: World, provider: OidcProvider
) -> None:
    token, path = minted(world, provider, OPAQUE), "/token/introspection"
    before = provider.count(path)
    for _ in range(50):
        assert told(world.get("/ask/get", token), "x-issuer") == provider.issuer
    assert provider.count(path) == before + 1
    assert world.revoke(token=token, who="test", why="test").status in (200, 201)
    assert world.get("/ask/get", token).status == 401
    assert world.get("/ask-always/get", token).status == 401


def test_without_caching_every_request_asks_and_a_revocation_there_is_heeded_at_once(
    world: World, provider: OidcProvider
) -> None:
    token, path = minted(world, provider, OPAQUE), "/token/introspection"
    before = provider.count(path)
    for _ in range(5):
        assert world.get("/ask-always/get", token).status == 200
    assert provider.count(path) == before + 5
    provider.revoke(token)
    assert world.get("/ask-always/get", token).status == 401


def test_a_clients_credential_is_traded_once(world: World, provider: OidcProvider) -> None:
    credential, before = world.basic(*BASIC), provider.count("/token")
    for _ in range(20):
        answer = world.proxy.get("/trade/get", credential)
        assert told(answer, "x-issuer") == provider.issuer
        sent = told(answer, "authorization") or ""
        assert sent.startswith("Bearer ey")
        world.secrets.add(sent.removeprefix("Bearer "))
    assert provider.count("/token") == before + 1
    assert world.proxy.get("/trade/get", world.basic(BASIC[0], "a-wrong-secret")).status == 401


def test_a_new_key_is_found_with_the_first_token_that_it_signed(
    world: World, provider: OidcProvider
) -> None:
    old = minted(world, provider)
    assert world.get("/jwt/get", old).status == 200
    provider.do("rotate")
    for token in (minted(world, provider), old):
        assert world.get("/jwt/get", token).status == 200


def test_while_the_provider_is_away_what_is_known_serves_and_what_is_not_is_503(
    world: World, provider: OidcProvider
) -> None:
    """The last one here: afterwards there is no provider."""
    remembered, fresh = minted(world, provider, OPAQUE), minted(world, provider, OPAQUE)
    known, under_known_key = minted(world, provider), minted(world, provider)
    assert world.get("/ask/get", remembered).status == 200
    assert world.get("/jwt/get", known).status == 200
    provider.close()
    for token, path in (
        (remembered, "/ask/get"),
        (known, "/jwt/get"),
        (under_known_key, "/jwt/get"),
    ):
        assert world.get(path, token).status == 200
    for _ in range(2):
        away = world.get("/ask/get", fresh)
        assert away.status == 503
        assert int(away.headers["retry-after"]) > 0
