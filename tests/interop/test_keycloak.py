"""Keycloak as the provider: bearer, introspection and client credentials.

The realm is realm.json; scripts/interop starts it anew for each run.
"""

import asyncio
import time
from typing import Any

import pytest

from tests.interop.conftest import Keycloak
from tests.providers.form import plain_basic
from tests.providers.gate import Gate

pytestmark = [pytest.mark.interop, pytest.mark.anyio]

BASIC = ("app-basic", "canary-basic s:e%c/r+e&t=~")
POST = ("app-post", "canary-post-s%e+c r:e/t")
BRIEF = ("app-brief", "canary-brief-secret")
RFC9068 = ("app-rfc9068", "canary-rfc9068-secret")
LIGHT = ("app-light", "canary-light-secret")
BARRED = ("app-barred", "canary-barred-secret")
LEAVING = ("app-leaving", "canary-leaving-secret")
PORTAL = ("portal", "canary-portal-secret")
GATE = ("gate", "canary-gate-secret")
ANN = {"username": "ann", "password": "canary-ann-password"}
BOB = {"username": "bob", "password": "canary-bob-password"}


def bearer(keycloak: Keycloak, **more: Any) -> dict[str, Any]:
    told = [
        {"header": "X-Issuer", "path": ["iss"]},
        {"header": "X-Client", "path": ["azp"]},
        {"header": "X-Roles", "path": ["realm_access", "roles"]},
    ]
    config = {"issuer": keycloak.issuer, "auth_methods": ["bearer"], "upstream_headers": told}
    return config | more


def introspection(keycloak: Keycloak, **more: Any) -> dict[str, Any]:
    gate = {"client_id": [GATE[0]], "client_secret": [GATE[1]]}
    return bearer(keycloak, auth_methods=["introspection"], **gate) | more


def client_credentials(keycloak: Keycloak, **more: Any) -> dict[str, Any]:
    return bearer(keycloak, auth_methods=["client_credentials"]) | more


async def test_a_jwt_is_accepted_and_its_claims_go_upstream(keycloak: Keycloak) -> None:
    async with Gate(bearer(keycloak)) as gate:
        for _ in range(2):
            token = keycloak.token(BASIC)
            seen = await gate.bearer(token)
            assert seen.status == 200, seen
            assert seen.upstream["x-issuer"] == keycloak.issuer
            assert seen.upstream["x-client"] == BASIC[0]
            assert {"reader", "writer"} <= set((seen.upstream["x-roles"] or "").split(", "))
            assert seen.upstream["authorization"] == f"Bearer {token}"
            assert seen.until > time.time()
        assert gate.calls == {"discovery": 1, "jwks": 1}


@pytest.mark.parametrize("algorithm", ["es256", "eddsa", "ps256"])
async def test_every_algorithm_of_its_is_verified(keycloak: Keycloak, algorithm: str) -> None:
    client = (f"app-{algorithm}", f"canary-{algorithm}-secret")
    async with Gate(bearer(keycloak)) as gate:
        seen = await gate.bearer(keycloak.token(client))
        assert seen.status == 200, seen


async def test_the_strict_form_of_access_tokens_can_be_asked_for(keycloak: Keycloak) -> None:
    async with Gate(bearer(keycloak, strict_access_tokens=True)) as gate:
        assert (await gate.bearer(keycloak.token(RFC9068))).status == 200
        seen = await gate.bearer(keycloak.token(BASIC))
        assert (seen.status, seen.code) == (401, "token.kind")


async def test_an_altered_token_is_401(keycloak: Keycloak) -> None:
    head, _, signature = keycloak.token(BASIC).split(".")
    async with Gate(bearer(keycloak)) as gate:
        seen = await gate.bearer(f"{head}.{keycloak.token(LIGHT).split('.')[1]}.{signature}")
        assert (seen.status, seen.code) == (401, "token.signature")


async def test_the_tokens_of_another_realm_are_401(keycloak: Keycloak) -> None:
    other = keycloak.issuer.replace("/realms/test", "/realms/master")
    async with Gate(bearer(keycloak, issuer=other)) as gate:
        seen = await gate.bearer(keycloak.token(BASIC))
        assert (seen.status, seen.code) == (401, "token.issuer")


async def test_a_token_that_expires_is_401_from_then_on(keycloak: Keycloak) -> None:
    token = keycloak.token(BRIEF)
    both = introspection(keycloak, auth_methods=["bearer", "introspection"])
    async with Gate(both) as local, Gate(introspection(keycloak)) as remote:
        for gate in (local, remote):
            seen = await gate.bearer(token)
            assert seen.status == 200, seen
            assert seen.until <= time.time() + 5
        await asyncio.sleep(5.1)
        assert (await local.bearer(token)).code == "token.expired"
        assert (await remote.bearer(token)).status == 401
    async with Gate(introspection(keycloak)) as anew:
        await asyncio.sleep(1)  # to Keycloak, a token still lives in the second in which it ends
        assert (await anew.bearer(token)).code == "token.inactive"


