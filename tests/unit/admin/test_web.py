import http.client
import socket
from pathlib import Path

import anyio
import pytest

from gatepost.admin.settings import ControlPlaneSettings
from gatepost.admin.web import AdminListener
from gatepost.values import Address, Fault
from tests.admin_desk import Desk
from tests.ports import free_port

pytestmark = pytest.mark.anyio


def look(port: int, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/services", headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


async def test_it_listens_answers_and_stops(desk: Desk, tmp_path: Path) -> None:
    listener = AdminListener(
        desk.control, ControlPlaneSettings(prefix=tmp_path, admin=Address("localhost", 0))
    )
    url = await listener.start()
    port = int(url.rpartition(":")[2])
    assert await anyio.to_thread.run_sync(look, port, "localhost") == 200
    assert await anyio.to_thread.run_sync(look, port, "evil.test") == 403
    await listener.stop()
    with pytest.raises(ConnectionError):
        await anyio.to_thread.run_sync(look, port, "localhost")


async def test_an_open_door_is_refused_and_its_port_is_free_again(
    desk: Desk, tmp_path: Path
) -> None:
    settings = ControlPlaneSettings(prefix=tmp_path, admin=Address("0.0.0.0", free_port()))
    with pytest.raises(Fault, match=r"admin.open"):
        await AdminListener(desk.control, settings).start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", settings.admin.port))
