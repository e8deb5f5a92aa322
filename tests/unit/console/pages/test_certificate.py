from typing import Any

import pytest

from gatepost.console.admin_api import Gone
from gatepost.console.pages.certificate import build, build_authority
from tests.unit.console.hands import press_icon, until, write
from tests.unit.console.pem import pair
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import opened, press, view_of

pytestmark = pytest.mark.anyio


def made(plane: Plane, name: str, *hosts: str) -> dict[str, Any]:
    cert, key = pair(name, hosts=hosts)
    told: dict[str, Any] = plane.make("/certificates", cert=cert, key=key, snis=list(hosts))
    return told


async def test_hosts_come_go_and_come_back(plane: Plane) -> None:
    one = made(plane, "one", "one.example")
    path = f"/certificates/{one['id']}/snis"
    async with calls(plane) as api, opened(build, view_of(api, certificate=one["id"])) as user:
        await user.should_see("one.example")
        await user.should_see("No service shows it to its upstream.")
        press(user, "Add a host")
        await user.should_see("Add it")
        await write(user, "name", "two.example")
        press(user, "Add it")
        await user.should_see("The host is added.")
        await user.should_see("two.example")
        press_icon(user, "Take one.example away")
        await user.should_see("Callers of this host get another certificate")
        press(user, "Take it away")
        await until(lambda: len(plane.get(path)["data"]) == 1)
        press(user, "Undo")
        await until(lambda: len(plane.get(path)["data"]) == 2)


async def test_it_is_replaced_and_deleting_names_hosts_and_services(plane: Plane) -> None:
    one = made(plane, "old", "old.example")
    uses = {"client_certificate": {"id": one["id"]}, "url": "https://127.0.0.1:9"}
    plane.make("/services", name="billing", **uses)
    cert, key = pair("new")
    async with calls(plane) as api, opened(build, view_of(api, certificate=one["id"])) as user:
        await user.should_see("billing")
        press(user, "Delete")
        await user.should_see("Its private key is gone for good")
        press(user, "Delete it")
        await user.should_see("billing")  # refused while a service uses it, and said so
        assert plane.get(f"/certificates/{one['id']}")["id"] == one["id"]
        press(user, "Replace")
        await user.should_see("Replace it")
        await write(user, "cert", cert)
        await write(user, "key", key)
        press(user, "Replace it")
        path = f"/certificates/{one['id']}"
        await until(lambda: plane.get(path)["cert"].strip() == cert.strip())


async def test_an_authority_tells_who_rests_on_it(plane: Plane) -> None:
    one = plane.make("/ca_certificates", cert=pair("<i>our own</i>", ca=True)[0])
    uses = {"ca_certificates": [one["id"]], "url": "https://127.0.0.1:9"}
    plane.make("/services", name="payments", **uses)
    view_params = {"authority": one["id"]}
    async with calls(plane) as api:
        async with opened(build_authority, view_of(api, **view_params)) as user:
            await user.should_see("<i>our own</i>")
            await user.should_see("payments")
            press(user, "Delete")
            await user.should_see("Upstreams with a certificate of it are refused.")
            press(user, "Cancel")
        with pytest.raises(Gone):
            await build_authority(view_of(api, authority="6f1d7e2a-0000-4000-8000-000000000000"))
