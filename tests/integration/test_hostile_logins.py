"""Logins under attack, at a whole node: rows A1 to A13 and A17 of the attack catalogue, and C10."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.integration.attacker import FORM, at_once, raw, request, status_of
from tests.integration.hostile_web import OTHER, OTHER_SECRET, Web, hostile_web, kept, page
from tests.integration.login_world import misbehave
from tests.integration.person import Person, Visit

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROUTES = {
    "app": {},
    "other": {"client_id": [OTHER], "client_secret": [OTHER_SECRET]},
    "secret": {"session_secret": "another secret that only these tests know"},
    "second": {"issuer": "$IDP/oauth2/second"},
    "plain": {"require_proof_key_for_code_exchange": False},
    "posted": {"response_mode": "form_post"},
    "bare": {"redirect_uri": None},
}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with hostile_web(ROUTES) as running:
        yield running


def edited(url: str, *more: tuple[str, str], **changes: str | None) -> str:
    """Return a callback's address with other parameters; None leaves one out."""
    parts = urlsplit(url)
    pairs = [(k, v) for k, v in parse_qsl(parts.query) if k not in changes]
    pairs += [(k, v) for k, v in changes.items() if v is not None]
    return parts._replace(query=urlencode([*pairs, *more])).geturl()


def told(url: str, name: str) -> str:
    return dict(parse_qsl(urlsplit(url).query))[name]


def names(one: Person) -> set[str]:
    """Return the names of the gateway's cookies that somebody has."""
    (jar,) = one.cookies.values()
    return {name for name in jar if not name.startswith("gatepost_idp")}


def brings(web: Web, one: Person, url: str, status: int, code: str, *asked: str) -> None:
    """Bring an answer back that must be refused: a page, no session, nobody is asked or reached."""
    before = {name for name in names(one) if name.startswith("session")}
    with web.quiet(*asked):
        found = one.open(url)
        page(found, status, code)
        assert {name for name in names(one) if name.startswith("session")} == before
        assert not any(name.startswith("session") for name in kept(found.answer))


# -- A1: the state


def test_a_state_that_this_browser_did_not_begin_with_is_refused(web: Web) -> None:
    alice, back = web.began()
    state = told(back, "state")
    name, _, proof = state.partition(".")
    forged = ["x", ".", f"{name}.", f".{proof}", name, f"{state}x", f"{state}.{proof}", "é", "\0"]
    forged += [f"{name[:-1]}{'0' if name[-1] != '0' else '1'}.{proof}", f"{name}.{proof[::-1]}"]
    forged += [state.upper(), f" {state}", f"{state}\n", "A" * 3_000]
    for other in forged:
        brings(web, alice, edited(back, state=other), 400, "callback.unknown_state")
    brings(web, alice, edited(back, state=None), 400, "callback.unknown_state")
    stranger = web.person()
    stranger.jar(back)
    brings(web, stranger, back, 400, "callback.other_browser")
    assert alice.open(back).status == 200, "none of it disturbed the login"


def test_an_attackers_answer_logs_nobody_in_as_the_attacker(web: Web) -> None:
    mallory, planted = web.began()
    for victim in (web.person(), web.began()[0], web.guest()):
        victim.jar(planted)
        brings(web, victim, planted, 400, "callback.other_browser")
    assert web.user(victim) == "alice", "who was logged in stays who he was"
    assert mallory.open(planted).status == 200


def test_an_answer_is_redeemed_once_however_often_it_is_brought(web: Web) -> None:
    alice, back = web.began("/app/page?first=1")
    twin, thief = web.copied(alice), web.copied(alice)
    assert alice.open(back).url == web.url("/app/page?first=1")
    with web.quiet():
        again = alice.send("GET", back)
        assert (again.status, again.headers["location"]) == (303, "/app/page?first=1")
        assert kept(again) == []
        answers = at_once(lambda _: twin.send("GET", back), range(8))
        assert {answer.status for answer in answers} == {303}, "a double click"
    brings(web, thief, edited(back, code="another"), 401, "callback.code_refused", "token")


