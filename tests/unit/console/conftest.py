"""A real control plane for pages: one process, and control planes of their own in it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from uuid import uuid4

import aiohttp
import pytest
from nicegui.testing import User

from gatepost.console.admin_api import AdminApi, Credentials
from tests.integration.admin_world import Admin, control_plane
from tests.unit.console.real import Plane

_LOOKS = 0.02
"""Seconds between two looks at a page."""


@pytest.fixture(scope="session")
def control() -> Iterator[Admin]:
    with control_plane() as admin:
        yield admin


@pytest.fixture(scope="module")
def plane(control: Admin) -> Iterator[Plane]:
    """A control plane that the tests of a module share, empty at first."""
    ident = control.make("/v2/control-planes", name=f"p{uuid4().hex}")["id"]
    one = Plane(control.port, ident)
    yield one
    one.close()
    control.send("DELETE", f"/v2/control-planes/{ident}")


@pytest.fixture
async def api(control: Admin) -> AsyncIterator[AdminApi]:
    """An Admin API for a control plane that is empty."""
    plane = control.make("/v2/control-planes", name=f"p{uuid4().hex}")["id"]
    async with aiohttp.ClientSession() as session:
        yield AdminApi(session, f"http://127.0.0.1:{control.port}", Credentials(), plane=plane)
    control.send("DELETE", f"/v2/control-planes/{plane}")


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """Let what is there already be looked at no more: each page collects garbage twice."""
    gc.freeze()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is to be seen come later than after 0.3 s (a real control plane may be busy), and
    look for it more often than ten times a second.
    """
    for look in (User.should_see, User.should_not_see):
        monkeypatch.setitem(look.__kwdefaults__, "retries", int(10 / _LOOKS))
    quick = SimpleNamespace(sleep=lambda _: asyncio.sleep(_LOOKS))
    monkeypatch.setattr("nicegui.testing.user.asyncio", quick)
