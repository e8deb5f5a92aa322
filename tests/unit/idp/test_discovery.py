import pytest

from gatepost.oidc import KeySet
from tests.unit.idp.calling import Client

pytestmark = pytest.mark.anyio


async def test_every_endpoint_in_the_metadata_answers(idp: Client) -> None:
    metadata = await idp.get("/.well-known/openid-configuration")
    assert metadata["issuer"] == idp.issuer
    for name, url in metadata.items():
        if name.endswith(("_endpoint", "_uri")):
            assert url.startswith(idp.issuer)
            async with idp.http.get(url) as answer:
                assert answer.status in {200, 405}, name


async def test_what_comes_later_is_not_announced(idp: Client) -> None:
    metadata = await idp.get("/.well-known/openid-configuration")
    assert not {"authorization_endpoint", "userinfo_endpoint", "end_session_endpoint"} & set(
        metadata
    )


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
