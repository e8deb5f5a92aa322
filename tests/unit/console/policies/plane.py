"""A real control plane under the pages of policies: one for a module of tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import aiohttp

from gatepost.console.admin_api import AdminApi, Credentials
from tests.integration.admin_world import Admin, control_plane

ISSUER = "https://idp.example/oauth2/default"


@contextlib.contextmanager
def plane() -> Iterator[Admin]:
    """Run it."""
    with control_plane() as admin:
        yield admin


@contextlib.asynccontextmanager
async def client(admin: Admin) -> AsyncIterator[AdminApi]:
    """An AdminApi of it."""
    async with aiohttp.ClientSession() as session:
        yield AdminApi(session, f"http://127.0.0.1:{admin.port}", Credentials())


def emptied(admin: Admin) -> None:
    """Take everything out of it."""
    told = admin.send("POST", "/declarative/apply", b'_format_version: "3.0"')
    assert told.status == 200, told.body


def policy(admin: Admin, path: str = "/plugins", **config: Any) -> dict[str, Any]:
    """Make a policy that checks tokens."""
    given = {"issuer": ISSUER, "auth_methods": ["bearer"], **config}
    made: dict[str, Any] = admin.make(path, name="openid-connect", config=given)
    return made


async def until(what: Callable[[], Any], patience: float = 8.0) -> None:
    """Wait until something is so."""
    for _ in range(int(patience / 0.05)):
        if what():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to be so")
