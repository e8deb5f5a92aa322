"""Two nodes on one kong.yaml, a Redis that they share, and people who come in crowds."""

import contextlib
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import yaml

from tests.integration.login_world import APP, SECRET, kong_yaml
from tests.integration.person import Person
from tests.integration.world import ANY_REFUSALS, Answer, Client, Node, World
from tests.ports import free_port
from tests.providers.redis_server import RedisServer, redis_server

AUTHORIZERS = 2
WAYS = (("GET", False), ("GET", True), ("PUT", False), ("PUT", True))
"""Methods, and whether a browser opens a page: what policies about people tell apart."""
PLENTY = 3600
"""Seconds that an access token lives unless a test says otherwise."""


@dataclass(frozen=True)
class Came:
    """What one of a crowd got. token: what the upstream was shown, None where it was not reached.

    took: seconds. until: when the answer had come, by the monotonic clock.
    """

    status: int
    token: str | None
    took: float
    until: float
    retry_after: str | None


class Pair(World):
    """A World with two nodes, of which the first one's address is known before it starts.

    Its proxy is ``home``, where every login comes back to; the other node is ``other``.
    """

    redis: RedisServer
    routes: Mapping[str, Mapping[str, Any]]
    home: int
    other: Node

    def start_idp(self, port: int = 0) -> None:
        seed = self.directory / "seed.yaml"
        seed.write_text(_seed(self.routes, self.home))
        self.idp_process = self.spawn(
            "idp", "idp", "--listen", f"127.0.0.1:{port}", "--seed", str(seed)
        )
        self.idp = Client(next(w for w in self.idp_process.ready().split() if w.startswith("http")))

    def start_node(self, *more: str, proxy: str = "") -> None:
        many = ("--authorizers", str(AUTHORIZERS), *ANY_REFUSALS)
        super().start_node(*many, *more, proxy=proxy or f"127.0.0.1:{self.home}")

    def start_other(self) -> None:
        """Start the second node (again); its addresses are new."""
        self.other = self.second_node("other", *ANY_REFUSALS)

    # -- the provider

    def application(self, name: str, *, leeway: int | None = None, **ours: Any) -> None:
        """Change an application. leeway: seconds in which a refresh token may come again."""
        path = f"/api/v1/apps/{name}"
        whole = self.idp.get(path).json()
        whole["gatepost"].update(ours)
        if leeway is not None:
            whole["settings"]["oauthClient"]["refresh_token"]["leeway"] = leeway
        json_type = {"Content-Type": "application/json"}
        answer = self.idp.send("PUT", path, json.dumps(whole).encode(), json_type)
        assert answer.status == 200, answer.body

    def misbehave(self, fault: str, endpoint: str = "token", **more: Any) -> None:
        """Order one misbehaviour of the provider."""
        order = {"endpoint": endpoint, "fault": fault, **more}
        assert self.idp.post_json("/dev/misbehave", order).status == 200

    def behave(self) -> None:
        """End all misbehaviour."""
        assert self.idp.send("DELETE", "/dev/misbehave").status == 200

    # -- people

    def url(self, route: str, proxy: Client | None = None) -> str:
        return f"{(proxy or self.proxy).url}/{route}/anything"

    def logged_in(
        self, route: str, login: str = "alice", *, lives: int = PLENTY, seen: bool = True
    ) -> Person:
        """Return somebody who has just logged in. lives: seconds of the first access token.

        Those that come of a refresh live long, so that there is one refresh and not a second.
        seen: they have opened a page with the session that they got.
        """
        name = self.routes[route]["client_id"][0]
        self.application(name, expires_in=lives, leeway=0)
        person = Person(self.secrets)
        there = person.log_in(self.url(route), login, stop_at=None if seen else self.url(route))
        assert there.status == (200 if seen else 303), (there.status, there.text[:400])
        self.application(name, expires_in=PLENTY)
        return person

    def past(self, moment: float) -> None:
        """Wait until the wall clock has passed a moment."""
        self.until(lambda: time.time() > moment, "the time has come", patience=moment)

    def rush(self, people: Iterable[tuple[Person, str]], *, ways: int = len(WAYS)) -> list[Came]:
        """Let all of them come at one moment, each on a connection of its own.

        ways: in how many different ways, which nginx takes for as many different questions.
        """
        everybody = list(people)
        gate = threading.Barrier(len(everybody))

        def come(number: int) -> Came:
            gate.wait(30)
            method, navigates = WAYS[number % ways]
            return self.come(*everybody[number], method=method, navigates=navigates)

        with ThreadPoolExecutor(len(everybody)) as pool:
            return list(pool.map(come, range(len(everybody))))

    def come(
        self, person: Person, url: str, *, method: str = "GET", navigates: bool = False
    ) -> Came:
        """Let one of them come: as a script does, unless told, which is never sent to a login."""
        began = time.monotonic()
        answer = person.send(method, url, navigates=navigates)
        until = time.monotonic()
        token = self._shown(answer)
        return Came(answer.status, token, until - began, until, answer.headers.get("retry-after"))

    def _shown(self, answer: Answer) -> str | None:
        if answer.status != 200:
            return None
        told = {k.lower(): v for k, v in json.loads(answer.body)["headers"].items()}
        token = str(told["authorization"]).removeprefix("Bearer ")
        self.secrets.add(token)
        return token


