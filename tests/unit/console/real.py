"""A real control plane for pages that change things (the fixture ``plane``)."""

import contextlib
from collections.abc import AsyncIterator, Mapping

import aiohttp

from gatepost.console.admin_api import AdminApi, Credentials
from gatepost.values import Secret
from tests.integration.admin_world import Admin
from tests.integration.world import Answer


class Plane(Admin):
    """Speaks to the Admin API of one control plane; tokens and planes are those of all."""

    def __init__(self, port: int, ident: str) -> None:
        super().__init__(port)
        self.id = ident

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        if not path.startswith(("/v2/", "/tokens")):
            path = f"/v2/control-planes/{self.id}/core-entities{path}"
        return super().send(method, path, body, headers)


@contextlib.asynccontextmanager
async def calls(plane: Plane, token: str | None = None) -> AsyncIterator[AdminApi]:
    """An AdminApi at it; token: with whose rights, None for those of this machine."""
    given = Credentials(token=None if token is None else Secret(token))
    async with aiohttp.ClientSession() as session:
        yield AdminApi(session, f"http://127.0.0.1:{plane.port}", given, plane=plane.id)


def token_of(plane: Plane, role: str) -> str:
    """Return a new token of a role."""
    text: str = plane.make("/tokens", name=f"a {role}", role=role)["token"]
    return text
