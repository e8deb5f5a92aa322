"""A real control plane for pages that change things."""

import contextlib
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from gatepost.console.admin_api import AdminApi, Credentials
from gatepost.values import Secret
from tests.integration.admin_world import Admin, control_plane


@pytest.fixture(scope="module")
def plane() -> Iterator[Admin]:
    with control_plane() as admin:
        yield admin


@contextlib.asynccontextmanager
async def calls(plane: Admin, token: str | None = None) -> AsyncIterator[AdminApi]:
    """An AdminApi at it; token: with whose rights, None for those of this machine."""
    given = Credentials(token=None if token is None else Secret(token))
    async with aiohttp.ClientSession() as session:
        yield AdminApi(session, f"http://127.0.0.1:{plane.port}", given)


def token_of(plane: Admin, role: str) -> str:
    """Return a new token of a role."""
    text: str = plane.make("/tokens", name=f"a {role}", role=role)["token"]
    return text
