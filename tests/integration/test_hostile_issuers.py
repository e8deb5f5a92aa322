"""Two providers behind one gateway, of which one is hostile: rows C2, A4, A5, A19, R6 and R66.

Both know an ``alice``; nothing of one may count for the other, though secret, cookie and client
are the same. And what a browser or an upstream may learn or claim of a session.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.integration.attacker import FORM, over_h2
from tests.integration.hostile_web import (
    CLIENT,
    CLIENT_SECRET,
    OTHER,
    OTHER_SECRET,
    Web,
    hostile_web,
    page,
    register,
)
from tests.integration.person import Person
from tests.integration.world import Client

pytestmark = [pytest.mark.integration, pytest.mark.slow]

BACK = "http://127.0.0.1:8000/{}/back"
HOSTED = {
    "session_cookie_name": "__Host-session",
    "session_cookie_secure": True,
    "authorization_cookie_name": "__Host-login",
    "authorization_cookie_secure": True,
}
ROUTES = {
    "app": {"backchannel_logout_uri": BACK.format("app")},
    "second": {},
    "facts": {
        "session_request_headers": ["id", "subject", "audience"],
        "upstream_session_id_header": "X-Login",
        "run_on_preflight": False,
    },
    "picked": {
        "client_id": [CLIENT, OTHER],
        "client_secret": [CLIENT_SECRET, OTHER_SECRET],
        "upstream_headers_names": ["X-Client-Id"],
        "run_on_preflight": False,
    },
    "hosted": HOSTED,
    "told": {"login_action": "redirect", "login_redirect_uri": ["/told/landing"]},
}


@dataclass
class Two:
    """A web application for each of two providers."""

    web: Web
    other: Client

    @property
    def issuer(self) -> str:
        return f"{self.other.url}/oauth2/default"

    def asked(self, endpoint: str) -> tuple[int, int]:
        """Return how often either provider was called at an endpoint."""
        counted = self.other.get("/dev/counters").json()["endpoints"]
        return self.web.world.calls(endpoint), int(counted.get(endpoint, 0))

    def mint(self, **claims: object) -> str:
        """Let the second provider make a logout token."""
        order = {"claims": {"aud": CLIENT, **claims}, "header": {"typ": "logout+jwt"}}
        token = str(self.other.post_json("/dev/mint", order).json()["token"])
        self.web.world.secrets.add(token)
        return token


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with hostile_web(ROUTES) as web:
        process = web.world.spawn("second idp", "idp", "--listen", "127.0.0.1:0")
        other = Client(next(word for word in process.ready().split() if word.startswith("http")))
        register(web.world, CLIENT, CLIENT_SECRET, ROUTES, provider=other)
        issuer = f"{other.url}/oauth2/default"
        back = BACK.format("second")
        web.change(second={"issuer": issuer, "backchannel_logout_uri": back})
        yield Two(web, other)


def session(one: Person) -> str:
    (jar,) = one.cookies.values()
    return f"session={jar['session']}"


def test_the_same_name_at_another_provider_is_somebody_else(two: Two) -> None:
    here, there = (session(two.web.logged_in(f"/{name}/page")) for name in ("app", "second"))
    assert (two.web.user(here), two.web.user(there, "/second/page")) == ("alice", "alice")
    for cookie, path in ((here, "/second/page"), (there, "/app/page")):
        with two.web.quiet():
            assert two.web.call(cookie, path).status == 401
            opened = two.web.call(cookie, path, **{"Sec-Fetch-Mode": "navigate"})
            assert opened.status == 302
    both = f"{here}; {there}"
    assert (two.web.user(both), two.web.user(both, "/second/page")) == ("alice", "alice"), (
        "each one"
    )


def test_a_code_of_one_provider_is_never_shown_to_the_other(two: Two) -> None:
    _, stolen = two.web.began("/app/page")
    for named in ("iss of the code", "iss that is expected", "no iss"):
        mallory, back = two.web.began("/second/page")
        mixed = dict(parse_qsl(urlsplit(back).query))
        mixed |= dict(parse_qsl(urlsplit(stolen).query)) | {"state": mixed["state"]}
        mixed["iss"] = {"iss that is expected": two.issuer}.get(named, mixed["iss"])
        if named == "no iss":
            del mixed["iss"]
        before = two.asked("token")
        found = mallory.open(f"{two.web.callback('/second/page')}?{urlencode(mixed)}")
        here, there = two.asked("token")
        assert found.status == 401
        assert not any(name.startswith("session") for name in mallory.jar(found.url))
        assert here == before[0], "the provider of the code hears nothing"
        assert there - before[1] == (1 if named == "iss that is expected" else 0)


def test_one_provider_logs_nobody_out_of_the_other(two: Two) -> None:
    here, there = two.web.logged_in("/app/page"), two.web.logged_in("/second/page")
    post = two.web.world.proxy.send
    for claims in ({"sub": "alice"}, {"sub": "alice", "iss": two.web.world.issuer}):
        body = urlencode({"logout_token": two.mint(**claims)}).encode()
        assert post("POST", "/app/back", body, {"Content-Type": FORM}).status == 400
    body = urlencode({"logout_token": two.mint(sub="alice")}).encode()
    assert post("POST", "/second/back", body, {"Content-Type": FORM}).status == 200
    assert two.web.user(session(there), "/second/page") is None
    assert two.web.user(session(here)) == "alice"


# -- answers that are none


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/app/callback", True),
        ("//app///callback", True),
        ("/app/./x/../callback", True),
        ("/app/%63allback", True),
        ("/app/callback/", False),
        ("/app/CALLBACK", False),
        ("/app/callback;x=1", False),
        ("/app/callback%2F", False),
        ("/app/x/app/callback", False),
        ("/app/callback.html", False),
    ],
)
def test_only_the_callback_is_the_callback_in_whatever_spelling(
    two: Two, path: str, ours: bool
) -> None:
    alice = two.web.guest()
    query = "code=foreign&state=foreign"
    before = two.asked("token"), len(two.web.upstream.seen)
    found = alice.open(two.web.url(f"{path}?{query}"))
    if ours:
        page(found, 400, "callback.unknown_state")
        assert len(two.web.upstream.seen) == before[1]
    else:
        assert found.status == 200
        assert two.web.last().target.endswith(f"?{query}"), "an application's own arguments"
    assert two.asked("token") == before[0]


# -- what is told of a session


def test_nobody_but_the_gateway_says_what_a_session_is(two: Two) -> None:
    alice = two.web.guest("/facts/page")
    lies = {"Session-Id": "x", "Session-Subject": "admin", "Session-Audience": "x", "X-Login": "x"}
    names = ("session-id", "session-subject", "session-audience", "x-login")
    for path, method, facts in (
        ("/facts/page", "GET", True),
        ("/facts/page", "OPTIONS", False),
        ("/app/page", "GET", False),
    ):
        assert two.web.call(alice, path, method=method, **lies).status == 200
        told = {name: two.web.last().all(name) for name in names}
        if facts:
            assert told["session-subject"] == ["alice"]
            assert told["session-audience"] == ["default"]
            assert told["session-id"] == told["x-login"] != ["x"]
        else:
            assert set(map(tuple, told.values())) == {()}, (path, method, told)


def test_a_header_that_picks_a_client_is_not_what_the_upstream_is_told(two: Two) -> None:
    alice = two.web.person()
    alice.log_in(two.web.url("/picked/page"))
    for method, told in (("GET", ["alice"]), ("OPTIONS", []), ("GET", ["alice"]), ("OPTIONS", [])):
        lie = {"X-Client-Id": OTHER if method == "GET" else "admin"}
        assert two.web.call(alice, "/picked/page", method=method, **lie).status == 200
        assert two.web.last().all("x-client-id") == told
    assert two.web.call(alice, "/app/page", **{"X-Client-Id": "admin"}).status == 200
    assert two.web.last().all("x-client-id") == [], "nor at a route that does not read it"
    picks = {"X-Client-Id": OTHER, "Sec-Fetch-Mode": "navigate"}
    begun = two.web.call(None, "/picked/page", **picks)
    assert f"client_id={OTHER}&" in begun.headers["location"], "and it still picks"


def test_tokens_are_handed_to_the_configured_page_alone_and_once(two: Two) -> None:
    alice, back = two.web.began("/told/page?next=https://evil.test")
    first = alice.send("GET", f"{back}&login_redirect_uri=https://evil.test")
    assert first.status == 303
    target, _, tokens = first.headers["location"].partition("#")
    assert (target, tokens.partition("=")[0]) == ("/told/landing", "id_token")
    two.web.world.secrets.add(tokens.partition("=")[2])
    again = alice.send("GET", back)
    assert (again.status, "token" in again.headers["location"]) == (303, False)


def test_a_cookie_for_one_host_is_set_and_deleted_as_one(two: Two) -> None:
    common = [(":method", "GET"), (":scheme", "https"), (":authority", "gate.test")]
    opens = ("sec-fetch-mode", "navigate")
    begun, ended = over_h2(
        two.web.world,
        [*common, (":path", "/hosted/page"), opens],
        [*common, (":path", "/hosted/logout"), opens, ("cookie", "__Host-session=1AAAA")],
    )
    assert (begun.status, ended.status) == (302, 200)
    for answer, name in ((begun, "__Host-login_"), (ended, "__Host-session=;")):
        line = answer.headers["set-cookie"]
        assert line.startswith(name)
        attributes = line.split("; ")[1:]
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes)
        assert not any(one.startswith("Domain") for one in attributes)
