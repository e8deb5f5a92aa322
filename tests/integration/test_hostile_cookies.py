"""Session cookies in hostile hands, at a whole node: rows C1 to C14 of the attack catalogue."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest

from tests.integration.attacker import over_h2, request, status_of
from tests.integration.hostile_web import (
    OTHER,
    OTHER_SECRET,
    Web,
    hostile_web,
    kept,
    register,
)
from tests.integration.login_world import SECRET
from tests.integration.person import Person

pytestmark = [pytest.mark.integration, pytest.mark.slow]

LARGE = {"client_id": ["hostile-large"], "client_secret": ["hostile-large-secret"]}
ROUTES = {
    "app": {},
    "twin": {},
    "admins": {"groups_required": ["admins"], "forbidden_destroy_session": False},
    "other": {"client_id": [OTHER], "client_secret": [OTHER_SECRET]},
    "named": {"session_cookie_name": "mine"},
    "audience": {"session_audience": "others"},
    "secret": {"session_secret": "another secret that only these tests know"},
    "large": LARGE,
    "lasting": {"session_remember": True},
    "waved": {"run_on_preflight": False},
    "rotated": {},
    "idling": {"session_idling_timeout": 6, "session_cookie_name": "idling"},
    "absolute": {"session_absolute_timeout": 6, "session_cookie_name": "absolute"},
}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with hostile_web(ROUTES) as running:
        blob = urlsafe_b64encode(secrets.token_bytes(1_300)).decode()
        register(
            running.world, "hostile-large", "hostile-large-secret", ["large"], claims={"blob": blob}
        )
        yield running


def jar(one: Person) -> dict[str, str]:
    """Return the gateway's cookies of somebody, by name."""
    (found,) = one.cookies.values()
    return {name: value for name, value in found.items() if not name.startswith("gatepost_idp")}


