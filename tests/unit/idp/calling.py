"""Short ways to call a provider, as a gateway, an application or an administrator would."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp

from gatepost.idp import Running
from gatepost.values import FixedClock


class Basic(NamedTuple):
    """An application's id and secret."""

    login: str
    password: str

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": "Basic " + b64encode(":".join(self).encode()).decode()}


GATEWAY = Basic("gateway", "gateway-secret")
OPAQUE = Basic("tutorial-opaque", "tutorial-opaque-secret")
JWT = Basic("tutorial-jwt", "tutorial-jwt-secret")


@dataclass
class Client:
    """Calls a provider as a gateway, an application or an administrator would."""

    running: Running
    http: aiohttp.ClientSession
    clock: FixedClock

    @property
    def issuer(self) -> str:
        return self.running.issuer

    async def token(self, auth: Basic | None = OPAQUE, **form: str) -> tuple[int, dict[str, Any]]:
        form = {"grant_type": "client_credentials", **form}
        return await self.post("/v1/token", auth, **form)

    async def introspect(
        self, token: str, auth: Basic | None = GATEWAY
    ) -> tuple[int, dict[str, Any]]:
        return await self.post("/v1/introspect", auth, token=token)

    async def post(self, path: str, auth: Basic | None, **form: str) -> tuple[int, dict[str, Any]]:
        async with self.http.post(
            self.issuer + path, data=form, headers=auth.header if auth else {}
        ) as answer:
            body = await answer.read()
            return answer.status, await answer.json() if body else {}

    async def get(self, path: str) -> Any:
        async with self.http.get(self.issuer + path) as answer:
            assert answer.status == 200
            return await answer.json()

    async def userinfo(self, token: str, **headers: str) -> tuple[int, dict[str, Any]]:
        """Ask who the bearer of a token speaks for; a signed answer is under ``jwt``."""
        fields = {"Authorization": f"Bearer {token}", **headers}
        async with self.http.get(self.issuer + "/v1/userinfo", headers=fields) as answer:
            signed = answer.content_type == "application/jwt"
            return answer.status, {"jwt": await answer.text()} if signed else await answer.json()

    async def spoil(self, endpoint: str, fault: str, **more: Any) -> None:
        """Order a misbehaviour."""
        order = {"endpoint": endpoint, "fault": fault, **more}
        status, answer = await self.manage("POST", "/dev/misbehave", json=order)
        assert status == 200, answer

    async def manage(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self.http.request(method, self.running.url + path, **options) as answer:
            body = await answer.read()
            return answer.status, await answer.json() if body else None
