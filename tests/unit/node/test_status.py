import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from gatepost.node.revoking import Done
from gatepost.node.rooms import Reach
from gatepost.node.status import StatusApi
from gatepost.plugin.revocation_wish import Wish
from gatepost.values import Address, By, Fault, Secret

pytestmark = pytest.mark.anyio


class Node:
    """A node whose answers are told."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.fault: Fault | None = None
        self.wishes: list[Wish] = []
        self.reach = Reach()
        self.gate = asyncio.Event()
        self.gate.set()

    async def status(self) -> dict[str, Any]:
        return {"fine": True}

    def not_ready(self) -> str | None:
        return self.why

    async def metrics(self) -> str:
        return "gatepost_ready 1\n"

    async def revoke(self, wish: Wish) -> Done:
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.wishes.append(wish)
        return Done([{"number": 1}], self.reach)

    def revocations(self) -> list[dict[str, Any]]:
        return [{"number": 1}]


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
async def url(node: Node) -> AsyncIterator[str]:
    api = StatusApi(node)
    address = await api.start(Address("127.0.0.1", 0))
    yield f"http://{address}"
    await api.stop()


async def call(method: str, url: str, **more: Any) -> tuple[int, Any, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, url, **more) as reply:
        text = await reply.text()
        media = reply.content_type
        return reply.status, await reply.json() if "json" in media else text, reply.headers


async def test_ready_says_why_not(url: str, node: Node) -> None:
    assert (await call("GET", f"{url}/status/ready"))[0] == 200
    node.why = "no configuration available"
    status, body, _ = await call("GET", f"{url}/status/ready")
    assert (status, body) == (503, {"message": "no configuration available"})


async def test_status_metrics_and_revocations_are_read(url: str) -> None:
    assert (await call("GET", f"{url}/status"))[1] == {"fine": True}
    assert (await call("GET", f"{url}/metrics"))[1] == "gatepost_ready 1\n"
    assert (await call("GET", f"{url}/revocations"))[1] == {"data": [{"number": 1}]}


async def test_a_revocation_is_answered_with_its_number(url: str, node: Node) -> None:
    status, body, _ = await call("POST", f"{url}/revocations", json={"subject": "alice"})
    assert (status, body["data"]) == (201, [{"number": 1}])
    assert (body["reach"], body["rooms"]) == ("this node only", {"told": [], "away": []})
    node.reach = Reach(("r1",), ("r2",))
    _, body, _ = await call("POST", f"{url}/revocations", json={"subject": "alice"})
    assert body["reach"] == "this node and 1 room; away, and told when it is back: r2"
    assert body["rooms"] == {"told": ["r1"], "away": ["r2"]}
    assert node.wishes[0].target is not None


async def test_mistakes_of_the_asker_are_400_and_ours_503(url: str, node: Node) -> None:
    assert (await call("POST", f"{url}/revocations", json={"colour": 1}))[0] == 400
    node.fault = Fault("revocation.not_kept", "The disk is full.", by=By.OURS, retry_after=1)
    status, body, headers = await call("POST", f"{url}/revocations", json={"subject": "a"})
    assert (status, body["code"]) == (503, "revocation.not_kept")
    assert headers["Retry-After"] == "1"


async def test_a_revocation_that_began_is_finished_when_the_asker_hangs_up(
    url: str, node: Node
) -> None:
    node.gate.clear()
    with pytest.raises(TimeoutError):
        await call(
            "POST", f"{url}/revocations", json={"subject": "a"},
            timeout=aiohttp.ClientTimeout(total=0.2),
        )  # fmt: skip
    node.gate.set()
    await asyncio.sleep(0.1)
    assert len(node.wishes) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_browsers_are_refused(url: str, headers: dict[str, str], expected: int) -> None:
    for path in ("/status", "/status/ready", "/metrics", "/revocations"):
        assert (await call("GET", url + path, headers=headers))[0] == expected


async def test_unknown_paths_and_methods_are_told_in_json(url: str) -> None:
    assert (await call("GET", f"{url}/nothing"))[0] == 404
    assert (await call("DELETE", f"{url}/status"))[0] == 405


async def test_with_a_token_set_revocations_need_it(node: Node) -> None:
    api = StatusApi(node)
    address = await api.start(Address("127.0.0.1", 0), Secret("a-long-status-token"))
    try:
        url = f"http://{address}/revocations"
        assert (await call("GET", url))[0] == 401
        headers = {"Authorization": "Bearer a-long-status-token"}
        assert (await call("GET", url, headers=headers))[0] == 200
        assert (await call("GET", f"http://{address}/status"))[0] == 200
    finally:
        await api.stop()


async def test_a_port_in_use_is_an_error(url: str, node: Node) -> None:
    port = int(url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await StatusApi(node).start(Address("127.0.0.1", port))
