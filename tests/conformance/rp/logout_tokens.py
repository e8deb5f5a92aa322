"""Logouts that the provider tells by the back channel, and the verdict on each.

A person is logged in at two relying parties and logs out at the other one. So what happens to the
session here follows from the logout token alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.conformance.rp.browser import Browser
from tests.conformance.rp.login import Party, logged_in
from tests.integration.person import FORM
from tests.integration.world import Answer


@dataclass
class Told:
    """A logout that was told. statuses: what each message was answered. since: as of an Attempt."""

    party: Party
    person: Browser
    since: int
    reached: int
    statuses: list[int] = field(default_factory=list)


def told(
    party: Party,
    starter: Party,
    fault: str,
    *,
    gone: bool = False,
    before: Callable[[], None] | None = None,
) -> Told:
    """Let somebody log out, and the provider tell it.

    gone: they log out right here. before: what happens between login and logout.
    """
    suite, person = party.suite, logged_in(party)
    starter.log_in(person)
    found = Told(party, person, len(suite.world.node.lines), len(suite.upstream.seen))
    suite.told()
    if fault:
        suite.order("backchannel", fault)
    if before is not None:
        before()
    left = person.open(f"{(party if gone else starter).here}/logout")
    assert left.status == 200, left.text
    found.reached += 1  # the page to which people come back lies at the upstream
    found.statuses = [one["status"] for one in suite.told()]
    return found


def posted(party: Party, token: str) -> Answer:
    """Post a logout token by hand."""
    path, body = f"/{party.registered.name}/back-channel", urlencode({"logout_token": token})
    return party.suite.world.proxy.send("POST", path, body.encode(), {"Content-Type": FORM})


def minted(party: Party, **claims: Any) -> str:
    """Return a logout token for this relying party that is right but for these claims."""
    order = {
        "header": {"typ": "logout+jwt"},
        "claims": {"aud": party.registered.client_id} | claims,
    }
    answer = party.suite.world.idp.post_json("/dev/mint", order)
    assert answer.status == 200, answer.body
    token = str(answer.json()["token"])
    party.suite.world.secrets.add(token)
    return token


def taken(one: Told) -> None:
    """Check that the logout was done: the session is refused, in whatever browser."""
    suite = one.party.suite
    assert one.statuses == [200]
    suite.heard(one.since, event="logout.done", code="back_channel")
    assert one.person.send("GET", one.party.page, navigates=False).status == 401
    assert len(suite.upstream.seen) == one.reached


def refused(one: Told, *, status: int, code: str, alone: bool = True, lives: bool = True) -> None:
    """Check that the message was refused, and was not done.

    alone: no other message did what this one did not. lives: there is a session, and it goes on.
    """
    suite = one.party.suite
    assert one.statuses == [status]
    suite.heard(one.since, event="logout.refused", code=code)
    done = [event for event in suite.events(since=one.since) if event["event"] == "logout.done"]
    assert not [event for event in done if event["code"] == "back_channel"] or not alone
    assert len(suite.upstream.seen) == one.reached
    if alone and lives:
        assert one.person.send("GET", one.party.page, navigates=False).status == 200
        assert suite.upstream.seen[-1].all("x-user") == ["alice"]


def answered(answer: Answer, *, status: int, code: str) -> None:
    """Check what the provider is answered (OpenID Connect Back-Channel Logout 1.0, 2.8)."""
    assert (answer.status, answer.json()["code"]) == (status, code)
    assert answer.json()["error"] == "invalid_request"
    assert answer.headers["cache-control"] == "no-store"
