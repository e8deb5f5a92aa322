import re
from typing import Any

import pytest

from gatepost import __version__
from gatepost.store.database import Reader
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_the_root_says_what_tools_of_kong_look_for(desk: Desk) -> None:
    root = await desk.get("/")
    assert re.fullmatch(r"\d+\.\d+\.\d+", root["version"])
    assert root["gatepost_version"] == __version__
    assert root["configuration"]["role"] == "control_plane"
    assert root["plugins"]["available_on_server"]["openid-connect"]["priority"] == 1050
    assert root["plugins"]["enabled_in_cluster"] == []
    assert root["node_id"]
    await desk.make("/plugins", name="openid-connect", config={"issuer": "https://a.test"})
    assert (await desk.get("/"))["plugins"]["enabled_in_cluster"] == ["openid-connect"]


async def test_the_status_counts_versions(desk: Desk) -> None:
    assert (await desk.get("/status"))["configuration_version"] == 0
    await desk.make("/consumers", username="a")
    status = await desk.get("/status")
    assert status["configuration_version"] == 1
    assert status["database"] == {"reachable": True}


async def test_tags_are_listed_page_by_page(desk: Desk) -> None:
    await desk.make("/consumers", username="a", tags=["x", "y"])
    await desk.make("/services", host="a.test", tags=["x"])
    page = await desk.get("/tags?size=2")
    rest = await desk.get(page["next"])
    found = [*page["data"], *rest["data"]]
    assert [one["tag"] for one in found] == ["x", "x", "y"]
    assert {one["entity_name"] for one in found} == {"consumers", "services"}
    assert len((await desk.get("/tags/x"))["data"]) == 2
    assert (await desk.get("/tags/z"))["data"] == []
    bad = await desk.ask("GET", "/tags?offset=eA==")
    assert bad.json()["code"] == 7


async def test_a_whole_configuration_is_not_taken(desk: Desk) -> None:
    said = await desk.ask("POST", "/config", {"_format_version": "3.0"})
    assert said.status == 400
    assert "configured to not use a database" in said.json()["message"]


@pytest.mark.parametrize("path", ["/", "/status", "/status?content_hash=true", "/declarative"])
async def test_what_did_not_change_is_not_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    await desk.make("/services", name="s", host="a.test")
    await desk.ask("GET", path)
    seen: list[str] = []

    async def read(_: Reader, kind: str) -> Any:
        seen.append(kind)
        return []

    monkeypatch.setattr(Reader, "all", read)
    assert (await desk.ask("GET", path)).status == 200
    assert not seen
