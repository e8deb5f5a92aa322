"""Web applications behind a node, with people who are logged in, for strangers to attack.

Each route is an application with a configuration of its own. Behind all of them is an upstream
that notes what arrives, so that a test can say of a request that it went nowhere.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.integration.attacker import at_once
from tests.integration.login_world import APP, SECRET
from tests.integration.person import Person, Visit
from tests.integration.recorder import Recorder, Seen
from tests.integration.world import Answer, Client, World

CLIENT = "hostile-web"
CLIENT_SECRET = "hostile-web-secret"
OTHER = "hostile-other"
OTHER_SECRET = "hostile-other-secret"
ASKED = ("authorize", "introspect", "par", "revoke", "token", "userinfo")
"""The provider's endpoints that a refused request must not make anybody call."""

BASE: dict[str, Any] = {
    **APP,
    "client_id": [CLIENT],
    "client_secret": [CLIENT_SECRET],
    "upstream_headers_claims": ["sub"],
    "upstream_headers_names": ["X-User"],
}
"""What every route has unless it says otherwise; ``redirect_uri`` is its own ``/callback``."""

Routes = Mapping[str, Mapping[str, Any]]


@dataclass
class Web:
    """The World, what lies behind it, and the people that tests let in."""

    world: World
    upstream: Recorder
    routes: dict[str, dict[str, Any]]
    people: dict[str, Person] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"{self.world.proxy.url}{path}"

    def person(self) -> Person:
        """Return somebody new, whose cookies are looked for in every log at the end."""
        return Person(self.world.secrets)

    def logged_in(self, path: str = "/app/page", login: str = "alice") -> Person:
        """Return somebody new who is logged in at this page."""
        one = self.person()
        found = one.log_in(self.url(path), login)
        assert found.status == 200, (found.url, found.status, found.text[:400])
        assert self.upstream.seen[-1].all("x-user") == [login]
        return one

    def guest(self, path: str = "/app/page", login: str = "alice") -> Person:
        """Return somebody with the cookies of a login that earlier tests made, and no other."""
        key = f"{path} {login}"
        if key not in self.people:
            self.people[key] = self.logged_in(path, login)
        return self.copied(self.people[key])

    def copied(self, one: Person) -> Person:
        """Return somebody with the same cookies, who keeps his own from then on."""
        copy = self.person()
        copy.cookies = {host: dict(jar) for host, jar in one.cookies.items()}
        return copy

    def began(self, path: str = "/app/page") -> tuple[Person, str]:
        """Return somebody who signed in at the provider, and the address to bring that back to."""
        one = self.person()
        back = one.log_in(self.url(path), stop_at=self.callback(path))
        assert back.url.startswith(self.callback(path)), back.url
        return one, back.url

    def flow(self) -> str:
        """Return the name of the cookie of a login that somebody has begun."""
        one = self.person()
        one.send("GET", self.url("/app/page"))
        (name,) = (held for held in one.jar(self.url("/")) if held.startswith("authorization_"))
        return name

    def callback(self, path: str = "/app/page") -> str:
        route = path.split("/")[1]
        return self.url(f"/{route}/callback")

    def call(
        self, one: Person | str | None, path: str, *, method: str = "GET", **headers: str
    ) -> Answer:
        """Make one request as a script does. one: whose cookies, or the Cookie header as it is."""
        told = {"Accept": "application/json", **headers}
        if isinstance(one, Person):
            jar = one.jar(self.world.proxy.url)
            one = "; ".join(f"{name}={value}" for name, value in jar.items())
        if one:
            told["Cookie"] = one
        return self.world.proxy.send(method, path, headers=told)

    def user(self, one: Person | str | None, path: str = "/app/page") -> str | None:
        """Return as whom the upstream sees a request, None when it is refused with 401."""
        before = len(self.upstream.seen)
        answer = self.call(one, path)
        arrived = self.upstream.seen[before:]
        assert answer.status == (200 if arrived else 401), (answer.status, answer.body[:300])
        return arrived[-1].all("x-user")[0] if arrived else None

    @contextlib.contextmanager
    def quiet(self, *allowed: str) -> Iterator[None]:
        """Fail when something reaches the upstream, or the provider is asked something.

        allowed: endpoints of the provider that may be called.
        """
        seen, asked = len(self.upstream.seen), self.asked()
        yield
        arrived = [one.line for one in self.upstream.seen[seen:]]
        assert not arrived, f"the upstream got {arrived}"
        now = self.asked()
        called = {name for name in ASKED if now[name] > asked[name] and name not in allowed}
        assert not called, f"the provider was asked at {called}"

    def asked(self) -> dict[str, int]:
        counted = self.world.idp.get("/dev/counters").json()["endpoints"]
        return {name: int(counted.get(name, 0)) for name in ASKED}

    def refuses(self, *cookies: str, path: str = "/app/page") -> None:
        """Fail unless requests with these Cookie headers go nowhere: 401, and a login for people.

        Nobody is asked at the provider, and nobody gets anything but his cookies deleted.
        """
        with self.quiet():
            for cookie, answer in zip(
                cookies, at_once(lambda one: self.call(one, path), cookies), strict=True
            ):
                assert answer.status == 401, (answer.status, cookie[:80], answer.body[:200])
                assert not _kept(answer), (cookie[:80], _kept(answer))
            opened = self.call(cookies[0], path, **{"Sec-Fetch-Mode": "navigate"})
            assert opened.status == 302, opened.body[:300]
            assert opened.headers["location"].startswith(f"{self.world.issuer}/v1/authorize?")

    def last(self) -> Seen:
        return self.upstream.seen[-1]

    def change(self, **changes: Mapping[str, Any]) -> None:
        """Configure routes anew; the others stay."""
        self.routes.update({name: dict(config) for name, config in changes.items()})
        self.world.change(kong_yaml(self.routes, self.upstream.port, self.world.proxy.url))


