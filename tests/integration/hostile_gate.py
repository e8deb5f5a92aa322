"""A node with a route for each strictness, for hostile tokens: what is refused goes nowhere."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.integration.attacker import Json, presented
from tests.integration.recorder import Recorder
from tests.integration.world import ANY_REFUSALS, World

OIDC = "issuer: $ISSUER, client_id: [gateway], client_secret: [gateway-secret]"
TOLD = "upstream_headers: [{header: X-User, path: [sub]}, {header: X-Groups, path: [groups]}]"
ROUTES = {
    "jwt": "auth_methods: [bearer]",
    "asked": "auth_methods: [introspection]",
    "both": "auth_methods: [bearer, introspection]",
    "twice": "auth_methods: [bearer], introspect_jwt_tokens: true",
    "strict": "auth_methods: [bearer], strict_access_tokens: true",
    "aud": "auth_methods: [bearer], audience_required: ['api://default']",
    "scoped": "auth_methods: [bearer], scopes_required: [read write, admin]",
    "grouped": "auth_methods: [bearer], groups_required: [admin]",
}


def kong_yaml(port: int) -> str:
    routes = "".join(
        f"""
      - name: {name}
        paths: [/{name}]
        plugins: [{{name: openid-connect, config: {{{OIDC}, {TOLD}, {config}}}}}]"""
        for name, config in ROUTES.items()
    )
    service = f"  - name: api\n    url: http://127.0.0.1:{port}\n    routes:{routes}\n"
    return f'_format_version: "3.0"\nservices:\n{service}'


@dataclass(frozen=True)
class Gate:
    """A World, and the upstream behind it."""

    world: World
    upstream: Recorder

    def refuses(self, token: str, *routes: str, allowed: tuple[int, ...] = (401,)) -> None:
        """Fail unless the token is refused at these routes in every spelling and goes nowhere."""
        for route in routes or ("jwt", "asked", "both", "twice", "strict"):
            statuses = presented(self.world, token, f"/{route}/x")
            assert set(statuses) <= set(allowed), (route, statuses)
        assert not self.upstream.seen, [seen.line for seen in self.upstream.seen]

    def good(self, **claims: Any) -> Json:
        """Return the claims of a token that would be accepted."""
        now = int(time.time())
        return {
            "iss": self.world.issuer, "aud": "api://default", "sub": "mallory", "scope": "read",
            "client_id": "minted", "iat": now, "exp": now + 3600, "jti": f"{time.monotonic_ns()}",
            **claims,
        }  # fmt: skip

    @property
    def key_id(self) -> str:
        """The id of the key that the provider signs with."""
        keys = self.world.idp.get("/oauth2/default/v1/keys").json()["keys"]
        return str(keys[0]["kid"])


@contextlib.contextmanager
def gated(*, node: bool = True) -> Iterator[Gate]:
    """Run it; refused questions are not rationed, or the ration would answer instead."""
    with (
        Recorder() as upstream,
        World.start(kong_yaml(upstream.port), arguments=ANY_REFUSALS, node=node) as world,
    ):
        yield Gate(world, upstream)
