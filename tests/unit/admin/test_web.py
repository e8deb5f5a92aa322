import http.client
import socket
import ssl
import time
from pathlib import Path

import anyio
import pytest

from gatepost.admin.settings import ControlPlaneSettings
from gatepost.admin.web import AdminListener
from gatepost.feed.authority import issue_server, make_authority
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


async def test_with_a_certificate_it_speaks_tls(desk: Desk, tmp_path: Path) -> None:
    pem = issue_server(make_authority(now=time.time()), now=time.time())
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    for file in files:
        file.write_bytes(pem)
    settings = ControlPlaneSettings(
        prefix=tmp_path,
        admin=Address("127.0.0.1", 0),
        admin_ssl_cert=files[0],
        admin_ssl_cert_key=files[1],
    )
    listener = AdminListener(desk.control, settings)
    url = await listener.start()
    assert url.startswith("https://")

    def look_through() -> int:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(url.rpartition("/")[2], context=context)
        connection.request("GET", "/services", headers={"Host": "localhost"})
        status = connection.getresponse().status
        connection.close()
        return status

    assert await anyio.to_thread.run_sync(look_through) == 200
    await listener.stop()


@pytest.mark.parametrize("given", [{"admin_ssl_cert": "none.pem"}, {"admin_ssl_cert_key": "none"}])
async def test_half_a_pair_or_none_is_refused(
    desk: Desk, tmp_path: Path, given: dict[str, str]
) -> None:
    paths = {name: tmp_path / text for name, text in given.items()}
    settings = ControlPlaneSettings(prefix=tmp_path, admin=Address("127.0.0.1", 0), **paths)
    with pytest.raises(Fault, match=r"admin.tls"):
        await AdminListener(desk.control, settings).start()
