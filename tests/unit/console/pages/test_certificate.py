from typing import Any

import pytest

from gatepost.console.admin_api import Gone
from gatepost.console.pages.certificate import build, build_authority
from tests.integration.admin_world import Admin
from tests.unit.console.pem import pair
from tests.unit.console.real import calls, plane
from tests.unit.console.shown import opened, press, view_of
from tests.unit.console.waiting import press_icon, sees, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]


def made(plane: Admin, name: str, *hosts: str) -> dict[str, Any]:
    cert, key = pair(name, hosts=hosts)
    told: dict[str, Any] = plane.make("/certificates", cert=cert, key=key, snis=list(hosts))
    return told


async def test_hosts_come_go_and_come_back(plane: Admin) -> None:
    one = made(plane, "one", "one.example")
    path = f"/certificates/{one['id']}/snis"
    async with calls(plane) as api, opened(build, view_of(api, certificate=one["id"])) as user:
        await sees(user, "one.example")
        await sees(user, "No service shows it to its upstream.")
        press(user, "Add a host")
        await sees(user, "Add it")
        write(user, "name", "two.example")
        press(user, "Add it")
        await sees(user, "The host is added.")
        await sees(user, "two.example")
        press_icon(user, "Take one.example away")
        await sees(user, "Callers of this host get another certificate")
        press(user, "Take it away")
        await until(lambda: len(plane.get(path)["data"]) == 1)
        press(user, "Undo")
        await until(lambda: len(plane.get(path)["data"]) == 2)


async def test_it_is_replaced_and_deleting_names_hosts_and_services(plane: Admin) -> None:
    one = made(plane, "old", "old.example")
    uses = {"client_certificate": {"id": one["id"]}, "url": "https://127.0.0.1:9"}
    plane.make("/services", name="billing", **uses)
    cert, key = pair("new")
    async with calls(plane) as api, opened(build, view_of(api, certificate=one["id"])) as user:
        await sees(user, "billing")
        press(user, "Delete")
        await sees(user, "Its private key is gone for good")
        press(user, "Delete it")
        await sees(user, "billing")  # refused while a service uses it, and said so
        assert plane.get(f"/certificates/{one['id']}")["id"] == one["id"]
        press(user, "Replace")
        await sees(user, "Replace it")
        write(user, "cert", cert)
        write(user, "key", key)
        press(user, "Replace it")
        path = f"/certificates/{one['id']}"
        await until(lambda: plane.get(path)["cert"].strip() == cert.strip())


async def test_an_authority_tells_who_rests_on_it(plane: Admin) -> None:
    one = plane.make("/ca_certificates", cert=pair("<i>our own</i>", ca=True)[0])
    uses = {"ca_certificates": [one["id"]], "url": "https://127.0.0.1:9"}
    plane.make("/services", name="payments", **uses)
    view_params = {"authority": one["id"]}
    async with calls(plane) as api:
        async with opened(build_authority, view_of(api, **view_params)) as user:
            await sees(user, "<i>our own</i>")
            await sees(user, "payments")
            press(user, "Delete")
            await sees(user, "Upstreams with a certificate of it are refused.")
            press(user, "Cancel")
        with pytest.raises(Gone):
            await build_authority(view_of(api, authority="6f1d7e2a-0000-4000-8000-000000000000"))