def line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def altered(value: str) -> list[str]:
    """Return what a value can be turned into, one change each."""
    found = [value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :] for at in FLIPPED]
    found += [value[:cut] for cut in (0, 1, 2, 5, 40, 60, len(value) // 2, len(value) - 1)]
    found += [value + more for more in ("A", "AAAA", "=", "==", ".", "%3D", "\t", value[1:])]
    found += [f'"{value}"', value.lower(), value.swapcase(), value[::-1], value[1:], f"1{value}"]
    found += [value.replace("-", "+").replace("_", "/") + "=", "%31" + value[1:]]
    found += [f"{count}{value[1:]}" for count in ("0", "2", "4", "5", "9", "²", "a")]
    return [one for one in dict.fromkeys(found) if one.strip() != value]


FLIPPED = (0, 1, 2, 3, 6, 7, 8, 12, 27, 28, 29, 30, 31, *range(40, 1_500, 41))


def test_no_altered_cookie_is_a_session_and_none_is_an_error(web: Web) -> None:
    value = jar(web.guest())["session"]
    assert web.user(f"session={value}") == "alice"
    variants = [f"session={one}" for one in altered(value)]
    assert len(variants) > 60
    web.refuses(*variants)
    web.refuses(*(f"{name}={value}" for name in ("Session", "session2", "xsession", "ses")))
    web.refuses(f"session= {value[:50]} {value[50:]}", f"session{value}", f"a=b, session={value}")
    assert web.user(f"session={value}") == "alice"


def test_a_cookie_counts_at_the_configuration_that_it_is_of_alone(web: Web) -> None:
    alice, mine = jar(web.guest()), jar(web.guest("/named/page"))
    assert web.user(line(alice), "/twin/page") == "alice", "one configuration, two routes"
    for route in ("other", "audience", "secret"):
        web.refuses(line(alice), path=f"/{route}/page")
    web.refuses(f"mine={alice['session']}", line(alice), path="/named/page")
    web.refuses(f"session={mine['mine']}", line(mine))


def test_no_other_cookie_of_ours_passes_for_a_session(web: Web) -> None:
    one, back = web.began("/lasting/page")
    flow = next(value for name, value in jar(one).items() if name.startswith("authorization_"))
    found = one.open(back)
    assert found.status == 200
    cookies = jar(one)
    others = [flow, cookies["authorization-trail"], cookies["remember"]]
    web.refuses(*(f"session={value}" for value in others), path="/lasting/page")
    swapped = [cookies["session"], flow, cookies["authorization-trail"]]
    web.refuses(*(f"remember={value}" for value in swapped), path="/lasting/page")
    assert web.user(f"remember={cookies['remember']}", "/lasting/page") == "alice"


def test_an_old_secret_counts_as_long_as_it_is_named(web: Web) -> None:
    old = line({"session": jar(web.guest("/rotated/page"))["session"]})
    new = "the secret that came after it, for these tests"
    web.world.secrets.add(new)
    web.change(rotated={"session_secret": new, "session_previous_secrets": [SECRET]})
    answer = web.call(old, "/rotated/page")
    assert answer.status == 200
    assert kept(answer) == ["session"], "it is sealed anew"
    fresh = answer.headers["set-cookie"].partition(";")[0]
    web.world.secrets.add(fresh.partition("=")[2])
    web.change(rotated={"session_secret": new})
    web.refuses(old, path="/rotated/page")
    assert web.user(fresh, "/rotated/page") == "alice"


def test_a_cookie_that_idled_or_grew_too_old_is_refused_whatever_is_remembered(web: Web) -> None:
    old = {route: jar(web.logged_in(f"/{route}/page"))[route] for route in ("idling", "absolute")}

    def over() -> bool:
        return all(web.user(line({name: old[name]}), f"/{name}/page") is None for name in old)

    web.world.until(over, "both have ended", every=0.2)
    for name, value in old.items():
        web.refuses(line({name: value}), f"{name}={value}; {name}={value}", path=f"/{name}/page")


# -- C5: cookies that somebody else put there


def test_a_tossed_cookie_beside_the_real_one_changes_nothing_and_goes_nowhere(web: Web) -> None:
    real = f"session={jar(web.guest())['session']}"
    tossed = [
        "session=",
        "session=x",
        "session=1AAAA",
        'session="1AAAA"',
        "session=²",
        "session2=x",
    ]
    for other in tossed:
        for both in (f"{real}; {other}", f"{other}; {real}", f"a=1; {other}; b=2; {real}; c=3"):
            assert web.user(both) == "alice", both[:40]
            left = "; ".join(web.last().all("cookie"))
            assert "session" not in left, left[:80]
            assert ("a=1" in left, "c=3" in left) == ("a=1" in both, "c=3" in both)


def test_of_two_real_sessions_in_one_request_neither_is_taken(web: Web) -> None:
    alice, bob = (f"session={jar(web.guest(login=who))['session']}" for who in ("alice", "bob"))
    assert (web.user(alice), web.user(bob)) == ("alice", "bob"), "both are remembered"
    web.refuses(f"{alice}; {bob}", f"{bob}; {alice}", f"{alice}; x=y; {bob}; {alice}")
    assert web.user(f"{alice}; {alice}") == "alice", "the same one twice is one"
    with web.quiet():
        answer = request(web.world, "/app/page", f"Cookie: {alice}", f"Cookie: {bob}")
        assert status_of(answer) == 401
        for cookies in ((alice, bob), (bob, alice)):
            fields = [(":method", "GET"), (":scheme", "https"), (":path", "/app/page")]
            fields += [(":authority", "gate.test"), *(("cookie", one) for one in cookies)]
            assert [one.status for one in over_h2(web.world, fields)] == [401]


def test_more_sessions_than_anybody_has_cost_a_refusal(web: Web) -> None:
    real = jar(web.guest())["session"]
    flood = "; ".join(f"session=1{number}" for number in range(900))
    with web.quiet():
        assert web.call(flood, "/app/page").status == 401
        assert web.call(f"{flood}; session={real}", "/app/page").status in (200, 401)


# -- C6


def test_a_login_makes_a_new_session_and_not_one_that_was_planted(web: Web) -> None:
    mallory = jar(web.logged_in(login="bob"))
    victim, back = web.began()
    victim.jar(web.world.proxy.url)["session"] = mallory["session"]
    assert victim.open(back).status == 200
    now = jar(victim)["session"]
    assert now != mallory["session"]
    assert web.user(f"session={now}") == "alice"
    assert web.user(line(mallory)) == "bob", "whoever planted it is still himself alone"


# -- C7: cookies in parts


def test_a_session_in_parts_is_taken_whole_or_not_at_all(web: Web) -> None:
    path = "/large/page"
    alice, bob = (jar(web.guest(path, who)) for who in ("alice", "bob"))
    assert all(
        {"session", "session2"} <= set(one) and "session3" not in one for one in (alice, bob)
    )
    assert web.user(line(alice), path) == "alice"
    parts = [name for name in alice if name.startswith("session")]
    for name in parts:
        rest = {key: value for key, value in alice.items() if key != name}
        web.refuses(
            line(rest),
            line({**alice, name: bob[name]}),
            line({**alice, name: ""}),
            line({**alice, name: alice[name][:-1]}),
            line({**alice, name: alice[name] + "A"}),
            path=path,
        )
    swapped = {**alice, parts[0]: alice[parts[1]], parts[1]: alice[parts[0]]}
    lies = [
        {**alice, "session": f"{count}{alice['session'][1:]}"}
        for count in "0123456789"
        if count != alice["session"][0]
    ]
    web.refuses(line(swapped), *map(line, lies), path=path)
    more = {f"session{number}": "A" * 50 for number in range(len(parts) + 1, 40)}
    web.refuses(line({"session": f"99{alice['session'][1:]}", **more}), path=path)
    assert web.user(line({**alice, **more}), path) == "alice", "what is no part is no matter"
    left = "; ".join(web.last().all("cookie"))
    assert not any(f"session{number}=" in left for number in ("", 2, 3, 4))


def test_a_tossed_part_beside_the_real_one_changes_nothing(web: Web) -> None:
    path = "/large/page"
    alice, bob = (jar(web.guest(path, who)) for who in ("alice", "bob"))
    for name in ("session", "session2"):
        for other in (f"{name}=x", f"{name}={bob[name]}"):
            assert web.user(f"{other}; {line(alice)}", path) == "alice"
            assert web.user(f"{line(alice)}; {other}", path) == "alice"
    web.refuses(f"{line(alice)}; {line(bob)}", f"{line(bob)}; {line(alice)}", path=path)


@pytest.mark.parametrize("length", [8_000, 15_000, 16_300, 17_000, 40_000, 120_000])
def test_a_huge_cookie_is_refused_and_breaks_nothing(web: Web, length: int) -> None:
    flow = web.flow()
    with web.quiet():
        for cookie in ("session=1" + "A" * length, f"{flow}=" + "A" * length):
            answer = web.call(cookie, "/app/page")
            assert answer.status in (400, 401, 431), answer.status
    assert web.user(web.guest()) == "alice"


@pytest.mark.parametrize("size", [4_000, 7_000, 8_500, 10_000])
def test_a_session_that_is_too_large_is_told_and_one_that_fits_always_comes_back(
    web: Web, size: int
) -> None:
    blob = urlsafe_b64encode(secrets.token_bytes(size * 3 // 4)).decode()
    name = f"hostile-{size}"
    register(web.world, name, f"{name}-secret", ["large"], claims={"blob": blob})
    web.change(large={"client_id": [name], "client_secret": [f"{name}-secret"]})
    alice = web.person()
    found = alice.log_in(web.url("/large/page"))
    sent = sum(len(key) + len(value) + 2 for key, value in jar(alice).items())
    if found.status == 503:
        assert found.code == "session.too_large"
        assert not any(key.startswith("session") for key in jar(alice))
    else:
        assert (found.status, web.user(alice, "/large/page")) == (200, "alice")
        assert sent < 14_000, "an application needs room for cookies of its own"
    web.change(large=LARGE)


# -- C13, C14, and what else may not travel


def test_scripts_and_preflights_are_never_sent_to_a_login_page(web: Web) -> None:
    told: list[dict[str, str]] = [
        {"Sec-Fetch-Mode": "cors", "Accept": "text/html"},
        {"X-Requested-With": "XMLHttpRequest", "Accept": "text/html,*/*"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Accept": "*/*"},
    ]
    asks = {"Origin": "https://spa.test", "Access-Control-Request-Method": "GET"}
    flow = web.flow()
    with web.quiet():
        for cookie in ("", "session=1AAAA", f"{flow}=1AAAA"):
            for headers in told:
                for method in ("GET", "POST", "HEAD"):
                    answer = web.call(cookie, "/app/page", method=method, **headers)
                    assert answer.status == 401, (method, headers)
                    assert "location" not in answer.headers
                    assert kept(answer) == []
            answer = web.call(cookie, "/app/page", method="OPTIONS", **asks)
            assert (answer.status, answer.headers.get("location")) == (401, None)
    assert answer.headers["content-type"].startswith("application/json")


def test_no_upstream_gets_a_cookie_of_ours_in_any_spelling_or_on_any_outcome(web: Web) -> None:
    value = jar(web.guest("/waved/page"))["session"]
    flow = web.flow()
    cookies = (
        f" session={value};session ={value}; {flow}=1; authorization-trail=1;\tsession3=1; own=1"
    )
    for method in ("GET", "POST", "OPTIONS", "OPTIONS", "GET"):
        assert web.call(cookies, "/waved/page", method=method).status == 200
        assert [one.strip() for one in web.last().all("cookie")] == ["own=1"], method
    for method in ("OPTIONS", "OPTIONS"):
        assert web.call("session=1AAAA; own=1", "/waved/page", method=method).status == 200
        assert [one.strip() for one in web.last().all("cookie")] == ["own=1"]
        assert web.last().all("x-user") == []


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_no_upstream_sets_a_cookie_of_ours(web: Web, status: int) -> None:
    ours = ["session=evil", " session =evil", "session4=evil; Path=/", "=session=evil"]
    ours += [f"{web.flow()}=evil", "authorization_=1", "authorization-trail=evil"]
    theirs = ["sessions=1", "SESSION=1", "mysession=session=1", "author=1; Path=/"]
    lines = "".join(f"Set-Cookie: {one}\r\n" for one in (*ours, *theirs))
    head = f"HTTP/1.1 {status} Told\r\nContent-Length: 0\r\nLocation: /\r\n{lines}\r\n".encode()
    alice = web.guest()
    web.upstream.behave = lambda _, connection: connection.sendall(head) is None
    try:
        for path in ("/app/sets", "/app/sets", "/twin/sets"):
            answer = web.call(alice, path)
            assert answer.status == status
            told = [value for name, value in answer.fields if name.lower() == "set-cookie"]
            assert told == theirs
    finally:
        web.upstream.behave = None


def test_what_is_remembered_of_a_cookie_is_found_for_no_other_route_and_no_other_person(
    web: Web,
) -> None:
    alice, bob = (f"session={jar(web.guest(login=who))['session']}" for who in ("alice", "bob"))
    for _ in range(12):  # two workers, each with a memory of its own
        assert (web.user(alice), web.user(bob)) == ("alice", "bob")
        assert web.user(alice, "/admins/page") == "alice"
        assert web.user(alice, "/twin/page") == "alice"
        with web.quiet():
            assert web.call(bob, "/admins/page").status == 403
            assert web.call(alice, "/other/page").status == 401
            assert web.call(alice, "/audience/page").status == 401
            assert web.call(None, "/app/page").status == 401
            assert web.call(alice[:-1], "/app/page").status == 401


def test_a_session_decides_and_what_else_is_sent_with_it_does_not_arrive(web: Web) -> None:
    alice = web.guest()
    assert web.user(alice) == "alice"
    sent = web.last().all("authorization")
    for header in ("Bearer forged", "Basic Ym9iOmJvYi1wYXNzd29yZA==", "session=x"):
        answer = web.call(alice, "/app/page", Authorization=header, **{"X-User": "admin"})
        assert answer.status == 200
        assert web.last().all("authorization") == sent
        assert web.last().all("x-user") == ["alice"]
