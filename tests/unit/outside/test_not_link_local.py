import socket

import pytest

from gatepost.outside import Calls
from gatepost.outside.not_link_local import NotLinkLocal, link_local
from gatepost.values import Call, Fault
from tests.unit.outside.provider import running

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("169.254.169.254", True),
        ("fe80::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:169.254.169.254", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("fd00::1", False),
        ("metadata.example", False),
    ],
)
def test_addresses_of_the_own_link_are_known(host: str, is_one: bool) -> None:
    assert link_local(host) is is_one


async def test_a_name_that_leads_there_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = NotLinkLocal()
    (one, *_) = await resolver.resolve("localhost", 80, socket.AF_INET)
    assert one["host"] == "127.0.0.1"

    async def both(*_: object) -> list[dict[str, object]]:
        return [{"host": "169.254.169.254"}, *more]

    more: list[dict[str, object]] = [{"host": "10.0.0.1"}]
    monkeypatch.setattr(resolver._inner, "resolve", both)
    assert await resolver.resolve("x") == [{"host": "10.0.0.1"}]
    more.clear()
    with pytest.raises(OSError, match="own link"):
        await resolver.resolve("x")
    await resolver.close()


async def test_who_must_not_call_it_does_not() -> None:
    calls = Calls(link_local=False)
    for host in ("169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"):
        with pytest.raises(Fault, match=r"provider\.unreachable"):
            await calls(Call("GET", f"http://{host}/latest"))
    async with running() as provider:
        reply = await calls(Call("GET", f"http://localhost:{provider.port}/"))
        assert reply.status == 200
    await calls.close()