def _kept(answer: Answer) -> list[str]:
    """Return the names of cookies that an answer sets, without those that it deletes."""
    lines = [value for name, value in answer.fields if name.lower() == "set-cookie"]
    return [line.partition("=")[0] for line in lines if "Max-Age=0" not in line]


kept = _kept


def page(visit: Visit, status: int, code: str) -> None:
    """Fail unless this is that page of the gateway, which runs nothing and is not kept."""
    assert (visit.status, visit.code) == (status, code), (visit.url, visit.status, visit.text[:600])
    headers = visit.answer.headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in visit.text.lower()


def kong_yaml(routes: Routes, port: int, url: str = "http://127.0.0.1:8000") -> str:
    """Return a file with one route a path; the one named ``rest`` takes what no other does."""
    found = []
    for name, config in routes.items():
        whole: dict[str, Any] = {**BASE, "redirect_uri": [f"{url}/{name}/callback"], **config}
        plugins = [{"name": "openid-connect", "config": whole}]
        paths = ["/"] if name == "rest" else [f"/{name}"]
        found.append({"name": name, "paths": paths, "plugins": plugins})
    service = {"name": "api", "url": f"http://127.0.0.1:{port}", "routes": found}
    return yaml.safe_dump({"_format_version": "3.0", "services": [service]}, sort_keys=False)


def register(
    world: World,
    client: str,
    secret: str,
    routes: Iterable[str],
    *,
    provider: Client | None = None,
    **more: Any,
) -> None:
    """Make an application at the provider, which people may come back from to these routes."""
    at = [f"http://127.0.0.1:8000/{name}" for name in routes]
    answer = (provider or world.idp).post_json(
        "/api/v1/apps",
        {
            "label": client,
            "credentials": {"oauthClient": {"client_id": client, "client_secret": secret}},
            "settings": {
                "oauthClient": {
                    "grant_types": ["authorization_code", "refresh_token", "password"],
                    "redirect_uris": [f"{url}/callback" for url in at],
                    "post_logout_redirect_uris": [f"{url}/bye" for url in at],
                }
            },
            "gatepost": {
                "scopes": ["openid", "profile", "email", "groups", "offline_access"],
                "expires_in": 300,
                **more,
            },
        },
    )
    assert answer.status in (200, 201), answer.body
    world.secrets.add(secret)


@contextlib.contextmanager
def hostile_web(routes: Routes, *, budget: int = 100_000) -> Iterator[Web]:
    """Run it. budget: how many refused questions a second an address has."""
    first = {name: dict(config) for name, config in routes.items()}
    with (
        Recorder() as upstream,
        World.start(
            kong_yaml(first, upstream.port),
            arguments=("--refusal-budget", str(budget)),
            secrets=(SECRET,),
        ) as world,
    ):
        register(world, CLIENT, CLIENT_SECRET, routes)
        register(world, OTHER, OTHER_SECRET, routes)
        web = Web(world, upstream, first)
        web.change()
        yield web
