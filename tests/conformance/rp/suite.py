"""One World for all plans: a provider as the suite's is, a node with every relying party, and an
upstream that counts.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.conformance.rp.registered import SESSION_SECRET, Registered, everybody
from tests.integration.login_world import kong_yaml
from tests.integration.recorder import Recorder
from tests.integration.world import World
from tests.providers.redis_server import RedisServer, redis_server

OFTEN = 1_000_000

METADATA = {
    "id_token_signing_alg_values_supported": ["none", "RS256", "ES256", "PS256", "HS256", "EdDSA"],
    "response_types_supported": ["id_token code", "code", "id_token", "token id_token"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
}
"""What the suite's provider says it can do: more than a client wants, in an odd order."""


@dataclass
class Suite:
    """What runs, and what it saw."""

    world: World
    upstream: Recorder
    redis: RedisServer

    @classmethod
    @contextlib.contextmanager
    def start(cls) -> "Iterator[Suite]":
        """Run it, with all relying parties registered and configured."""
        parties = everybody()
        secrets = (SESSION_SECRET, *(one.client_secret for one in parties))
        with contextlib.ExitStack() as stack:
            upstream = stack.enter_context(Recorder())
            redis = stack.enter_context(redis_server())
            world = stack.enter_context(World.start(kong_yaml({}), secrets=secrets))
            suite = cls(world, upstream, redis)
            suite.behave()
            for one in parties:
                application = one.application(here=suite.here(one))
                answer = world.idp.post_json("/api/v1/apps", application)
                assert answer.status == 200, (one.name, answer.body)
            world.change(suite.configuration(parties))
            yield suite

    def here(self, one: Registered) -> str:
        """Return the address of a relying party's pages."""
        return f"{(self.world.proxy_ssl if one.https else self.world.proxy).url}/{one.name}"

    def configuration(self, parties: tuple[Registered, ...]) -> str:
        """Return the kong.yaml with all of them."""
        routes = {
            one.name: one.configuration(here=self.here(one), redis=self.redis.port)
            for one in parties
        }
        return _served_by(self.upstream, kong_yaml(routes))

    # -- the provider

    def behave(self, *, keys: str = "crowded") -> None:
        """Let the provider behave as the suite's does; keys: which set it publishes."""
        assert self.world.idp.send("DELETE", "/dev/misbehave").status == 200
        self.order("discovery", "merge", times=OFTEN, members=METADATA)
        self.order("keys", keys, times=OFTEN)

    def order(self, endpoint: str, fault: str, **more: Any) -> None:
        """Order one misbehaviour of the provider."""
        order = {"endpoint": endpoint, "fault": fault, **more}
        answer = self.world.idp.post_json("/dev/misbehave", order)
        assert answer.status == 200, answer.body

    def calls(self) -> dict[str, int]:
        """Return how often each endpoint of the provider was called."""
        found: dict[str, int] = self.world.idp.get("/dev/counters").json()["endpoints"]
        return found

    # -- what was seen

    def events(self, *, since: int = 0) -> list[dict[str, Any]]:
        """Return the lines of the node's audit log."""
        lines = self.world.node.lines[since:]
        found = [json.loads(line) for line in lines if line.startswith('{"at":')]
        return [event for event in found if "event" in event]

    def heard(self, since: int = 0, **told: Any) -> dict[str, Any]:
        """Wait for a line of the audit log that says this, and return it."""

        def fitting() -> list[dict[str, Any]]:
            return [one for one in self.events(since=since) if told.items() <= one.items()]

        self.world.until(lambda: bool(fitting()), f"the audit log says {told}")
        return fitting()[-1]


def _served_by(upstream: Recorder, text: str) -> str:
    return text.replace("$ECHO", f"http://127.0.0.1:{upstream.port}")
