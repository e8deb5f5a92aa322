"""A real control plane for pages: one process, and a control plane of its own for each test."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import aiohttp
import pytest

from gatepost.console.admin_api import AdminApi, Credentials
from tests.integration.admin_world import Admin, control_plane


@pytest.fixture(scope="session")
def control() -> Iterator[Admin]:
    with control_plane() as admin:
        yield admin


@pytest.fixture
async def api(control: Admin) -> AsyncIterator[AdminApi]:
    """An Admin API for a control plane that is empty."""
    plane = control.make("/v2/control-planes", name=f"p{uuid4().hex}")["id"]
    async with aiohttp.ClientSession() as session:
        yield AdminApi(session, f"http://127.0.0.1:{control.port}", Credentials(), plane=plane)
    control.send("DELETE", f"/v2/control-planes/{plane}")