@contextlib.contextmanager
def pair_world(
    routes: Mapping[str, Mapping[str, Any]],
    *,
    redis: RedisServer | None = None,
    environment: Mapping[str, str] | None = None,
    two: bool = True,
) -> Iterator[Pair]:
    """Run a Pair with these routes, whose configurations are APP with what they change.

    In a configuration ``$REDIS`` stands for the port of the Redis. two: start the second node.
    """
    with contextlib.ExitStack() as stack:
        redis = redis or stack.enter_context(redis_server())
        home = free_port()
        Pair.redis, Pair.home = redis, home
        Pair.routes = {name: _whole(name, config, redis.port) for name, config in routes.items()}
        text = kong_yaml(Pair.routes).replace("$HOME", f"http://127.0.0.1:{home}")
        secrets = (SECRET, *(f"{_client(name)}-secret" for name in routes))
        with Pair.start(text, environment=environment, secrets=secrets) as world:
            assert isinstance(world, Pair)
            if two:
                world.start_other()
            yield world


def crowd(person: Person, size: int) -> list[Person]:
    """Return so many browsers that hold the same cookies, as tabs and scripts of one page do."""
    found = []
    for _ in range(size):
        copy = Person(person.secrets)
        copy.cookies = {host: dict(jar) for host, jar in person.cookies.items()}
        found.append(copy)
    return found


def _whole(route: str, changes: Mapping[str, Any], redis: int) -> dict[str, Any]:
    config = {
        **APP,
        "client_id": [_client(route)],
        "client_secret": [f"{_client(route)}-secret"],
        "redirect_uri": [f"$HOME/{route}/callback"],
        "scopes": ["openid", "offline_access"],
        "upstream_headers_claims": ["sub"],
        "upstream_headers_names": ["X-User"],
        "session_cookie_name": f"session_{route}",
        "timeout": 5000,
        **changes,
    }
    if config.get("session_storage") == "redis":
        config.setdefault("redis", {"host": "127.0.0.1", "port": "$REDIS"})
    if "redis" in config:
        config["redis"] = {
            name: redis if value == "$REDIS" else value for name, value in config["redis"].items()
        }
    return config


def _client(route: str) -> str:
    return f"app-{route}"


def _seed(routes: Mapping[str, Mapping[str, Any]], home: int) -> str:
    applications = [
        {
            "id": config["client_id"][0],
            "secret": config["client_secret"][0],
            "access_token": "jwt",
            "grants": ["authorization_code", "refresh_token"],
            "scopes": ["openid", "offline_access", "read"],
            "redirect_uris": [uri.replace("$HOME", f"http://127.0.0.1:{home}")],
        }
        for config in routes.values()
        for uri in config["redirect_uri"]
    ]
    users = [
        {"login": name, "password": f"{name}-password", "email": f"{name}@example.com"}
        for name in ("alice", "bob")
    ]
    return str(yaml.safe_dump({"applications": applications, "users": users}))