@pytest.mark.parametrize("by_introspection", [False, True])
async def test_roles_inside_a_claim_of_its_are_required(
    keycloak: Keycloak, by_introspection: bool
) -> None:
    config = introspection(keycloak) if by_introspection else bearer(keycloak)
    roles = {"roles_claim": ["realm_access", "roles"], "roles_required": ["reader writer"]}
    async with Gate({**config, **roles}) as gate:
        assert (await gate.bearer(keycloak.token(BASIC))).status == 200
        seen = await gate.bearer(keycloak.token(PORTAL, **ANN))
        assert (seen.status, seen.code) == (403, "roles.missing"), seen


@pytest.mark.parametrize("by_introspection", [False, True])
async def test_an_audience_is_required(keycloak: Keycloak, by_introspection: bool) -> None:
    config = introspection(keycloak) if by_introspection else bearer(keycloak)
    async with Gate({**config, "audience_required": ["orders-api"]}) as gate:
        assert (await gate.bearer(keycloak.token(BASIC))).status == 200
        seen = await gate.bearer(keycloak.token(POST))
        assert (seen.status, seen.code) == (403, "audience.missing"), seen


@pytest.mark.parametrize(("asked", "status"), [("phone", 200), ("openid", 403)])
async def test_scopes_are_required(keycloak: Keycloak, asked: str, status: int) -> None:
    required = ["email phone", "address"]
    async with Gate(bearer(keycloak, scopes_required=required)) as gate:
        assert (await gate.bearer(keycloak.token(BASIC, scope=asked))).status == status
    config = client_credentials(keycloak, scopes=[asked], scopes_required=required)
    async with Gate(config) as gate:
        assert (await gate.ask({"Authorization": plain_basic(*BASIC)})).status == status


async def test_groups_of_a_person_go_upstream_and_are_required(keycloak: Keycloak) -> None:
    config = bearer(keycloak, authenticated_groups_claim=["groups"], groups_required=["crew"])
    async with Gate(config) as gate:
        seen = await gate.bearer(keycloak.token(PORTAL, **ANN))
        assert seen.status == 200, seen
        assert "crew" in (seen.upstream["x-authenticated-groups"] or "")
        assert (await gate.bearer(keycloak.token(PORTAL, **BOB))).status == 403


async def test_a_name_beyond_ascii_is_sent_in_a_way_that_is_one(keycloak: Keycloak) -> None:
    told = {"upstream_headers": [{"header": "X-Name", "path": ["family_name"]}]}
    async with Gate(bearer(keycloak, **told)) as gate:
        seen = await gate.bearer(keycloak.token(PORTAL, **ANN))
        assert seen.status == 200, seen
        assert (seen.upstream["x-name"] or "").isascii()


async def test_a_new_key_is_found_with_the_first_token_that_it_signed(keycloak: Keycloak) -> None:
    async with Gate(bearer(keycloak)) as gate:
        old = keycloak.token(BASIC)
        assert (await gate.bearer(old)).status == 200
        keycloak.new_key(priority=int(time.time()))
        new = keycloak.token(BASIC)
        assert new.split(".")[0] != old.split(".")[0]
        for token in (new, old, new):
            seen = await gate.bearer(token)
            assert seen.status == 200, seen
        assert gate.calls["jwks"] <= 3


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", None])
async def test_a_token_is_asked_about_once(keycloak: Keycloak, method: str | None) -> None:
    told = {"introspection_endpoint_auth_method": method} if method else {}
    async with Gate(introspection(keycloak, **told)) as gate:
        token = keycloak.token(BASIC)
        for _ in range(3):
            seen = await gate.bearer(token)
            assert seen.status == 200, seen
            assert seen.upstream["x-issuer"] == keycloak.issuer
            assert seen.upstream["x-client"] == BASIC[0]
        assert gate.calls["introspection"] == 1


async def test_a_plain_answer_to_a_wish_for_a_signed_one_is_read(
    keycloak: Keycloak,
) -> None:
    """Keycloak 26.4 signs no answers; asked for application/jwt it adds the token as a claim."""
    config = introspection(keycloak, introspection_accept="application/jwt")
    async with Gate(config) as gate:
        seen = await gate.bearer(keycloak.token(BASIC))
        assert seen.status == 200, seen
        assert seen.upstream["x-client"] == BASIC[0]
        assert (await gate.bearer("made-up")).code == "token.inactive"


