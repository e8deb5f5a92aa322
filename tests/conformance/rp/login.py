"""One login at one relying party, and the verdict: the person is in, or refused and nothing else
happened.

The suite passes a client that stays silent. Here a refusal tells its code to the person and to the
operator, leaves no cookie behind, and neither the upstream nor userinfo hears of it.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tests.conformance.rp.browser import Browser
from tests.conformance.rp.registered import Registered
from tests.conformance.rp.suite import Suite
from tests.integration.person import Visit
from tests.integration.recorder import Seen

SESSION, TRAIL = "session", "authorization-trail"
"""What a login leaves in a browser: the session, and a note that makes a reload harmless."""

_REQUEST_ID = re.compile(r"<dt>Request</dt><dd>([0-9a-f]+)</dd>")
_NONCE = re.compile(r"[A-Za-z0-9._~-]{1,43}")


@dataclass
class Attempt:
    """What a person saw, and what happened meanwhile behind it.

    asked: the authorization request, empty without any. calls: of the provider's endpoints.
    reached: what the upstream got. since: the line of the node's output at which it began.
    """

    party: "Party"
    person: Browser
    visit: Visit
    asked: Mapping[str, str]
    calls: Mapping[str, int]
    reached: list[Seen]
    since: int


@dataclass
class Party:
    """A relying party that people come to."""

    suite: Suite
    registered: Registered
    may_ask_silently: bool = field(default=False)

    @property
    def here(self) -> str:
        return self.suite.here(self.registered)

    @property
    def page(self) -> str:
        """The address of a page of its upstream."""
        return f"{self.here}/page?hello=world"

    def person(self) -> Browser:
        return Browser(self.suite.world.secrets)

    def log_in(self, person: Browser | None = None) -> Attempt:
        """Let somebody open the page, and log in where they are asked to."""
        person = person or self.person()
        return self.attempted(person, lambda: self._logged_in(person))

    def attempted(self, person: Browser, do: Callable[[], Visit]) -> Attempt:
        """Return what comes of what a person does."""
        suite = self.suite
        since, before = len(suite.world.node.lines), suite.calls()
        seen, steps = len(suite.upstream.seen), len(person.way)
        visit = do()
        asked = self._asked(person.way[steps:])
        calls = {name: number - before[name] for name, number in suite.calls().items()}
        return Attempt(self, person, visit, asked, calls, suite.upstream.seen[seen:], since)

    def _logged_in(self, person: Browser) -> Visit:
        visit = person.log_in(self.page)
        if f'action="{self.here}/callback"' in visit.text:
            return person.fill_in(visit)  # the provider lets the browser post its answer
        return visit

    def _asked(self, way: list[str]) -> dict[str, str]:
        """Return the last authorization request, which the suite checks in each of its modules."""
        endpoint = f"{self.suite.world.issuer}/v1/authorize?"
        asked = [urlsplit(url).query for url in way if url.startswith(endpoint)]
        if not asked:
            return {}
        pairs = parse_qsl(asked[-1], keep_blank_values=True, strict_parsing=True)
        found = dict(pairs)
        assert len(found) == len(pairs), f"a parameter comes twice: {sorted(pairs)}"
        assert "openid" in found["scope"].split(" ")
        assert found["client_id"] == self.registered.client_id
        assert found["redirect_uri"] == f"{self.here}/callback"
        assert found["response_type"] == "code"
        assert not {"request", "request_uri", "claims"} & found.keys()
        assert found["code_challenge_method"] == "S256"
        assert _NONCE.fullmatch(found["nonce"]), "the suite warns of other nonces"
        silently = found.get("max_age") == "0" and found.get("prompt") == "none"
        assert silently == self.may_ask_silently
        return found


def admitted(attempt: Attempt, *, refreshed: bool = False, elsewhere: bool = False) -> Seen:
    """Check that alice is in and the upstream was told so; return what it was told.

    refreshed: her tokens may have been refreshed by then. elsewhere: userinfo is told by others.
    """
    party, person, visit = attempt.party, attempt.person, attempt.visit
    suite = party.suite
    assert (visit.status, visit.url) == (200, party.page), (visit.code, visit.text[:400])
    assert person.ours(party.page) == {SESSION, TRAIL}
    [told] = attempt.reached
    assert told.all("x-user") == ["alice"]
    assert told.all("x-email") == ["alice@example.com"]
    assert not {SESSION, TRAIL} & {pair.split("=")[0] for pair in _cookies(told)}
    [bearer] = told.all("authorization")
    assert bearer.startswith("Bearer ")
    suite.world.secrets |= {bearer.removeprefix("Bearer "), *told.all("x-id-token")}
    assert attempt.calls["authorize"] == 1
    assert attempt.calls["token"] == 1 or refreshed
    assert (attempt.calls["userinfo"] == 0) is elsewhere
    done = suite.heard(attempt.since, event="login.done", client=party.registered.client_id)
    assert done["subject"] == "alice"
    return told


def logged_in(party: Party) -> Browser:
    """Return somebody who has logged in, to see what becomes of them."""
    person = party.person()
    admitted(party.log_in(person))
    return person


def refused(attempt: Attempt, *, status: int, code: str, userinfo: int = 0, asked: int = 1) -> None:
    """Check that the person is told why, that the login is over, and that nobody else heard of it.

    userinfo, asked: how often the provider was asked about the person, and to authorize.
    """
    party, person, visit = attempt.party, attempt.person, attempt.visit
    suite = party.suite
    assert (visit.status, visit.code) == (status, code), visit.text[:800]
    assert visit.answer.headers["cache-control"] == "no-store"
    assert person.ours(party.page) == set(), "a login that failed leaves no cookie"
    assert attempt.reached == []
    assert attempt.calls["userinfo"] == userinfo
    assert attempt.calls["authorize"] == asked, "a login that failed is not begun again"
    suite.heard(attempt.since, event="login.failed", code=code, request=request_of(visit))
    seen = len(suite.upstream.seen)
    assert person.send("GET", party.page, navigates=False).status == 401
    assert len(suite.upstream.seen) == seen


def unavailable(attempt: Attempt, *, status: int, code: str, begun: bool) -> None:
    """Check that nobody is let in by a provider that cannot be believed at present.

    begun: they were sent there before; then they may reload the page that tells them.
    """
    visit, suite = attempt.visit, attempt.party.suite
    assert (visit.status, visit.code) == (status, code), visit.text[:800]
    assert int(visit.answer.headers["retry-after"]) > 0
    ours = attempt.person.ours(attempt.party.page)
    assert (len(ours), SESSION in ours) == (int(begun), False)
    assert attempt.reached == []
    assert (attempt.calls["authorize"], attempt.calls["token"]) == (begun, begun)
    suite.heard(attempt.since, event="login.unavailable", code=code, request=request_of(visit))


def header(attempt: Attempt, name: str = "x-id-token") -> dict[str, object]:
    """Return the header of the token that the upstream was shown."""
    [told] = attempt.reached
    [token] = told.all(name)
    attempt.party.suite.world.secrets.add(token)
    found: dict[str, object] = json.loads(b64decode(token.partition(".")[0] + "==", b"-_"))
    return found


def request_of(visit: Visit) -> str:
    """Return the id of the request, by which an operator finds it in the logs."""
    found = _REQUEST_ID.search(visit.text)
    assert found, visit.text[:400]
    return found[1]


def _cookies(told: Seen) -> list[str]:
    return [pair.strip() for line in told.all("cookie") for pair in line.split(";")]
