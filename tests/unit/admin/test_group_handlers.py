import pytest

from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_members_come_and_go_from_either_end(desk: Desk) -> None:
    await desk.make("/consumer_groups", name="g", tags=["t"])
    for name in ("a", "b"):
        await desk.make("/consumers", username=name)
    joined = await desk.make("/consumer_groups/g/consumers", consumer=["a", "b"])
    assert [one["username"] for one in joined["consumers"]] == ["a", "b"]
    again = await desk.make("/consumers/a/consumer_groups", group="g")
    assert again["consumer_groups"][0]["name"] == "g"
    group = await desk.get("/consumer_groups/g")
    assert {one["username"] for one in group["consumers"]} == {"a", "b"}
    assert (await desk.get("/consumer_groups/g/consumers/a"))["consumer"]["username"] == "a"
    assert (await desk.ask("DELETE", "/consumers/a/consumer_groups/g")).status == 204
    assert (await desk.ask("GET", "/consumer_groups/g/consumers/a")).status == 404
    page = await desk.get("/consumer_groups/g/consumers?size=1")
    assert [one["username"] for one in page["data"]] == ["b"]
    assert (await desk.ask("DELETE", "/consumer_groups/g/consumers")).status == 204
    assert (await desk.get("/consumers/b/consumer_groups"))["data"] == []


@pytest.mark.parametrize(
    "body", [{}, {"consumer": 1}, {"consumer": []}, {"consumer": [None]}, {"consumer": "nobody"}]
)
async def test_a_member_that_nobody_is_is_refused(desk: Desk, body: dict[str, object]) -> None:
    await desk.make("/consumer_groups", name="g")
    said = await desk.ask("POST", "/consumer_groups/g/consumers", body)
    assert said.status == 400
    assert set(said.json()["fields"]) == {"consumer"}


async def test_a_group_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert (await desk.ask("GET", "/consumer_groups/g")).status == 404
    assert (await desk.ask("GET", "/consumer_groups/g/consumers")).status == 404
    assert (await desk.ask("DELETE", "/consumer_groups/g")).status == 204


async def test_the_same_membership_has_the_same_id_everywhere(desk: Desk) -> None:
    group = await desk.make("/consumer_groups", name="g")
    await desk.make("/consumers", username="a")
    before = []
    for _ in range(2):
        await desk.make("/consumer_groups/g/consumers", consumer="a")
        async with desk.control.database.reading(desk.control.plane) as reader:
            here = ("consumer_group", group["id"])
            found = await reader.page("consumer_group_consumers", size=9, where=here)
            before.append(found.items[0].id)
        await desk.ask("DELETE", "/consumer_groups/g/consumers/a")
    assert before[0] == before[1]
