"""RP-Initiated Logout RP: the modules of ``oidcc-client-rp-initiated-logout-rp-basic``."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conformance.rp.browser import Browser
from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import SESSION, Party, logged_in
from tests.conformance.rp.registered import BYE
from tests.integration.person import Visit

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def party(parties: Parties) -> Party:
    return parties("logout")


def log_out(party: Party, person: Browser) -> tuple[Visit, str]:
    """Log somebody out; return the page that this ends at, and the state that was sent."""
    suite = party.suite
    copy, since, before = person.copy(), len(suite.world.node.lines), suite.calls()["logout"]
    suite.told()
    sent_on = person.open(f"{party.here}/logout", stop_at=suite.world.issuer)
    seen = len(suite.upstream.seen)
    assert copy.send("GET", party.page, navigates=False).status == 401  # the provider knows nothing
    assert len(suite.upstream.seen) == seen
    visit = person.open(sent_on.url)
    assert suite.calls()["logout"] == before + 1
    [asked] = [url for url in person.way if url.startswith(f"{suite.world.issuer}/v1/logout?")]
    sent = {name: value for name, [value] in parse_qs(urlsplit(asked).query).items()}
    assert sent["id_token_hint"].startswith("ey")
    assert sent["post_logout_redirect_uri"] == party.here + BYE
    # The provider found the id token to be its own: else it would have asked the person.
    assert (visit.status, visit.url.split("?")[0]) == (200, party.here + BYE)
    assert [(one["kind"], one["status"]) for one in suite.told()] == [("back-channel", 200)]
    suite.heard(since, event="logout.done", code="logout", subject="alice")
    assert person.ours(party.page) == set()
    nobody(party, person)
    nobody(party, copy)
    return visit, sent["state"]


def nobody(party: Party, person: Browser) -> None:
    """Check that a browser is not logged in here, and not at the provider."""
    seen = len(party.suite.upstream.seen)
    assert person.send("GET", party.page, navigates=False).status == 401
    assert SESSION not in person.ours(party.page)
    assert 'name="password"' in person.open(party.page).text
    assert len(party.suite.upstream.seen) == seen


def returned(visit: Visit) -> list[str]:
    return parse_qs(urlsplit(visit.url).query).get("state", [])


def test_oidcc_client_test_rp_init_logout(party: Party) -> None:
    """Ends its session, tells by the back channel, and sends the person back.

    Ends its own session first, in every copy; goes to the provider with the id token, and to the
    registered page after it.
    """
    visit, state = log_out(party, logged_in(party))
    assert returned(visit) == [state]


def test_oidcc_client_test_rp_init_logout_other_state(party: Party) -> None:
    """Gives the state back with `_INVALID` behind it.

    Ignores it: the session was ended before, and the page after a logout belongs to the upstream. A
    page that needs a login asks for one.

    Choice: A client may ignore it, or say that it does not match.
    """
    party.suite.order("logout", "logout-other-state")
    person = logged_in(party)
    visit, state = log_out(party, person)
    assert returned(visit) == [f"{state}_INVALID"]
    back = person.open(f"{party.page}&state={state}_INVALID")
    assert (back.status, 'name="password"' in back.text) == (200, True)


def test_oidcc_client_test_rp_init_logout_no_state(party: Party) -> None:
    """Gives no state back.

    Ignores that likewise.
    """
    party.suite.order("logout", "logout-no-state")
    visit, _ = log_out(party, logged_in(party))
    assert returned(visit) == []