def test_no_answer_of_before_a_logout_logs_in_again(web: Web) -> None:
    alice, back = web.began()
    copy = web.copied(alice)
    assert alice.open(back).status == 200
    alice.open(web.url("/app/logout"), method="POST")
    assert copy.send("GET", back).status == 303, "the very answer that was kept for a double click"
    web.refuses(f"session={copy.jar(back)['session']}")


# -- A2, A5: the code


def test_a_code_of_somebody_else_is_refused_by_its_verifier_or_its_nonce(web: Web) -> None:
    for route, code in (("app", "callback.code_refused"), ("plain", "id_token.nonce")):
        (_, stolen), (alice, back) = web.began(f"/{route}/page"), web.began(f"/{route}/page")
        brings(web, alice, edited(back, code=told(stolen, "code")), 401, code, "token")
        assert web.user(alice, f"/{route}/page") is None
        brings(web, alice, back, 400, "callback.other_browser")


def test_an_answer_for_one_configuration_is_none_at_another(web: Web) -> None:
    alice, back = web.began()
    wrong = {
        "/other/callback": "callback.reconfigured",
        "/secret/callback": "callback.unknown_state",
        "/second/callback": "callback.unknown_state",
    }
    for path, code in wrong.items():
        one = web.copied(alice)
        brings(web, one, web.url(f"{path}?{urlsplit(back).query}"), 400, code)
    assert alice.open(back).status == 200


# -- A3, A4: what comes twice, in another way, or from somebody else


def test_what_stands_twice_in_an_answer_is_refused_before_anybody_is_asked(web: Web) -> None:
    for name in ("code", "state", "iss", "error"):
        for second in ("another", None):
            alice, back = web.began()
            first = told(back, name) if name != "error" else "access_denied"
            for pair in ((first, second or first), (second or first, first)):
                twice = edited(back, *((name, value) for value in pair), **{name: None})
                one = web.copied(alice)
                brings(web, one, twice, 400, "authorization.duplicate")


@pytest.mark.parametrize("change", ["/", "1", "%2F", "?x", "#", " ", "\0"])
def test_an_answer_that_names_another_issuer_is_refused_before_the_code_is_shown(
    web: Web, change: str
) -> None:
    alice, back = web.began()
    named = edited(back, iss=web.world.issuer + change)
    brings(web, alice, named, 401, "authorization.issuer")


def test_an_answer_names_its_issuer_where_the_provider_promised_it(web: Web) -> None:
    for changed, code in (
        ({"iss": None}, "authorization.issuer_missing"),
        ({"iss": ""}, "authorization.issuer"),
        ({"iss": web.world.issuer.upper()}, "authorization.issuer"),
        ({"iss": web.world.issuer.replace("http://", "https://")}, "authorization.issuer"),
        ({"iss": None, "code": None, "error": "access_denied"}, "authorization.issuer_missing"),
    ):
        alice, back = web.began()
        brings(web, alice, edited(back, **changed), 401, code)


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "DELETE", "PUT"])
def test_a_code_in_the_address_comes_by_get(web: Web, method: str) -> None:
    alice, back = web.began()
    with web.quiet():
        answer = alice.send(method, back)
        assert answer.status == 400
        assert not any(name.startswith("session") for name in names(alice))


def test_an_answer_that_is_posted_where_none_is_awaited_goes_nowhere(web: Web) -> None:
    alice, back = web.began()
    body = urlsplit(back).query.encode()
    with web.quiet():
        answer = alice.send("POST", web.callback(), body, {"Content-Type": FORM})
        assert answer.status == 401
        assert not any(name.startswith("session") for name in names(alice))
    assert alice.open(back).status == 200


