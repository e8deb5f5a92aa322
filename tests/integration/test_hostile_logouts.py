"""Logouts that nobody wants, and logouts that somebody escapes: rows A18 to A20, C4, R69 to R74."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.integration.attacker import FORM, Signer, at_once, claims_of, mint, request, status_of
from tests.integration.hostile_web import OTHER, OTHER_SECRET, Web, hostile_web, kept, page
from tests.integration.person import Person
from tests.integration.world import Answer

pytestmark = [pytest.mark.integration, pytest.mark.slow]

AT = "http://127.0.0.1:8000"


def channels(name: str) -> dict[str, Any]:
    return {
        "backchannel_logout_uri": f"{AT}/{name}/back",
        "frontchannel_logout_uri": f"{AT}/{name}/front",
        "upstream_id_token_header": "X-Id-Token",
    }


ROUTES = {
    "app": channels("app"),
    "twin": channels("twin"),
    "other": {**channels("other"), "client_id": [OTHER], "client_secret": [OTHER_SECRET]},
    "strict": {
        **channels("strict"),
        "backchannel_logout_session_required": True,
        "frontchannel_logout_session_required": True,
    },
    "lasting": {"session_remember": True, "session_idling_timeout": 2},
    "going": {"logout_redirect_uri": ["/going/bye"]},
    "posting": {"logout_methods": ["DELETE", "POST"]},
    "argued": {"logout_uri_suffix": None, "logout_query_arg": "bye", "logout_post_arg": "bye"},
}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with hostile_web(ROUTES) as running:
        yield running


def cookie(one: Person) -> str:
    (jar,) = one.cookies.values()
    return "; ".join(f"{k}={v}" for k, v in jar.items() if not k.startswith("gatepost_idp"))


def id_token(web: Web, one: Person, route: str = "app") -> str:
    assert web.user(one, f"/{route}/page") == "alice"
    (token,) = web.last().all("x-id-token")
    web.world.secrets.add(token)
    return token


# -- who logged out is out


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/app/logout"),
        ("GET", "/app/x/y/logout"),
        ("DELETE", "//app///x//logout"),
        ("POST", "/app/%6Cogout"),
        ("GET", "/app/./x/../logout?x=/page"),
    ],
)
def test_whoever_logs_out_is_out_wherever_he_was_remembered(
    web: Web, method: str, path: str
) -> None:
    alice = web.logged_in()
    old = cookie(alice)
    for _ in range(4):  # in both workers, as a person and as a script, at two routes
        assert (web.user(old), web.user(old, "/twin/page")) == ("alice", "alice")
    answer = alice.send(method, web.url(path))
    assert answer.status in (302, 303)
    assert answer.headers["location"].startswith(f"{web.world.issuer}/v1/logout?")
    assert not any(name.startswith("session") for name in alice.jar(web.url("/")))
    for route in ("app", "twin", "app"):
        web.refuses(old, old, path=f"/{route}/page")
    assert web.user(web.logged_in()) == "alice", "and may log in again"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/app/logout/"),
        ("GET", "/app/LOGOUT"),
        ("GET", "/app/logout;x=1"),
        ("GET", "/app/logout.json"),
        ("GET", "/app/logout%2F"),
        ("GET", "/app/%256Cogout"),
        ("GET", "/app/page?x=/logout"),
        ("HEAD", "/app/logout"),
        ("PUT", "/app/logout"),
        ("GET", "/posting/logout"),
        ("GET", "/argued/page?x=bye"),
        ("POST", "/argued/logout"),
    ],
)
def test_what_is_no_logout_logs_nobody_out(web: Web, method: str, path: str) -> None:
    start = f"/{path.split('/')[1]}/page"
    alice = web.guest(start)
    assert web.call(alice, path, method=method).status == 200
    assert web.user(alice, start) == "alice"


def test_a_logout_ends_this_login_and_no_other(web: Web) -> None:
    one, two, bob = web.logged_in(), web.logged_in(), web.guest(login="bob")
    one.send("POST", web.url("/app/logout"))
    assert (web.user(one), web.user(two), web.user(bob)) == (None, "alice", "bob")


def test_a_logout_ends_what_the_lasting_cookie_would_bring_back(web: Web) -> None:
    alice = web.logged_in("/lasting/page")
    jar = {pair.partition("=")[0]: pair for pair in cookie(alice).split("; ")}
    web.world.until(
        lambda: web.user(jar["session"], "/lasting/page") is None, "it idled", every=0.2
    )
    assert web.user(jar["remember"], "/lasting/page") == "alice"
    alice.send("POST", web.url("/lasting/logout"))
    assert not {"session", "remember"} & set(alice.jar(web.url("/")))
    held = f"{jar['session']}; {jar['remember']}"
    web.refuses(jar["remember"], jar["session"], held, path="/lasting/page")


def test_a_login_in_progress_does_not_outlive_the_logout(web: Web) -> None:
    alice = web.logged_in()
    del alice.jar(web.url("/"))["session"]
    begun = alice.open(web.url("/app/page"), stop_at=web.callback()).url
    assert "code=" in begun
    alice.send("POST", web.url("/app/logout"))
    with web.quiet():
        page(alice.open(begun), 400, "callback.other_browser")


def test_whoever_has_no_session_is_told_so_and_nobody_is_asked(web: Web) -> None:
    garbage = "session=1AAAA; session2=x; authorization-trail=1x"
    with web.quiet():
        for method in ("GET", "POST", "DELETE"):
            answer = web.call(garbage, "/app/logout", method=method)
            assert (answer.status, kept(answer)) == (200, [])
            assert web.call(None, "/app/logout", method=method).status == 200


# -- A18: what logs somebody out against his will


@pytest.mark.parametrize(
    ("method", "site", "mode", "dest"),
    [
        ("GET", "cross-site", "no-cors", "image"),
        ("GET", "same-origin", "no-cors", "image"),
        ("GET", "same-site", "no-cors", "script"),
        ("GET", "cross-site", "navigate", "iframe"),
        ("GET", "cross-site", "cors", "empty"),
        ("POST", "cross-site", "navigate", "document"),
        ("DELETE", "cross-site", "cors", "empty"),
        ("POST", "cross-site", "no-cors", "empty"),
    ],
)
def test_no_page_logs_its_reader_out(
    web: Web, method: str, site: str, mode: str, dest: str
) -> None:
    alice = web.guest()
    told = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    with web.quiet("revoke"):
        for path in ("/app/logout", "//app/x/logout"):
            answer = alice.send(method, web.url(path), headers=told)
            assert answer.status == 403
            assert kept(answer) == []
    assert web.user(alice) == "alice"


def test_nothing_that_a_stranger_says_leads_a_logout_astray(web: Web) -> None:
    asked = urlencode({"post_logout_redirect_uri": "https://evil.test/", "redirect_uri": "//evil"})
    lies = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "Forwarded": "host=evil"}
    for path in ("/app/logout", "/going/logout"):
        start = f"/{path.split('/')[1]}/page"
        alice = web.logged_in(start)
        answer = alice.send("GET", web.url(f"{path}?{asked}&state=x"), headers=lies)
        assert "evil" not in answer.headers["location"]
        told = parse_qs(urlsplit(answer.headers["location"]).query)
        home = [web.url("/going/bye")] if "going" in path else None
        assert told.get("post_logout_redirect_uri") == home
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    alice = web.logged_in("/going/page")
    for host in ("a@evil.test", "evil.test/x", "[evil"):
        answer_ = request(
            web.world, "/going/logout", f"Cookie: {cookie(alice)}", method="POST", host=host
        )
        assert status_of(answer_) in (400, 401)


# -- A19: the back channel


def post(web: Web, *tokens: str, route: str = "app", **more: str) -> Answer:
    body = urlencode([("logout_token", token) for token in tokens] + list(more.items())).encode()
    return web.world.proxy.send("POST", f"/{route}/back", body, {"Content-Type": FORM})


def logout_token(web: Web, *, header: dict[str, object] | None = None, **claims: Any) -> str:
    key = {name: claims.pop(name) for name in ("key", "alg") if name in claims}
    whole = {"aud": "hostile-web", "sub": "alice", "sid": "nobodys", **claims}
    remove = [name for name, value in whole.items() if value is None]
    kept_ = {name: value for name, value in whole.items() if value is not None}
    typed = {"typ": "logout+jwt", **(header or {})}
    return mint(web.world, claims=kept_, remove=remove, header=typed, **key)


def test_the_provider_ends_a_session_at_once_wherever_it_was_remembered(web: Web) -> None:
    alice, bob = web.logged_in(), web.guest(login="bob")
    old, sid = cookie(alice), claims_of(id_token(web, alice))["sid"]
    for _ in range(4):
        assert (web.user(old), web.user(old, "/twin/page")) == ("alice", "alice")
    answer = post(web, logout_token(web, sid=sid), unknown="1")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    for route in ("app", "twin", "app"):
        web.refuses(old, path=f"/{route}/page")
    assert web.user(bob) == "bob"
    del alice.jar(web.url("/"))["session"]
    time_of_logout = time.time()
    web.world.until(lambda: time.time() > time_of_logout + 1, "another second")
    assert alice.log_in(web.url("/app/page")).status == 200, "the same name of a session, later"


def test_nothing_but_a_logout_token_for_this_client_logs_out(web: Web) -> None:
    alice = web.logged_in()
    identity = id_token(web, alice)
    access = web.last().all("authorization")[0].removeprefix("Bearer ")
    claims = claims_of(identity)
    named: dict[str, Any] = {"sub": "alice", "sid": claims["sid"]}
    head, body, signature = logout_token(web, **named).split(".")
    stranger = Signer("stranger")
    whole = claims_of(f"{head}.{body}.")
    published = web.world.idp.get("/oauth2/default/v1/keys").json()["keys"][0]["kid"]
    bad = [
        identity,
        access,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        f"{identity.rsplit('.', 1)[0]}.{signature}",
        stranger.jws(web.world, whole, typ="logout+jwt"),
        stranger.jws(web.world, whole, typ="logout+jwt", kid=published),
        stranger.jws(web.world, whole, typ="logout+jwt", jwk=stranger.jwk()),
        logout_token(web, **named, alg="none"),
        logout_token(web, **named, key="hs256-with-public-key"),
        logout_token(web, **named, key="unknown"),
        logout_token(web, **named, header={"typ": "at+jwt"}),
        logout_token(web, **named, aud=OTHER),
        logout_token(web, **named, aud=[]),
        logout_token(web, **named, iss="https://evil.test"),
        logout_token(web, **named, iss=None),
        logout_token(web, **named, nonce="x"),
        logout_token(web, **named, events={}),
        logout_token(web, **named, iat=1),
        logout_token(web, **named, exp=1),
        logout_token(web, **named, jti=None),
        logout_token(web, sub=None, sid=None),
        logout_token(web, sub=["alice"], sid={"x": 1}),
        "",
        "x",
        "a.b.c",
        "A" * 60_000,
    ]
    with web.quiet():
        for token in bad:
            answer = post(web, token)
            assert answer.status == 400, (answer.status, token[:40])
            assert answer.headers["cache-control"] == "no-store"
        assert post(web, bad[0], bad[1]).status == 400
        assert post(web).status == 400
    assert web.user(alice) == "alice"


def test_a_good_logout_token_counts_in_one_place_and_one_way(web: Web) -> None:
    alice = web.logged_in()
    token = logout_token(web, sid=claims_of(id_token(web, alice))["sid"])
    form = urlencode({"logout_token": token})
    send = web.world.proxy.send
    with web.quiet():
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            assert send(method, f"/app/back?{form}").status == 405
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
            told = {"Content-Type": kind}
            assert send("POST", "/app/back", form.encode(), told).status == 400
        assert send("POST", f"/app/back?{form}", b"", {"Content-Type": FORM}).status == 400
        assert post(web, token, route="other").status == 400
        for path in ("/app/back/", "/app/BACK", "/app/back;x", "/app/x/back", "/app/page"):
            assert send("POST", path, form.encode(), {"Content-Type": FORM}).status == 401
    assert web.user(alice) == "alice"
    statuses = at_once(lambda _: post(web, token).status, range(12))
    assert sorted(statuses) == [200] + [400] * 11, "it is taken once"
    assert web.user(alice) is None


def test_a_logout_token_about_a_person_ends_the_sessions_with_its_client_alone(web: Web) -> None:
    here, there = web.logged_in(), web.logged_in("/other/page")
    bob = web.guest(login="bob")
    assert post(web, logout_token(web, sid=None, aud=OTHER), route="other").status == 200
    assert (web.user(here), web.user(there, "/other/page"), web.user(bob)) == ("alice", None, "bob")
    assert post(web, logout_token(web, sid=None), route="strict").status == 400
    assert web.user(here) == "alice"
    assert post(web, logout_token(web, sid=None)).status == 200
    assert (web.user(here), web.user(bob)) == (None, "bob")
    web.people.clear()  # alice's sessions of before are over


def test_a_flood_of_logout_tokens_asks_the_provider_for_next_to_nothing(web: Web) -> None:
    bob = web.guest(login="bob")
    right = claims_of(logout_token(web))
    signer = Signer("flood")
    tokens = [
        signer.jws(web.world, {**right, "jti": f"{n}"}, typ="logout+jwt", kid=f"kid-{n}")
        for n in range(120)
    ]
    before = web.world.calls("keys")
    with web.quiet():
        statuses = at_once(lambda token: post(web, token).status, tokens)
    assert set(statuses) == {400}
    assert web.world.calls("keys") - before <= 6, "each authorizer may look once a second"
    assert web.user(bob) == "bob"


# -- the front channel


def test_a_frame_ends_the_session_that_it_names_in_this_browser_and_nothing_else(
    web: Web,
) -> None:
    alice, bob = web.logged_in(), web.guest(login="bob")
    claims = claims_of(id_token(web, alice))
    right = {"iss": claims["iss"], "sid": claims["sid"]}
    pairs = list(right.items())
    wrong: list[list[tuple[str, str]]] = [
        [("iss", right["iss"])],
        [("sid", right["sid"])],
        [("iss", right["iss"]), ("sid", "another")],
        [("iss", "https://evil.test"), ("sid", right["sid"])],
        [*pairs, ("sid", right["sid"])],
        [*pairs, ("iss", "https://evil.test")],
        [("iss", ""), ("sid", "")],
    ]
    with web.quiet():
        for query in wrong:
            found = alice.open(web.url(f"/app/front?{urlencode(query)}"))
            assert (found.status, found.code) == (400, "logout.other_session"), query
        for one in (web.person(), bob):
            found = one.open(web.url(f"/app/front?{urlencode(right)}"))
            assert found.status == (200 if one is not bob else 400)
            assert kept(found.answer) == []
    told = alice.send("POST", web.url(f"/app/front?{urlencode(right)}"))
    assert (told.status, web.last().line.split()[0]) == (200, "POST"), "a page like any other"
    assert (web.user(alice), web.user(bob)) == ("alice", "bob")
    strict = web.logged_in("/strict/page")
    assert strict.open(web.url("/strict/front")).code == "logout.session_required"
    assert web.user(strict, "/strict/page") == "alice"
    old = cookie(alice)
    found = alice.open(web.url(f"/app/front?{urlencode(right)}"))
    assert (found.status, found.code) == (200, "logout.done")
    assert "frame-ancestors" not in found.answer.headers["content-security-policy"]
    web.refuses(old)