async def test_claims_that_a_light_token_leaves_out_come_from_introspection(
    keycloak: Keycloak,
) -> None:
    roles = {"roles_claim": ["realm_access", "roles"], "roles_required": ["reader"]}
    token = keycloak.token(LIGHT)
    async with Gate(bearer(keycloak, **roles)) as gate:
        assert (await gate.bearer(token)).status == 403
    both = introspection(keycloak, auth_methods=["bearer"], introspect_jwt_tokens=True, **roles)
    async with Gate(both) as gate:
        seen = await gate.bearer(token)
        assert seen.status == 200, seen
        assert "reader" in (seen.upstream["x-roles"] or "")


async def test_a_revoked_token_is_401_where_nothing_is_kept(keycloak: Keycloak) -> None:
    token = keycloak.token(PORTAL, **ANN)
    both = {"auth_methods": ["bearer"], "introspect_jwt_tokens": True}
    async with (
        Gate(introspection(keycloak, cache_introspection=False)) as remote,
        Gate(introspection(keycloak, cache_introspection=False, **both)) as local,
    ):
        for gate in (remote, local):
            seen = await gate.bearer(token)
            assert (seen.status, seen.until) == (200, 0), seen
        keycloak.revoke(token, PORTAL)
        for gate in (remote, local):
            seen = await gate.bearer(token)
            assert (seen.status, seen.code) == (401, "token.inactive")


async def test_a_person_who_was_logged_out_is_401_where_nothing_is_kept(keycloak: Keycloak) -> None:
    async with Gate(introspection(keycloak, cache_introspection=False)) as gate:
        token = keycloak.token(PORTAL, **BOB)
        assert (await gate.bearer(token)).status == 200
        keycloak.log_out("bob")
        assert (await gate.bearer(token)).code == "token.inactive"


async def test_a_client_that_is_switched_off_is_401_where_nothing_is_kept(
    keycloak: Keycloak,
) -> None:
    traded = client_credentials(keycloak, cache_tokens=False)
    credential = {"Authorization": plain_basic(*LEAVING)}
    async with (
        Gate(introspection(keycloak, cache_introspection=False)) as gate,
        Gate(traded) as trading,
    ):
        token = keycloak.token(LEAVING)
        assert (await gate.bearer(token)).status == 200
        assert (await trading.ask(credential)).status == 200
        keycloak.enable_client(LEAVING[0], enabled=False)
        seen = await gate.bearer(token)
        assert (seen.status, seen.code) == (401, "token.inactive"), seen
        seen = await trading.ask(credential)
        assert (seen.status, seen.code) == (401, "credential.refused"), seen
        keycloak.enable_client(LEAVING[0], enabled=True)
        assert (await gate.bearer(keycloak.token(LEAVING))).status == 200
        assert (await trading.ask(credential)).status == 200


async def test_a_wrong_secret_of_ours_is_503_and_is_not_remembered(keycloak: Keycloak) -> None:
    async with Gate(introspection(keycloak, client_secret=["wrong"])) as gate:
        seen = await gate.bearer(keycloak.token(BASIC))
        assert (seen.status, seen.code, seen.until) == (503, "provider.refused_our_credentials", 0)


@pytest.mark.parametrize("client", [BASIC, POST, LIGHT], ids=["basic", "post", "light"])
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", None])
async def test_a_clients_credential_is_traded_for_a_token(
    keycloak: Keycloak, client: tuple[str, str], method: str | None
) -> None:
    """The configuration names no scopes, so openid is asked for, as Kong does."""
    told = {"token_endpoint_auth_method": method} if method else {}
    async with Gate(client_credentials(keycloak, **told)) as gate:
        for _ in range(2):
            seen = await gate.ask({"Authorization": plain_basic(*client)})
            assert seen.status == 200, seen
            assert (seen.upstream["authorization"] or "").startswith("Bearer ey")
            assert seen.upstream["x-issuer"] == keycloak.issuer
            assert seen.upstream["x-client"] == client[0]
            assert seen.until > time.time()
        assert gate.calls["token"] == 1


@pytest.mark.parametrize(
    "credential",
    [(BASIC[0], "wrong"), ("nobody", "secret"), BARRED],
    ids=["wrong secret", "unknown client", "client that may not use the grant"],
)
async def test_a_client_that_it_refuses_is_401(
    keycloak: Keycloak, credential: tuple[str, str]
) -> None:
    async with Gate(client_credentials(keycloak)) as gate:
        seen = await gate.ask({"Authorization": plain_basic(*credential)})
        assert (seen.status, seen.code, seen.until) == (401, "credential.refused", 0), seen


async def test_a_scope_that_does_not_exist_is_401(keycloak: Keycloak) -> None:
    async with Gate(client_credentials(keycloak, scopes=["fly"])) as gate:
        seen = await gate.ask({"Authorization": plain_basic(*BASIC)})
        assert (seen.status, seen.code) == (401, "credential.refused")
