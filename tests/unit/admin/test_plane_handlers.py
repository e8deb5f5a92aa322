import pytest

from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio
PLANES = "/v2/control-planes"


async def test_control_planes_are_made_listed_changed_and_deleted(desk: Desk) -> None:
    made = await desk.make(PLANES, name="Sales", description="d", labels={"a": "b"})
    assert made["created_at"].endswith("Z")
    path = f"{PLANES}/{made['id']}"
    assert await desk.get(path) == made
    page = await desk.get(f"{PLANES}?page[size]=1&page[number]=2")
    assert page["meta"]["page"] == {"total": 2, "size": 1, "number": 2, "pages": 2}
    assert len(page["data"]) == 1
    for query in ("filter[name][contains]=sal", "filter[name][eq]=Sales", "filter[name]=Sales"):
        assert [one["id"] for one in (await desk.get(f"{PLANES}?{query}"))["data"]] == [made["id"]]
    changed = await desk.ask("PATCH", path, {"name": "Other", "labels": {"a": None, "c": "d"}})
    assert (changed.json()["name"], changed.json()["labels"]) == ("Other", {"c": "d"})
    assert (await desk.ask("DELETE", path)).status == 204
    assert (await desk.ask("GET", path)).status == 404
    assert (await desk.ask("PATCH", path, {"name": "x"})).status == 404
    assert (await desk.ask("DELETE", path)).status == 404


async def test_the_default_stays(desk: Desk) -> None:
    path = f"{PLANES}/{desk.control.plane}"
    assert (await desk.ask("DELETE", path)).status == 400
    assert (await desk.ask("PATCH", path, {"name": "x"})).status == 400
    assert (await desk.ask("PATCH", path, {"description": "x"})).status == 200


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ({"name": 1}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": "x\n"}, "name"),
        ({"name": "x", "description": 1}, "description"),
        ({"name": "x", "labels": []}, "labels"),
        ({"name": "x", "labels": {"a": None}}, "labels"),
        ({"name": "x", "labels": {"a b": "c"}}, "labels"),
        ({"name": "x", "labels": {f"a{n}": "c" for n in range(51)}}, "labels"),
        ({"name": "x", "other": 1}, "other"),
    ],
)
async def test_a_bad_description_is_refused(
    desk: Desk, data: dict[str, object], field: str
) -> None:
    said = await desk.ask("POST", PLANES, data)
    assert said.status == 400
    assert set(said.json()["fields"]) == {field}


async def test_a_taken_name_is_refused(desk: Desk) -> None:
    made = await desk.make(PLANES, name="x")
    assert (await desk.ask("POST", PLANES, {"name": "x"})).json()["code"] == 5
    assert (await desk.ask("PATCH", f"{PLANES}/{made['id']}", {"name": "default"})).status == 409
    assert (await desk.ask("GET", f"{PLANES}?page[size]=0")).json()["code"] == 9


async def test_entities_of_one_plane_are_not_those_of_another(desk: Desk) -> None:
    made = await desk.make(PLANES, name="x")
    base = f"{PLANES}/{made['id']}/core-entities"
    await desk.make(f"{base}/consumers", username="ann")
    assert (await desk.ask("GET", "/consumers/ann")).status == 404
    assert (await desk.get(f"{base}/consumers/ann"))["username"] == "ann"
    assert (await desk.ask("GET", f"{PLANES}/nobody/core-entities/consumers")).status == 404
    assert (await desk.ask("GET", f"{base}/v2/control-planes")).status == 404
