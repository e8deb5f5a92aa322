import asyncio

import pytest

from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_health_is_not_told_where_nobody_looks(desk: Desk) -> None:
    made = await desk.make("/upstreams", name="u.test")
    await desk.make("/upstreams/u.test/targets", target="10.0.0.1:80")
    health = await desk.get("/upstreams/u.test/health")
    assert [(one["target"], one["health"]) for one in health["data"]] == [
        ("10.0.0.1:80", "HEALTHCHECKS_OFF")
    ]
    assert health["node_id"] == desk.control.node_id
    whole = await desk.get("/upstreams/u.test/health?balancer_health=1")
    assert (whole["data"]["id"], whole["data"]["health"]) == (made["id"], "HEALTHCHECKS_OFF")
    assert len((await desk.get("/upstreams/u.test/targets/all"))["data"]) == 1


async def test_a_target_is_not_marked_where_nobody_would_hear(desk: Desk) -> None:
    await desk.make("/upstreams", name="u.test")
    await desk.make("/upstreams/u.test/targets", target="10.0.0.1:80")
    for word in ("healthy", "unhealthy"):
        # nothing is written, so that nobody who writes is waited for
        async with desk.control.database.writing(desk.control.plane), asyncio.timeout(5):
            said = await desk.ask("PUT", f"/upstreams/u.test/targets/10.0.0.1:80/{word}")
        assert (said.status, said.json()["code"]) == (405, 12)
        assert "weight to 0" in said.json()["message"]
    assert (await desk.ask("PUT", "/upstreams/u.test/targets/x/healthy")).status == 404
