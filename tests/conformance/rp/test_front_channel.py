"""Front-Channel Logout RP: the modules of ``oidcc-client-front-channel-logout-rp-basic``, and the
one of the full plan in which the logout begins at the provider.
"""

import re
from html import unescape

import pytest

from tests.conformance.rp.browser import Browser
from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import SESSION, Party, logged_in
from tests.integration.person import Visit
from tests.integration.world import Answer

pytestmark = [pytest.mark.integration, pytest.mark.slow]

IFRAME = re.compile(r'<iframe\b[^>]*\bsrc="([^"]*)"')
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe"}


@pytest.fixture
def party(parties: Parties) -> Party:
    return parties("front")


def frame(party: Party, visit: Visit) -> str:
    """Return the address of the one frame of the provider's page."""
    [found] = [unescape(src) for src in IFRAME.findall(visit.text)]
    assert found.startswith(f"{party.here}/front-channel?iss=")
    return found


def ended(party: Party, person: Browser, visit: Visit) -> None:
    """Check that the frame ends the session, in every copy, and shows nothing else."""
    suite, copy = party.suite, person.copy()
    since, seen = len(suite.world.node.lines), len(suite.upstream.seen)
    answer = person.send("GET", frame(party, visit), headers=IN_A_FRAME)
    assert answer.status == 200
    assert may_be_framed(answer)
    suite.heard(since, event="logout.done", code="front_channel", subject="alice")
    assert SESSION not in person.ours(party.page)
    for browser in (person, copy):
        assert browser.send("GET", party.page, navigates=False).status == 401
    assert len(suite.upstream.seen) == seen


def may_be_framed(answer: Answer) -> bool:
    ancestors = answer.headers["content-security-policy"].partition("frame-ancestors ")[2]
    return "x-frame-options" not in answer.headers and not ancestors.startswith("'none'")


def test_oidcc_client_test_rp_frontchannel_rpinitlogout(party: Party, parties: Parties) -> None:
    """Shows the address in a frame, with `iss` and `sid`, when a person logs out at another
    relying party.

    Ends the session that the frame names; lets itself be framed there, and redirects nowhere.
    """
    person, starter = logged_in(party), parties("starter")
    starter.log_in(person)
    ended(party, person, person.open(f"{starter.here}/logout"))


def test_oidcc_client_test_rp_frontchannel_opinitlogout(party: Party) -> None:
    """The same when the person logs out at the provider.

    The same.
    """
    person = logged_in(party)
    home = person.open(f"{party.suite.world.idp.url}/")
    ended(party, person, person.fill_in(home, choice="leave"))


def test_a_frame_that_names_another_session_ends_none(party: Party) -> None:
    """A frame names another session.

    Refuses; the session goes on.
    """
    suite, person = party.suite, logged_in(party)
    since = len(suite.world.node.lines)
    url = f"{party.here}/front-channel?iss={suite.world.issuer}&sid=another"
    refused(person, url, status=400, code="logout.other_session")
    suite.heard(since, event="logout.refused", code="logout.other_session")
    assert person.send("GET", party.page, navigates=False).status == 200


def test_a_frame_in_a_browser_without_a_session_ends_none_of_anybody_else(party: Party) -> None:
    """A frame names a session that this browser does not hold.

    Ends nothing, and revokes nothing at the provider.
    """
    suite, person = party.suite, logged_in(party)
    before = suite.calls()
    home = person.open(f"{suite.world.idp.url}/")
    url = frame(party, person.fill_in(home, choice="leave"))
    refused(party.person(), url, status=200, code="logout.no_session")
    assert suite.calls()["revoke"] == before["revoke"]
    assert person.send("GET", party.page, navigates=False).status == 200


def refused(person: Browser, url: str, *, status: int, code: str) -> None:
    """Check what a frame shows that ends nothing."""
    answer = person.send("GET", url, headers=IN_A_FRAME)
    assert (answer.status, Visit(url, answer).code) == (status, code)
    assert may_be_framed(answer)
