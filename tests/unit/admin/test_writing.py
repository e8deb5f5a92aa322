import pytest

from gatepost.admin.writing import merged
from tests.admin_desk import Desk


def test_records_are_merged_and_all_else_is_replaced() -> None:
    vault = {"prefix": "p", "config": {"prefix": "A_", "base64_decode": False}, "tags": ["a"]}
    change = {"config": {"prefix": "B_"}, "tags": ["b"]}
    assert merged("vaults", vault, change) == {
        "prefix": "p",
        "config": {"prefix": "B_", "base64_decode": False},
        "tags": ["b"],
    }
    route = {"headers": {"x-a": ["1"]}}
    assert merged("routes", route, {"headers": {"x-b": ["2"]}})["headers"] == {"x-b": ["2"]}
    assert merged("vaults", vault, {"config": None})["config"] is None


def test_a_url_replaces_what_it_stands_for() -> None:
    service = {"protocol": "http", "host": "a", "port": 1, "path": "/", "retries": 2}
    assert merged("services", service, {"url": "https://b"}) == {"url": "https://b", "retries": 2}


@pytest.mark.anyio
async def test_a_write_that_is_refused_leaves_nothing(desk: Desk) -> None:
    await desk.make("/services", name="s", host="a.test")
    for method, path, data, status in (
        ("POST", "/services", {"name": "s", "host": "b.test"}, 409),
        ("PATCH", "/services/s", {"retries": -1}, 400),
        ("PUT", "/services/s", {"retries": 1}, 400),
        ("PUT", "/routes/r", {"paths": ["/"], "service": {"name": "nobody"}}, 400),
        ("PATCH", "/services/s", {"retries": 1}, 200),
    ):
        assert (await desk.ask(method, path, data)).status == status, (method, path)
    assert (await desk.get("/status"))["configuration_version"] == 2
    assert (await desk.get("/routes"))["data"] == []


@pytest.mark.anyio
async def test_times_are_kept_and_told(desk: Desk) -> None:
    made = await desk.make("/services", name="s", host="a.test", created_at=5, updated_at=6)
    assert made["created_at"] == 5
    assert made["updated_at"] > 6
    put = (await desk.ask("PUT", "/services/s", {"host": "b.test"})).json()
    assert put["created_at"] == 5
    await desk.make("/upstreams", name="u.test")
    target = await desk.make("/upstreams/u.test/targets", target="10.0.0.1")
    assert isinstance(target["created_at"], float)


@pytest.mark.anyio
async def test_a_secret_that_is_taken_is_not_repeated(desk: Desk) -> None:
    await desk.make("/consumers", username="ann")
    await desk.make("/consumers/ann/key-auth", key="opensesame")
    said = await desk.ask("POST", "/consumers/ann/key-auth", {"key": "opensesame"})
    assert said.json()["fields"] == {"key": "{masked}"}
    await desk.make("/consumers/ann/acls", group="staff")
    said = await desk.ask("POST", "/consumers/ann/acls", {"group": "staff"})
    assert set(said.json()["fields"]) == {"consumer", "group"}
