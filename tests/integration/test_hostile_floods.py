"""Strangers who ask without end: rows D7, D8, A19, and what a login may write into the log (L2).

Each comes from an address of its own, as a stranger does, so that others keep their budget.
"""

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.integration.attacker import FORM, Signer, at_once, claims_of, mint
from tests.integration.hostile_web import Web, hostile_web

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MANY = 240
ROUTES = {"app": {"backchannel_logout_uri": "http://127.0.0.1:8000/app/back"}}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with hostile_web(ROUTES, budget=2) as running:  # two refused questions a second, twenty at once
        yield running


def flood(web: Web, address: str, requests: list[tuple[str, str, dict[str, str]]]) -> Counter[int]:
    """Send requests (method, target or body, headers) from an address; count the statuses."""

    def one(asked: tuple[str, str, dict[str, str]]) -> int:
        method, text, headers = asked
        connection = http.client.HTTPConnection(
            web.world.proxy.host, web.world.proxy.port, timeout=30, source_address=(address, 0)
        )
        try:
            target, body = (text, None) if text.startswith("/") else ("/app/back", text.encode())
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    return Counter(at_once(one, requests))


def bounded(found: Counter[int], status: int) -> None:
    """Fail unless most were turned away before an authorizer was asked."""
    assert set(found) == {status, 429}
    assert found[status] < MANY / 2, found


def test_logins_without_end_are_not_begun(web: Web) -> None:
    alice = web.guest()
    asked = [("GET", f"/app/{n}", {"Sec-Fetch-Mode": "navigate"}) for n in range(MANY)]
    with web.quiet():
        bounded(flood(web, "127.0.0.21", asked), 302)
    assert web.user(alice) == "alice"
    assert web.user(web.logged_in(login="bob")) == "bob", "somebody else logs in meanwhile"


def test_codes_that_are_guessed_are_not_all_shown_to_the_provider(web: Web) -> None:
    mallory, back = web.began()
    start, _, rest = back.partition("code=")
    jar = "; ".join(f"{k}={v}" for k, v in mallory.jar(back).items())
    path = start.removeprefix(web.world.proxy.url)
    asked = [
        ("GET", f"{path}code=guess-{n}&{rest.partition('&')[2]}", {"Cookie": jar})
        for n in range(MANY)
    ]
    before = web.asked()["token"]
    bounded(flood(web, "127.0.0.22", asked), 401)
    assert 0 < web.asked()["token"] - before < MANY / 2
    assert mallory.open(back).status == 200, "the code that is right is still good"


def test_logout_tokens_without_end_are_not_looked_at(web: Web) -> None:
    alice = web.guest()
    claims = {"aud": "hostile-web", "sub": "alice", "sid": "nobodys"}
    right = claims_of(mint(web.world, claims=claims, header={"typ": "logout+jwt"}))
    signer = Signer("flood")
    asked = []
    for n in range(MANY):
        token = signer.jws(web.world, {**right, "jti": f"{n}"}, typ="logout+jwt", kid=f"kid-{n}")
        asked.append(("POST", urlencode({"logout_token": token}), {"Content-Type": FORM}))
    with web.quiet():
        bounded(flood(web, "127.0.0.23", asked), 400)
    assert web.user(alice) == "alice"
    good = mint(web.world, claims={**claims, "jti": "good"}, header={"typ": "logout+jwt"})
    body = urlencode({"logout_token": good}).encode()
    told = web.world.proxy.send("POST", "/app/back", body, {"Content-Type": FORM})
    assert told.status == 200, "the provider is heard meanwhile"


def test_nothing_that_a_stranger_sends_makes_a_line_of_the_log_or_colours_it(web: Web) -> None:
    mallory, back = web.began()
    evil = '\r\n{"at":"now","event":"login.done"}\x1b[31m\u202e"\\'
    state = back.partition("state=")[2].partition("&")[0]
    issuer = web.world.issuer
    error = urlencode({"error": evil, "error_description": evil, "state": state, "iss": issuer})
    mallory.open(f"{web.callback()}?{error}")
    mallory, back = web.began()
    mallory.open(back.replace("iss=", f"iss={urlencode({'': evil})[1:]}"))
    mallory.agent = "an agent \x1b[31m"
    mallory.open(web.url(f"/app/callback?{urlencode({'code': evil, 'state': evil})}"))
    web.world.until(lambda: "authorization.issuer" in web.world.node.output, "it is told")
    lines = [line for line in web.world.node.lines if '"event"' in line]
    told = [json.loads(line[line.index("{") :]) for line in lines]
    assert {one["event"] for one in told} >= {"login.begun", "login.done", "login.failed"}
    for line, one in zip(lines, told, strict=True):
        assert line.isascii()
        assert line.isprintable(), line
        assert "at" in one
        assert one["at"] != "now"
