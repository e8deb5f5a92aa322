import pytest

from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_schemas_are_in_kongs_form(desk: Desk) -> None:
    for path in ("/schemas/routes", "/schemas/plugins/openid-connect", "/schemas/vaults/env"):
        schema = await desk.get(path)
        assert all(len(one) == 1 for one in schema["fields"])
    deprecated = await desk.get("/plugins/schema/openid-connect")
    assert deprecated == await desk.get("/schemas/plugins/openid-connect")
    assert (await desk.get("/plugins/enabled"))["enabled_plugins"] == ["openid-connect"]


async def test_what_is_not_there_is_named(desk: Desk) -> None:
    for path, message in (
        ("/schemas/nonsense", "No entity named 'nonsense'"),
        ("/schemas/plugins/nonsense", "No plugin named 'nonsense'"),
        ("/schemas/vaults/aws", "No vault named 'aws'"),
    ):
        said = await desk.ask("GET", path)
        assert (said.status, said.json()) == (404, {"message": message})


async def test_an_entity_is_tried_without_writing_it(desk: Desk) -> None:
    config = {"issuer": "https://a.test"}
    for path, data in (
        ("services", {"host": "a.test"}),
        ("routes", {"paths": ["/"], "service": {"name": "anybody"}}),
        ("keyauth_credentials", {"consumer": {"username": "anybody"}}),
        ("plugins", {"name": "openid-connect", "config": config}),
        ("snis", {"name": "a.test", "certificate": {"id": "01234567-89ab-4def-8123-456789abcdef"}}),
    ):
        said = await desk.ask("POST", f"/schemas/{path}/validate", data)
        assert (said.status, said.json()) == (200, {"message": "schema validation successful"})
    assert (await desk.get("/services"))["data"] == []
    for path, data in (
        ("services", {}),
        ("keyauth_credentials", {"key": "{masked}"}),
        ("plugins", {"name": "openid-connect", "config": {"issuer": 1}}),
    ):
        said = await desk.ask("POST", f"/schemas/{path}/validate", data)
        assert (said.status, said.json()["code"]) == (400, 2)
