from typing import Any

import pytest

from gatepost.admin.problem import Refused
from gatepost.admin.try_requests import Wanted, read
from gatepost.store.database import Node
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio

GATEWAY = "https://10.0.0.7:8443"


def wanted(**more: Any) -> Wanted:
    return Wanted(**{"gateway": GATEWAY, "path": "/a%20b?c=d", **more})


def test_a_request_is_sent_as_it_was_written_with_its_mark() -> None:
    order = wanted(method="PUT", host="api.example:1", headers=[("A", "1"), ("a", "2")], body="é")
    made = read(order, "m-1")
    assert (made.method, made.url) == ("PUT", f"{GATEWAY}/a%20b?c=d")
    assert (made.host, made.body, made.verify) == ("api.example:1", "é".encode(), True)
    assert [*made.headers] == [("A", "1"), ("a", "2"), ("Gatepost-Trace", "m-1")]
    assert read(wanted(), "m").host == "10.0.0.7:8443"
    assert "é" not in repr(made)
    assert "1" not in repr(order)


def test_a_certificate_counts_but_on_this_machine_or_when_somebody_says_so() -> None:
    assert not read(wanted(insecure=True), "m").verify
    assert not read(wanted(gateway="https://127.0.0.1:8443"), "m").verify
    assert not read(wanted(gateway="https://[::1]:8443"), "m").verify


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": ""}, {"method": "CONNECT"}, {"method": "a b"}, {"path": ""}, {"path": "x"},
        {"path": "/é"}, {"path": "/" + "a" * 9000}, {"path": "/a#b"}, {"host": "x@y"},
        {"headers": [("Te", "x")]}, {"headers": [("", "x")]}, {"headers": [("x", "a\0")]},
    ],
)  # fmt: skip
def test_what_no_client_could_send_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read(wanted(**wrong), "mark")


async def test_only_nodes_that_are_here_and_welcome_are_listed(desk: Desk) -> None:
    plane, nodes = desk.control.plane, desk.control.database.nodes
    for name, more in (
        ("here", {"connected": True}),
        ("gone", {"connected": False}),
        ("shut", {"connected": True}),
    ):
        seen = {"last_seen": 9e12, "ip": "10.0.0.1", "proxies": (f"http://10.0.0.1:{len(name)}",)}
        await nodes.put(Node(plane, name, **seen, **more))  # type: ignore[arg-type]
    await nodes.revoke(plane, "shut", "sold")
    found = (await desk.get("/try/gateways"))["data"]
    assert [one["node"] for one in found] == ["here"]
    refused = await desk.ask("POST", "/try/request", {"gateway": "http://10.0.0.1:5", "path": "/"})
    assert refused.status == 400