def test_a_posted_answer_is_taken_as_a_form_and_in_no_other_way(web: Web) -> None:
    path, route = "/posted/page", "/posted/callback"
    alice = web.person()
    shown = alice.log_in(web.url(path), stop_at=web.url(route))
    fields = dict(zip(*(iter(_hidden(shown)),) * 2, strict=True))
    body, form = urlencode(fields).encode(), {"Content-Type": FORM}
    brings(web, alice, f"{web.url(route)}?{body.decode()}", 400, "callback.response_mode")
    alice = web.person()
    shown = alice.log_in(web.url(path), stop_at=web.url(route))
    fields = dict(zip(*(iter(_hidden(shown)),) * 2, strict=True))
    body = urlencode(fields).encode()
    with web.quiet():
        for content_type in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
            told_ = {"Content-Type": content_type}
            assert alice.send("POST", web.url(route), body, told_).status == 401
        twice = body + b"&state=another"
        found = alice.open(web.url(route), method="POST", body=twice, headers=form)
        page(found, 400, "authorization.duplicate")
    stranger = web.person()
    with web.quiet():
        page(
            stranger.open(web.url(route), method="POST", body=body, headers=form),
            400,
            "callback.other_browser",
        )


def _hidden(shown: Visit) -> Iterator[str]:
    """Yield name and value of each hidden field of a form, in turn."""
    for piece in shown.text.split("<input")[1:]:
        tag = piece.partition(">")[0]
        for attribute in ("name", "value"):
            yield tag.partition(f'{attribute}="')[2].partition('"')[0]


# -- A7: what the provider is said to have said


