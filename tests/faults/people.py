"""People at the gate: a Scene whose provider also signs people in, and a Redis for sessions."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.faults.scene import CONFIGURATION, Asked, Scene, goes_to, scene
from tests.integration.person import Person
from tests.providers.redis_server import RedisServer, redis_server

ROUTES = ("cookie", "stored", "brief")
BRIEF = 2
"""Seconds that the access token of a session lives whose end is waited for; it says so in whole
ones, so that of one second nothing may be left when it comes.
"""

_SCRIPT = {"Sec-Fetch-Mode": "cors"}
_PAGE = {"Sec-Fetch-Mode": "navigate"}
_STAGE = (
    CONFIGURATION
    + """
      - name: cookie
        paths: [/cookie]
        plugins:
          - name: openid-connect
            config: &people
              issuer: $ISSUER
              jwks_endpoint: $ISSUER/v1/keys?for-people
              client_id: [app-cookie]
              client_secret: [app-cookie-secret]
              auth_methods: [authorization_code, session]
              redirect_uri: [$HOME/cookie/callback]
              scopes: [openid, offline_access]
              session_secret: a session secret that only these tests know
              session_cookie_name: at_cookie
              timeout: 1000
              rediscovery_lifetime: 1
      - name: stored
        paths: [/stored]
        plugins:
          - name: openid-connect
            config:
              <<: *people
              client_id: [app-stored]
              client_secret: [app-stored-secret]
              redirect_uri: [$HOME/stored/callback]
              session_cookie_name: at_stored
              session_storage: redis
              redis: {port: $REDIS, connect_timeout: 500, send_timeout: 500, read_timeout: 500}
      - name: brief
        paths: [/brief]
        plugins:
          - name: openid-connect
            config:
              <<: *people
              client_id: [app-brief]
              client_secret: [app-brief-secret]
              redirect_uri: [$HOME/brief/callback]
              session_cookie_name: at_brief
"""
)
# Keys for people are asked for at an address of their own: what is new to the route of JWTs is
# known here, where tokens come from the provider itself.


class Stage(Scene):
    """A Scene with people. Everything that is asked about them goes to the first authorizer."""

    redis: RedisServer

    def seed(self) -> str:
        """Return what the provider knows: it forgives a refresh token whose answer was lost."""
        known: dict[str, Any] = yaml.safe_load(super().seed())
        known["applications"] += [
            {
                "id": f"app-{route}",
                "secret": f"app-{route}-secret",
                "access_token": "jwt",
                "grants": ["authorization_code", "refresh_token"],
                "scopes": ["openid", "offline_access"],
                "redirect_uris": [f"{self.home}/{route}/callback"],
                "reuse_grace": 3600,
            }
            for route in ROUTES
        ]
        known["users"] = [{"login": "alice", "password": "alice-password"}]
        return str(yaml.safe_dump(known))

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.proxy_port}"

    def write(self, text: str) -> None:
        super().write(text.replace("$HOME", self.home))

    def session(self, route: str) -> Asked:
        """Log somebody in; return the request of a script of theirs, which nobody remembers."""
        while True:
            person = self._at_the_door(route)
            done = person.open(self._signed_in(person, route), stop_at=f"{self.home}/{route}/x")
            assert done.status == 303, (done.status, done.code)
            if goes_to(person.jar(self.home)[f"at_{route}"]) == 0:
                return Asked(f"/{route}/x", {**_SCRIPT, "Cookie": _cookies(person)})

    def ended_session(self) -> tuple[Asked, float]:
        """Return such a request, and the wall seconds at which the access token has ended.

        Tokens that come of its refresh live long.
        """
        self._lives(BRIEF)
        asked = self.session("brief")
        ends = time.time() + BRIEF
        self._lives(3600)
        return asked, ends

    def login(self) -> Asked:
        """Return the request with which a browser comes back from the provider."""
        person = self._at_the_door("cookie")
        back = urlsplit(self._signed_in(person, "cookie"))
        headers = {**_PAGE, "Cookie": _cookies(person)}
        return Asked(f"{back.path}?{back.query}", headers, healthy=303)

    def first_page(self) -> Asked:
        """Return the request of a browser that has no session, and is sent to the provider."""
        person = self._at_the_door("cookie")
        return Asked("/cookie/x", {**_PAGE, "Cookie": _cookies(person)}, healthy=302)

    def noticed(self) -> str:
        """Return what changes when the node notices that its Redis was emptied."""
        (room,) = self.status.get("/status").json()["rooms"]
        return str(room["last"]) if room["connected"] else ""

    def _at_the_door(self, route: str) -> Person:
        """Return a person with the remains of a session, by which the authorizer is chosen."""
        person = Person(self.secrets)
        number = next(n for n in range(100) if goes_to(f"remains-{n}") == 0)
        person.jar(self.home)[f"at_{route}"] = f"remains-{number}"
        return person

    def _signed_in(self, person: Person, route: str) -> str:
        """Sign somebody in at the provider; return the address to which they are sent back."""
        back = f"{self.home}/{route}/callback"
        found = person.log_in(f"{self.home}/{route}/x", stop_at=back)
        assert found.url.startswith(back), (found.status, found.way)
        return found.url

    def _lives(self, seconds: int) -> None:
        path = "/api/v1/apps/app-brief"
        whole = self.idp.get(path).json()
        whole["gatepost"]["expires_in"] = seconds
        body, headers = json.dumps(whole).encode(), {"Content-Type": "application/json"}
        assert self.idp.send("PUT", path, body, headers).status == 200


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Run a Stage. Several may run at once: each is of a class of its own."""
    with redis_server(keep=True) as redis:
        kind = type("Stage", (Stage,), {"redis": redis})
        with scene(_STAGE.replace("$REDIS", str(redis.port)), kind=kind) as world:
            assert isinstance(world, Stage)
            yield world


def _cookies(person: Person) -> str:
    jar = next(iter(person.cookies.values()))
    return "; ".join(f"{name}={value}" for name, value in jar.items())
