import pytest

from gatepost.oidc import KeySet
from tests.unit.idp.calling import Client
from tests.unit.idp.person import Person

pytestmark = pytest.mark.anyio


async def test_every_endpoint_in_the_metadata_answers(idp: Client) -> None:
    metadata = await idp.get("/.well-known/openid-configuration")
    assert metadata["issuer"] == idp.issuer
    statuses = {}
    for name, url in metadata.items():
        if name.endswith(("_endpoint", "_uri")):
            assert url.startswith(idp.issuer)
            async with idp.http.get(url) as answer:
                statuses[name] = answer.status
    assert statuses == {
        "authorization_endpoint": 400,  # nobody asks for anything
        "end_session_endpoint": 200,
        "userinfo_endpoint": 401,
        "jwks_uri": 200,
        **dict.fromkeys(
            (
                "token_endpoint",
                "introspection_endpoint",
                "revocation_endpoint",
                "pushed_authorization_request_endpoint",
            ),
            405,
        ),
    }


async def test_what_is_announced_is_what_is_taken(idp: Client, person: Person) -> None:
    metadata = await idp.get("/.well-known/openid-configuration")
    for mode in metadata["response_modes_supported"]:
        assert "error" not in (await person.ask(response_mode=mode)).told
    for prompt in metadata["prompt_values_supported"]:
        assert (await person.ask(prompt=prompt)).status in (200, 303)
    for grant in metadata["grant_types_supported"]:
        _, answer = await idp.token(grant_type=grant)
        assert answer.get("error") != "unsupported_grant_type"
    for name in ("request", "request_uri"):
        assert metadata[f"{name}_parameter_supported"] is False
        refused = await person.ask(**{name: "x"})
        assert refused.told["error"] == f"{name}_not_supported"
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["id_token_signing_alg_values_supported"] == ["ES256"]
    assert {"openid", "offline_access", "read"} <= set(metadata["scopes_supported"])


async def test_claims_of_a_person_are_among_those_that_are_announced(
    idp: Client, person: Person
) -> None:
    metadata = await idp.get("/.well-known/openid-configuration")
    _, claims = await idp.userinfo((await person.log_in())["access_token"])
    assert set(claims) == set(metadata["claims_supported"])


async def test_the_algorithm_is_that_of_the_key_that_signs_now(idp: Client) -> None:
    idp.running.provider.world.keys.rotate(alg="EdDSA")
    metadata = await idp.get("/.well-known/openid-configuration")
    for what in ("id_token", "userinfo", "authorization"):
        assert metadata[f"{what}_signing_alg_values_supported"] == ["EdDSA"]


async def test_keys_that_have_moved_are_found_where_the_metadata_says(idp: Client) -> None:
    await idp.spoil("discovery", "jwks-uri-moved")
    moved = (await idp.get("/.well-known/openid-configuration"))["jwks_uri"]
    assert moved.startswith(f"{idp.issuer}/v1/keys-")
    async with idp.http.get(f"{idp.issuer}/v1/keys") as answer:
        assert answer.status == 404
    async with idp.http.get(moved) as answer:
        assert KeySet.read(await answer.json(), idp.issuer).keys
    assert (await idp.get("/.well-known/openid-configuration"))["jwks_uri"] == moved
    async with idp.http.get(f"{moved}x") as answer:
        assert answer.status == 404


async def test_the_keys_are_readable(idp: Client) -> None:
    keys = KeySet.read(await idp.get("/v1/keys"), idp.issuer)
    assert len(keys.keys) == 1
    assert keys.notes == ()


async def test_only_get_is_taken(idp: Client) -> None:
    for path in ("/v1/keys", "/.well-known/openid-configuration"):
        async with idp.http.post(idp.issuer + path) as answer:
            assert answer.status == 405
        async with idp.http.head(idp.issuer + path) as answer:
            assert answer.status == 200