@pytest.mark.parametrize(
    ("error", "description"),
    [
        ("access_denied", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
        ("<script>alert(1)</script>", '"><svg onload=alert(1)>'),
        ("access_denied", "a\r\nSet-Cookie: session=evil\r\n\r\n<b>x"),
        ("access_denied", "\u202egnp.exe \u2066\u200b\x00\x1b[31m"),
        ("x" * 5_000, "y" * 5_000),
        ("access_denied", "javascript:alert(1)"),
        ("", ""),
    ],
)
def test_an_error_is_text_and_little_of_it(web: Web, error: str, description: str) -> None:
    alice, back = web.began()
    bad = {"error": error, "error_description": description, "error_uri": "javascript:alert(1)"}
    with web.quiet():
        found = alice.open(edited(back, code=None, **bad))
    page(found, 401, "authorization.denied")
    for active in ("<script", "<img", "<svg", "<b>", "href=", "\r\n\r\n<", "\u202e", "\x1b"):
        assert active not in found.text, active
    assert len(found.text) < 6_000
    assert "session=evil" not in str(found.answer.fields)
    assert not names(alice) - {"authorization-trail"}, "the login is over and leaves no cookie"


# -- A9, A11, A13, A17: where a login goes on to, and whether it ends


def test_a_page_that_is_the_callback_or_a_logout_makes_no_loop(web: Web) -> None:
    for path in ("/app/callback", "/app/callback?x=1", "/app/x?next=/app/logout"):
        alice = web.person()
        found = alice.log_in(web.url(path))
        assert (found.status, found.url) == (200, web.url(path))
    found = web.person().open(web.url("/app/logout"))
    page(found, 200, "logout.done")


def test_a_refusal_of_the_provider_is_told_and_not_asked_for_again(web: Web) -> None:
    members = {"error": "login_required", "error_description": "no session"}
    misbehave(web.world, "authorize", "response-error", members=members)
    alice = web.person()
    before = web.asked()
    found = alice.log_in(web.url("/app/page"))
    page(found, 401, "authorization.denied")
    assert web.asked()["token"] == before["token"]
    assert names(alice) == set()


def test_a_browser_that_loses_its_session_again_and_again_is_stopped(web: Web) -> None:
    alice = web.person()
    for rounds in range(3):
        found = alice.log_in(web.url("/app/page"))
        assert found.status == 200, rounds
        alice.jar(found.url).pop("session")
    with web.quiet():
        found = alice.open(web.url("/app/page"))
        page(found, 401, "login.loop")
        assert "session.not_sent" in found.text
    assert alice.open(web.url("/app/page")).status == 200, "and may try again"


def test_a_browser_without_cookies_gets_a_page_and_no_loop(web: Web) -> None:
    _, back = web.began()
    nobody = web.person()
    nobody.jar(back)
    for _ in range(3):
        brings(web, nobody, back, 400, "callback.other_browser")


def test_what_was_posted_before_a_login_is_not_sent_after_it(web: Web) -> None:
    alice = web.person()
    with web.quiet():
        found = alice.open(
            web.url('/app/transfer/"><script>x?to=1'), method="POST", body=b"amount=100"
        )
        page(found, 401, "credential.absent")
        assert "amount" not in found.text
        assert 'href="/app/transfer/%22%3E%3Cscript%3Ex?to=1"' in found.text
    assert alice.log_in(web.url("/app/transfer")).status == 200
    assert (web.last().method, web.last().body) == ("GET", b"")


# -- C10: many tabs


def test_of_many_tabs_the_latest_arrive_and_no_cookie_stays_behind(web: Web) -> None:
    alice, first = web.began("/app/tab/0")
    backs = [first]
    for number in range(1, 8):
        shown = alice.open(web.url(f"/app/tab/{number}"), stop_at=web.callback())
        backs.append(shown.url)
        assert sum(name.startswith("authorization_") for name in names(alice)) <= 5
    for number, back in enumerate(backs):
        if number < 3:
            brings(web, alice, back, 400, "callback.other_browser")
        else:
            assert alice.open(back).url == web.url(f"/app/tab/{number}")
    assert names(alice) == {"session", "authorization-trail"}


def test_tabs_with_long_addresses_lock_nobody_out(web: Web) -> None:
    for route in ("app", "bare"):
        alice = web.person()
        for number in range(8):
            url = web.url(f"/{route}/{'x' * 1_400}{number}")
            answer = alice.send("GET", url)
            assert answer.status == 302, answer.status
            sent = sum(len(key) + len(value) + 3 for key, value in alice.jar(url).items())
            assert sent < 10_000, "servers take 16 KB of cookies"


def test_hundreds_of_cookies_of_logins_are_answered_as_one_is(web: Web) -> None:
    flow = web.flow()
    stuffed = "; ".join(f"{flow[:-4]}{number:04x}=1" for number in range(330))
    with web.quiet():
        begun = web.call(stuffed, "/app/page", **{"Sec-Fetch-Mode": "navigate"})
        ended = web.call(stuffed, "/app/logout", method="POST")
    assert (begun.status, ended.status) == (302, 200)
    for answer in (begun, ended):
        lines = [value for name, value in answer.fields if name.lower() == "set-cookie"]
        assert 20 <= len(lines) <= 21
    odd = "; ".join(f"authorization_{char * (len(flow) - 14)}=1" for char in "éÿ,\"' (<")
    assert web.call(odd, "/app/page", **{"Sec-Fetch-Mode": "navigate"}).status == 302


# -- whoever is logged in, and requests that are none of a login


def test_a_wrong_answer_takes_nobodys_session(web: Web) -> None:
    alice = web.guest()
    for query in ("code=x&state=y", "error=access_denied", "code=x", "state=x&error=y"):
        brings(web, alice, f"{web.callback()}?{query}", 400, "callback.unknown_state")
    for query in ("state=%ff", "code=%c3%28&state=x", "state=1" + "&a=1" * 600):
        brings(web, alice, f"{web.callback()}?{query}", 400, "callback.unreadable")
    assert web.user(alice) == "alice"


@pytest.mark.parametrize(
    "query",
    ["state=%ff", "code=1&state=2", "state=1&x=%e9", "response=eyJ.eyJ.x", "error=x&iss=y"],
)
def test_a_page_keeps_its_own_arguments_whatever_they_are_called(web: Web, query: str) -> None:
    for one in (web.guest(), web.logged_in(f"/app/page?{query}")):
        assert web.user(one, f"/app/page?{query}") == "alice"
        assert web.last().target == f"/page?{query}"


def test_a_request_without_a_host_begins_a_login_at_the_configured_address_alone(
    web: Web,
) -> None:
    with web.quiet():
        for route, status in (("app", 302), ("bare", 401)):
            head = f"GET /{route}/page HTTP/1.0\r\nAccept: text/html\r\n\r\n"
            answer = raw(web.world, head.encode())
            assert status_of(answer) == status, answer[:200]
        answer = request(web.world, "/bare/page", "Accept: text/html", host="a@evil.test")
        assert status_of(answer) in (400, 401)
