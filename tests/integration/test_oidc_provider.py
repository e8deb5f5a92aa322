"""A provider that nobody here wrote: bearer, introspection and client credentials against npm's
oidc-provider, judged by the code that judges in an authorizer.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.form import basic, plain_basic
from tests.providers.gate import Gate
from tests.providers.oidc_provider.process import (
    BARRED,
    BASIC,
    BRIEF_JWT,
    BRIEF_OPAQUE,
    ES256,
    GATE,
    JWT,
    OPAQUE,
    POST,
    SHORT_JWT,
    SHORT_OPAQUE,
    SIGNED_GATE,
    OidcProvider,
)

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    running = OidcProvider()
    yield running
    running.close()


@pytest.fixture
def own_provider() -> Iterator[OidcProvider]:
    """One that a test may change."""
    running = OidcProvider()
    yield running
    running.close()


def bearer(provider: OidcProvider, **more: Any) -> dict[str, Any]:
    told = [
        {"header": "X-Issuer", "path": ["iss"]},
        {"header": "X-Team", "path": ["team"]},
        {"header": "X-Roles", "path": ["realm", "roles"]},
    ]
    config = {"issuer": provider.issuer, "auth_methods": ["bearer"], "upstream_headers": told}
    return config | more


def introspection(provider: OidcProvider, **more: Any) -> dict[str, Any]:
    config = bearer(provider, client_id=[GATE[0]], client_secret=[GATE[1]])
    return config | {"auth_methods": ["introspection"]} | more


def client_credentials(provider: OidcProvider, resource: str = JWT, **more: Any) -> dict[str, Any]:
    config = bearer(
        provider,
        auth_methods=["client_credentials"],
        scopes=["read"],
        token_post_args_names=["resource"],
        token_post_args_values=[resource],
    )
    return config | more


@pytest.mark.parametrize("resource", [JWT, ES256])
async def test_a_jwt_is_accepted_and_its_claims_go_upstream(
    provider: OidcProvider, resource: str
) -> None:
    token = provider.token(resource)
    async with Gate(bearer(provider)) as gate:
        seen = await gate.bearer(token)
        assert seen.status == 200, seen
        assert seen.upstream["x-issuer"] == provider.issuer
        assert seen.upstream["x-team"] == "harbour"
        assert seen.upstream["x-roles"] == "pilot, clerk"
        assert seen.upstream["authorization"] == f"Bearer {token}"
        assert seen.upstream["x-credential-identifier"] == BASIC[0]
        assert time.time() < seen.until <= time.time() + 300
        assert gate.calls == {"discovery": 1, "jwks": 1}


async def test_a_second_token_needs_no_second_call(provider: OidcProvider) -> None:
    async with Gate(bearer(provider)) as gate:
        for _ in range(3):
            assert (await gate.bearer(provider.token())).status == 200
        assert gate.calls == {"discovery": 1, "jwks": 1}


async def test_the_issuer_may_be_configured_as_the_address_of_its_document(
    provider: OidcProvider,
) -> None:
    where = f"{provider.issuer}/.well-known/openid-configuration"
    async with Gate(bearer(provider, issuer=where)) as gate:
        assert (await gate.bearer(provider.token())).status == 200


async def test_the_strict_form_of_access_tokens_is_what_this_provider_writes(
    provider: OidcProvider,
) -> None:
    async with Gate(bearer(provider, strict_access_tokens=True)) as gate:
        assert (await gate.bearer(provider.token())).status == 200


async def test_bad_tokens_are_401(provider: OidcProvider) -> None:
    token = provider.token()
    head, body, signature = token.split(".")
    other = provider.token(scope="write").split(".")
    forged = {
        "token.signature": f"{head}.{other[1]}.{signature}",
        "token.malformed": f"{head}.{body}",
    }
    async with Gate(bearer(provider)) as gate:
        for code, text in forged.items():
            seen = await gate.bearer(text)
            assert (seen.status, seen.code) == (401, code)
        opaque = await gate.bearer(provider.token(OPAQUE))
        assert opaque.status == 401
        assert 'error="invalid_token"' in opaque.challenges[0]
        none = await gate.ask()
        assert none.status == 401
        assert "error" not in none.challenges[0]


async def test_a_jwt_that_expires_is_401_from_then_on(provider: OidcProvider) -> None:
    async with Gate(bearer(provider)) as gate:
        token = provider.token(BRIEF_JWT)
        await asyncio.sleep(1.1)
        seen = await gate.bearer(token)
        assert (seen.status, seen.code) == (401, "token.expired")


@pytest.mark.parametrize(
    ("scope", "required", "status"),
    [
        ("read", ["read"], 200),
        ("read", ["read write", "admin"], 403),
        ("read write", ["read write", "admin"], 200),
        ("admin", ["read write", "admin"], 200),
    ],
)
@pytest.mark.parametrize("opaque", [False, True])
async def test_required_scopes_are_alternatives_of_words(
    provider: OidcProvider, scope: str, required: list[str], status: int, opaque: bool
) -> None:
    config = introspection(provider) if opaque else bearer(provider)
    async with Gate({**config, "scopes_required": required}) as gate:
        seen = await gate.bearer(provider.token(OPAQUE if opaque else JWT, scope))
        assert seen.status == status, seen
        if status == 403:
            assert 'error="insufficient_scope"' in seen.challenges[0]


async def test_required_audience_and_roles_are_found_where_they_are(provider: OidcProvider) -> None:
    roles = {"roles_claim": ["realm", "roles"], "roles_required": ["pilot clerk"]}
    async with Gate(bearer(provider, audience_required=[JWT], **roles)) as gate:
        assert (await gate.bearer(provider.token(JWT))).status == 200
        other = await gate.bearer(provider.token(ES256))
        assert (other.status, other.code) == (403, "audience.missing")


async def test_a_new_key_is_found_with_the_first_token_that_it_signed(
    own_provider: OidcProvider,
) -> None:
    old = own_provider.token()
    async with Gate(bearer(own_provider)) as gate:
        assert (await gate.bearer(old)).status == 200
        own_provider.do("rotate")
        new = own_provider.token()
        assert new.split(".")[0] != old.split(".")[0]
        for token in (new, old, new):
            seen = await gate.bearer(token)
            assert seen.status == 200, seen
        assert gate.calls["jwks"] <= 3


async def test_a_withdrawn_key_signs_nothing_that_a_new_gate_believes(
    own_provider: OidcProvider,
) -> None:
    old = own_provider.token()
    own_provider.do("withdraw")
    async with Gate(bearer(own_provider)) as gate:
        assert (await gate.bearer(own_provider.token())).status == 200
        seen = await gate.bearer(old)
        assert (seen.status, seen.code) == (401, "token.unknown_key")


@pytest.mark.parametrize("client_auth", ["client_secret_basic", None])
async def test_an_opaque_token_is_accepted_and_asked_about_once(
    provider: OidcProvider, client_auth: str | None
) -> None:
    told = {"client_auth": [client_auth]} if client_auth else {}
    token, before = provider.token(OPAQUE), provider.count("/token/introspection")
    async with Gate(introspection(provider, **told)) as gate:
        for _ in range(3):
            seen = await gate.bearer(token)
            assert seen.status == 200, seen
            assert seen.upstream["x-team"] == "harbour"
            assert seen.upstream["x-issuer"] == provider.issuer
            assert seen.until > time.time()
    assert provider.count("/token/introspection") == before + 1


async def test_many_first_requests_with_one_token_make_one_call(provider: OidcProvider) -> None:
    token, before = provider.token(OPAQUE), provider.count("/token/introspection")
    async with Gate(introspection(provider)) as gate:
        seen = await asyncio.gather(*(gate.bearer(token) for _ in range(50)))
    assert {one.status for one in seen} == {200}
    assert provider.count("/token/introspection") == before + 1


async def test_a_token_without_an_audience_is_accepted_too(provider: OidcProvider) -> None:
    async with Gate(introspection(provider)) as gate:
        assert (await gate.bearer(provider.token(None))).status == 200


async def test_tokens_that_the_provider_does_not_know_are_401(provider: OidcProvider) -> None:
    brief = provider.token(BRIEF_OPAQUE)
    await asyncio.sleep(1.1)
    async with Gate(introspection(provider)) as gate:
        for token in (brief, "made-up"):
            seen = await gate.bearer(token)
            assert (seen.status, seen.code) == (401, "token.inactive"), seen


async def test_a_revoked_token_is_401_at_once_where_nothing_is_kept(provider: OidcProvider) -> None:
    token = provider.token(OPAQUE)
    async with Gate(introspection(provider, cache_introspection=False)) as gate:
        for _ in range(2):
            seen = await gate.bearer(token)
            assert (seen.status, seen.until) == (200, 0)
        assert gate.calls["introspection"] == 2
        provider.revoke(token)
        seen = await gate.bearer(token)
        assert (seen.status, seen.code) == (401, "token.inactive")


async def test_a_kept_answer_outlives_revocation_but_not_the_token(provider: OidcProvider) -> None:
    async with Gate(introspection(provider)) as gate:
        token = provider.token(SHORT_OPAQUE)
        first = await gate.bearer(token)
        assert first.status == 200
        assert first.until <= time.time() + 4
        provider.revoke(token)
        assert (await gate.bearer(token)).status == 200
        await asyncio.sleep(4.1)
        assert (await gate.bearer(token)).status == 401


async def test_a_signed_answer_is_verified_and_read(provider: OidcProvider) -> None:
    config = introspection(
        provider,
        client_id=[SIGNED_GATE[0]],
        client_secret=[SIGNED_GATE[1]],
        introspection_accept="application/token-introspection+jwt",
        upstream_introspection_jwt_header="X-Introspection",
    )
    async with Gate(config) as gate:
        seen = await gate.bearer(provider.token(OPAQUE))
        assert seen.status == 200, seen
        assert seen.upstream["x-team"] == "harbour"
        assert (seen.upstream["x-introspection"] or "").count(".") == 2
        assert gate.calls["jwks"] == 1
        assert (await gate.bearer("made-up")).code == "token.inactive"


async def test_a_wrong_secret_of_ours_is_503_and_is_not_remembered(provider: OidcProvider) -> None:
    async with Gate(introspection(provider, client_secret=["wrong"])) as gate:
        seen = await gate.bearer(provider.token(OPAQUE))
        assert (seen.status, seen.code, seen.until) == (503, "provider.refused_our_credentials", 0)


async def test_a_jwt_that_the_provider_will_not_introspect_is_the_callers_fault(
    provider: OidcProvider,
) -> None:
    """This provider answers 400 unsupported_token_type about every JWT."""
    async with Gate(introspection(provider)) as gate:
        seen = await gate.bearer(provider.token(JWT))
        assert (seen.status, seen.code, seen.until) == (401, "token.unsupported", 0)


async def test_with_both_methods_each_kind_of_token_goes_its_way(provider: OidcProvider) -> None:
    both = introspection(provider, auth_methods=["bearer", "introspection"])
    async with Gate(both) as gate:
        assert (await gate.bearer(provider.token(JWT))).status == 200
        assert gate.calls["introspection"] == 0
        assert (await gate.bearer(provider.token(OPAQUE))).status == 200
        assert gate.calls["introspection"] == 1


@pytest.mark.parametrize("resource", [JWT, OPAQUE])
async def test_a_clients_credential_is_traded_for_a_token(
    provider: OidcProvider, resource: str
) -> None:
    before = provider.count("/token")
    async with Gate(client_credentials(provider, resource)) as gate:
        for _ in range(3):
            seen = await gate.ask({"Authorization": plain_basic(*BASIC)})
            assert seen.status == 200, seen
            sent = seen.upstream["authorization"] or ""
            assert sent.startswith("Bearer ")
            assert (sent.count(".") == 2) is (resource == JWT)
            assert seen.upstream["x-issuer"] == (provider.issuer if resource == JWT else None)
    assert provider.count("/token") == before + 1


async def test_a_client_that_must_authenticate_in_the_form_is_configured_so(
    provider: OidcProvider,
) -> None:
    """This provider takes either from either client, so how it was asked is counted there."""
    told = {"token_endpoint_auth_method": "client_secret_post"}
    before = provider.count("/token by form")
    async with Gate(client_credentials(provider, **told)) as gate:
        assert (await gate.ask({"Authorization": plain_basic(*POST)})).status == 200
    assert provider.count("/token by form") == before + 1
    async with Gate(client_credentials(provider)) as gate:
        assert (await gate.ask({"Authorization": plain_basic(*POST)})).status == 200
    assert provider.count("/token by form") == before + 1


@pytest.mark.parametrize(
    "credential",
    [(BASIC[0], "wrong"), ("nobody", "secret"), BARRED],
    ids=["wrong secret", "unknown client", "client that may not use the grant"],
)
async def test_a_client_that_the_provider_refuses_is_401(
    provider: OidcProvider, credential: tuple[str, str]
) -> None:
    async with Gate(client_credentials(provider)) as gate:
        seen = await gate.ask({"Authorization": plain_basic(*credential)})
        assert (seen.status, seen.code) == (401, "credential.refused"), seen
        assert any(challenge.startswith("Basic ") for challenge in seen.challenges)


async def test_what_was_not_granted_is_401_or_403(provider: OidcProvider) -> None:
    credential = {"Authorization": plain_basic(*BASIC)}
    async with Gate(client_credentials(provider, scopes=["openid"])) as gate:
        seen = await gate.ask(credential)  # Kong's default; clients here may not have it
        assert (seen.status, seen.code) == (401, "credential.refused")
    async with Gate(client_credentials(provider, scopes_required=["admin"])) as gate:
        seen = await gate.ask(credential)
        assert (seen.status, seen.code) == (403, "scopes.missing")
    async with Gate(client_credentials(provider, resource="urn:test:unknown")) as gate:
        seen = await gate.ask(credential)
        assert (seen.status, seen.code) == (401, "credential.refused")


async def test_a_kept_token_that_ended_is_traded_for_anew(provider: OidcProvider) -> None:
    async with Gate(client_credentials(provider, SHORT_JWT)) as gate:
        credential = {"Authorization": plain_basic(*BASIC)}
        first = await gate.ask(credential)
        await asyncio.sleep(4.1)
        second = await gate.ask(credential)
        assert (first.status, second.status) == (200, 200)
        assert first.upstream["authorization"] != second.upstream["authorization"]


async def test_a_retired_client_is_401_where_nothing_is_kept(own_provider: OidcProvider) -> None:
    async with Gate(client_credentials(own_provider, cache_tokens=False)) as gate:
        credential = {"Authorization": plain_basic(*BASIC)}
        assert (await gate.ask(credential)).status == 200
        own_provider.do(f"retire?client={BASIC[0]}")
        assert (await gate.ask(credential)).status == 401


async def test_while_the_provider_is_away_known_keys_serve_and_calls_are_503(
    own_provider: OidcProvider,
) -> None:
    jwt, opaque = own_provider.token(), own_provider.token(OPAQUE)
    both = introspection(own_provider, auth_methods=["bearer", "introspection"])
    async with Gate(both) as gate:
        assert (await gate.bearer(jwt)).status == 200
        own_provider.close()
        assert (await gate.bearer(jwt)).status == 200
        seen = await gate.bearer(opaque)
        assert (seen.status, seen.until) == (503, 0)


def test_the_basic_header_of_an_oauth_client_is_form_encoded() -> None:
    assert basic("a b", "c:d") == plain_basic("a+b", "c%3Ad")
