import pytest

from gatepost.idp.asking import Asking
from gatepost.idp.tickets import TICKET_SECONDS, Tickets, cross_site
from gatepost.values import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(0.0)


@pytest.fixture
def tickets(clock: FixedClock) -> Tickets:
    return Tickets(clock)


def test_a_ticket_is_good_for_the_browser_and_the_purpose_it_was_made_for(
    tickets: Tickets,
) -> None:
    ticket = tickets.issue("browser", "an errand")
    assert tickets.find(ticket, ["browser"], str) == "an errand"
    assert tickets.find(ticket, ["other", "browser"], str) == "an errand"
    for browser in ([], [""], ["other", "ä"]):
        assert tickets.find(ticket, browser, str) is None
    assert tickets.find(ticket, ["browser"], int) is None
    assert tickets.find("other", ["browser"], str) is None


def test_a_ticket_that_was_used_or_is_old_is_good_for_nothing(
    tickets: Tickets, clock: FixedClock
) -> None:
    used, old = tickets.issue("browser", "a"), tickets.issue("browser", "b")
    tickets.use(used)
    assert tickets.find(used, ["browser"], str) is None
    clock.time += TICKET_SECONDS
    assert tickets.find(old, ["browser"], str) is None


@pytest.mark.parametrize(
    ("site", "foreign"),
    [
        (None, False),
        (b"same-origin", False),
        (b"same-site", True),  # another port of this host
        (b"cross-site", True),
        (b"none", True),
        (b"", False),
    ],
)
def test_a_form_of_another_origin_is_recognised(site: bytes | None, foreign: bool) -> None:
    headers = [] if site is None else [(b"sec-fetch-site", site)]
    assert cross_site(Asking("POST", headers, b"")) is foreign
