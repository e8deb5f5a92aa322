"""One World for all plans: a provider as the suite's is, a node with every relying party, and an
upstream that counts.
"""

import contextlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.conformance.rp.registered import BYE, SESSION_SECRET, Places, Registered, everybody
from tests.integration.login_world import kong_yaml
from tests.integration.recorder import Recorder, Seen
from tests.integration.world import ANY_REFUSALS, World
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
    userinfo: Recorder
    redis: RedisServer

    @classmethod
    @contextlib.contextmanager
    def start(cls) -> "Iterator[Suite]":
        """Run it, with all relying parties registered and configured."""
        parties = everybody()
        secrets = (SESSION_SECRET, *(one.client_secret for one in parties))
        with contextlib.ExitStack() as stack:
            upstream = stack.enter_context(Recorder())
            userinfo = stack.enter_context(Recorder(behave=_tells_of_alice))
            redis = stack.enter_context(redis_server())
            world = stack.enter_context(
                World.start(kong_yaml({}), secrets=secrets, arguments=ANY_REFUSALS)
            )
            suite = cls(world, upstream, userinfo, redis)
            suite.publish()
            for one in parties:
                answer = world.idp.post_json("/api/v1/apps", one.application(suite.places(one)))
                assert answer.status == 200, (one.name, answer.body)
            world.change(suite.configuration(parties))
            yield suite

    def here(self, one: Registered) -> str:
        """Return the address of a relying party's pages."""
        return f"{(self.world.proxy_ssl if one.https else self.world.proxy).url}/{one.name}"

    def places(self, one: Registered) -> Places:
        """Return what is told to one of where things are."""
        userinfo = f"http://127.0.0.1:{self.userinfo.port}/userinfo"
        return {"$HERE": self.here(one), "$REDIS": self.redis.port, "$USERINFO": userinfo}

    def configuration(self, parties: tuple[Registered, ...]) -> str:
        """Return the kong.yaml with all of them."""
        routes = {one.name: one.configuration(self.places(one)) for one in parties}
        whole = yaml.safe_load(kong_yaml(routes))
        [service] = whole["services"]
        service["url"] = f"http://127.0.0.1:{self.upstream.port}"
        service["routes"] += [{"name": "bye", "paths": [f"/{one.name}{BYE}" for one in parties]}]
        return yaml.safe_dump(whole, sort_keys=False)

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

    def publish(self) -> None:
        """Publish a key of each algorithm that faults sign with, so that none of them is new."""
        self.order("token", "id-token-invalid-sig-es256")
        self.behave()

    def due(self) -> list[dict[str, Any]]:
        """Return what was ordered for some calls and has not happened."""
        found = self.world.idp.get("/dev/misbehave").json()["due"]
        return [one for one in found if one["left"] < OFTEN / 2]

    def calls(self) -> dict[str, int]:
        """Return how often each endpoint of the provider was called."""
        found: dict[str, int] = self.world.idp.get("/dev/counters").json()["endpoints"]
        return found

    def told(self) -> list[dict[str, Any]]:
        """Return what applications were told about logouts since this was asked, and answered."""
        found: list[dict[str, Any]] = self.world.idp.get("/dev/logouts").json()
        assert self.world.idp.send("DELETE", "/dev/logouts").status == 200
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


def _tells_of_alice(_: Seen, connection: socket.socket) -> bool:
    body = json.dumps({"sub": "alice", "email": "alice@example.com"}).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    return True
