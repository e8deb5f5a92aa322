"""A control plane, a node and the development provider, in which things are tried out."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.integration.plane_world import PlaneNode, PlaneWorld, until
from tests.integration.world import Answer

FOREIGN = "http://127.0.0.1:9"
"""Where nobody listens, and no plugin leads."""


@dataclass
class Trying:
    """plugins: ids by the names of their routes."""

    plane: PlaneWorld
    node: PlaneNode
    plugins: dict[str, str]

    @property
    def url(self) -> str:
        return self.node.proxy.url

    def post(self, path: str, value: Any, **headers: str) -> Answer:
        return self.plane.admin.json("POST", path, value, **headers)

    def told(self, path: str, value: Any) -> Any:
        """Return the JSON of an answer that must be 200."""
        answer = self.post(path, value)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.json()

    def explain(
        self, path: str, token: str | None = None, what_if: Any = None, **headers: str
    ) -> Any:
        """Return the story of a request with this token."""
        fields = [[name, text] for name, text in headers.items()]
        if token is not None:
            fields.append(["Authorization", f"Bearer {token}"])
        body: dict[str, Any] = {"request": {"url": f"{self.url}{path}", "headers": fields}}
        if what_if is not None:
            body["what_if"] = what_if
        return self.told("/explain", body)

    def viewer(self) -> dict[str, str]:
        """Return the header of somebody who may only look."""
        text = self.plane.admin.make("/tokens", name="viewer", role="viewer")["token"]
        self.plane.world.secrets.add(text)
        return {"Authorization": f"Bearer {text}"}

    def operator(self) -> dict[str, str]:
        """Return the header of somebody who may not read secrets."""
        text = self.plane.admin.make("/tokens", name="operator", role="operator")["token"]
        self.plane.world.secrets.add(text)
        return {"Authorization": f"Bearer {text}"}

    def audited(self, kind: str) -> list[Any]:
        found: list[Any] = self.plane.admin.get("/audit", kind=kind, size=1000)["data"]
        return found


@contextlib.contextmanager
def trying_world() -> Iterator[Trying]:
    """Run it: /jwt checks scopes of a JWT, /opaque asks about tokens, /open has no policy."""
    with PlaneWorld.start() as plane:
        admin = plane.admin
        admin.make("/services", name="api", url=plane.echo)
        policies: dict[str, dict[str, Any]] = {
            "jwt": {"auth_methods": ["bearer"], "scopes_required": ["read"]},
            "opaque": {"auth_methods": ["introspection"], "cache_introspection": False},
            "app": {"auth_methods": ["client_credentials"], "scopes": ["read"]},
            "person": {
                "auth_methods": ["password"],
                "client_id": ["demo-app"],
                "client_secret": ["demo-app-secret"],
            },
        }
        plugins = {}
        for name in ("open", *policies):
            admin.make("/services/api/routes", name=name, paths=[f"/{name}"])
        for name, policy in policies.items():
            config = {
                "issuer": plane.issuer,
                "client_id": ["gateway"],
                "client_secret": ["gateway-secret"],
                **policy,
            }
            made = admin.make(f"/routes/{name}/plugins", name="openid-connect", config=config)
            plugins[name] = made["id"]
        node = plane.node()
        until(lambda: plane.shown(node)["in_sync"], "the node is in sync")
        yield Trying(plane, node, plugins)
