import pytest

from gatepost.admin.drafting import checked, resolve_names
from gatepost.admin.problem import Refused
from gatepost.model import Violation
from tests.admin_desk import Desk

ID = "01234567-89ab-4def-8123-456789abcdef"


def test_mistakes_that_were_found_before_are_told_beside_the_entitys_own() -> None:
    with pytest.raises(Refused) as caught:
        checked("services", {"id": ID, "retries": "x"}, [Violation(("host",), "first")])
    assert caught.value.body["fields"] == {"host": "first", "retries": "expected an integer"}
    assert checked("services", {"id": ID, "host": "a.test"}, []).id == ID


@pytest.mark.anyio
@pytest.mark.parametrize(
    "value", [{"a": 1}, {"name": 1}, {"name": "x", "host": "y"}, {"host": "y"}]
)
async def test_what_is_no_reference_is_told(value: object) -> None:
    found = await resolve_names(None, "routes", {"service": value})
    assert found == [Violation(("service",), "expected the id or the name of an entity")]


@pytest.mark.anyio
async def test_names_are_resolved_and_nothing_is_nothing(desk: Desk) -> None:
    made = await desk.make("/services", name="s", host="a.test")
    for given, wanted in (
        ({"name": "s"}, made["id"]),
        ({"id": made["id"], "name": "other"}, made["id"]),
        ({}, None),
        ({"id": None}, None),
    ):
        data = {"service": given}
        async with desk.control.database.reading(desk.control.plane) as reader:
            assert await resolve_names(reader, "routes", data) == []
        assert data["service"] == wanted


@pytest.mark.anyio
async def test_a_password_goes_with_its_consumer(desk: Desk) -> None:
    await desk.make("/consumers", username="ann")
    await desk.make("/consumers", username="bob")
    made = await desk.make("/consumers/ann/basic-auth", username="u", password="opensesame")
    path = f"/basic-auths/{made['id']}"

    async def stored() -> str:
        text: str = (await desk.ask("GET", path, gatepost_secrets="reveal")).json()["password"]
        return text

    hashed = await stored()
    assert hashed.startswith("$scrypt$")
    assert (await desk.ask("PATCH", path, {"username": "v"})).status == 200
    assert await stored() == hashed
    moved = await desk.ask("PATCH", path, {"consumer": {"username": "bob"}})
    assert moved.json()["fields"] == {"password": "must be set anew for another consumer"}
    change = {"consumer": {"username": "bob"}, "password": "opensesame"}
    assert (await desk.ask("PATCH", path, change)).status == 200
    assert await stored() not in ("opensesame", hashed)


@pytest.mark.anyio
async def test_a_consumer_is_found_by_username_or_custom_id(desk: Desk) -> None:
    made = await desk.make("/consumers", username="ann", custom_id="7")
    for reference in ({"username": "ann"}, {"custom_id": "7"}):
        credential = await desk.make("/key-auths", consumer=reference)
        assert credential["consumer"] == {"id": made["id"]}
