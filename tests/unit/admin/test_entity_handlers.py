import pytest

from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_an_entity_below_another_belongs_to_it(desk: Desk) -> None:
    one = await desk.make("/services", name="one", host="a.test")
    await desk.make("/services", name="two", host="a.test")
    route = await desk.make("/services/one/routes", name="r", paths=["/r"])
    assert route["service"] == {"id": one["id"]}
    assert (await desk.get("/services/one/routes/r"))["id"] == route["id"]
    for method in ("GET", "PATCH"):
        said = await desk.ask(method, "/services/two/routes/r", {} if method == "PATCH" else None)
        assert said.status == 404
    assert (await desk.ask("DELETE", "/services/two/routes/r")).status == 204
    assert (await desk.ask("DELETE", "/services/nobody/routes/r")).status == 404
    assert (await desk.get("/routes/r"))["id"] == route["id"]
    moved = await desk.ask("PUT", f"/services/two/routes/{route['id']}", {"paths": ["/r"]})
    assert moved.status == 200
    assert (await desk.get("/services/one/routes"))["data"] == []


async def test_what_an_entity_refers_to_is_reached_through_it(desk: Desk) -> None:
    await desk.make("/services", name="one", host="a.test")
    await desk.make("/services/one/routes", name="r", paths=["/r"])
    await desk.make("/routes", name="alone", paths=["/r"])
    assert (await desk.get("/routes/r/service"))["name"] == "one"
    assert (await desk.ask("PATCH", "/routes/r/service", {"retries": 1})).json()["retries"] == 1
    for method, status in (("GET", 404), ("PATCH", 404), ("DELETE", 404), ("PUT", 200)):
        value = {"host": "b.test"} if method in {"PUT", "PATCH"} else None
        assert (await desk.ask(method, "/routes/alone/service", value)).status == status
    assert (await desk.get("/routes/alone/service"))["host"] == "b.test"
    assert (await desk.ask("DELETE", "/routes/alone/service")).status == 405


async def test_a_version_that_the_caller_has_is_not_sent_again(desk: Desk) -> None:
    said = await desk.ask("POST", "/consumers", {"username": "ann"})
    again = await desk.ask("GET", "/consumers/ann", if_none_match=said.headers["etag"])
    assert (again.status, again.body) == (304, b"")


async def test_the_version_of_one_entity_says_nothing_about_another(desk: Desk) -> None:
    await desk.make("/routes", name="alone", paths=["/r"])
    said = await desk.ask("PUT", "/routes/alone/service", {"host": "b.test"}, if_none_match="*")
    assert said.status == 200


async def test_a_key_that_was_made_is_shown_once(desk: Desk) -> None:
    await desk.make("/consumers", username="ann")
    made = await desk.make("/consumers/ann/key-auth")
    assert made["key"] != "{masked}"
    assert (await desk.get(f"/key-auths/{made['key']}"))["key"] == "{masked}"
    given = await desk.make("/consumers/ann/key-auth", key="mine")
    assert given["key"] == "{masked}"
