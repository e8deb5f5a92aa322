"""Refresh: the modules of ``oidcc-client-refreshtoken-test-plan``.

The provider says of every access token that it lasts a second, so that it is refreshed while a
script goes on calling. A script is told 401 when the session is over; a page would log in again.
"""

import pytest

from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import SESSION, Party, admitted
from tests.conformance.rp.suite import OFTEN
from tests.integration.world import Answer

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def party(parties: Parties) -> Party:
    found = parties("refresh")
    found.suite.order("token", "merge", members={"expires_in": 1}, times=OFTEN)
    return found


def test_oidcc_client_test_refresh_token(party: Party) -> None:
    """Gives a new refresh token with each refresh.

    Refreshes before the access token ends, asks userinfo with the new one, and shows it to the
    upstream.
    """
    suite, person = party.suite, party.person()
    first = admitted(party.log_in(person), refreshed=True).all("authorization")
    before = suite.calls()

    def renewed() -> bool:
        assert person.send("GET", party.page, navigates=False).status == 200
        return suite.upstream.seen[-1].all("authorization") != first

    suite.world.until(renewed, "the upstream is shown another access token")
    told, after = suite.upstream.seen[-1], suite.calls()
    suite.world.secrets.add(told.all("authorization")[0].removeprefix("Bearer "))
    assert told.all("x-user") == ["alice"]
    assert after["userinfo"] > before["userinfo"]
    assert after["authorize"] == before["authorize"]


def test_oidcc_client_test_refresh_token_invalid_issuer(party: Party) -> None:
    """`iss` of the id token that comes with a refresh is the issuer with `1` behind it.

    Ends the session; neither userinfo nor the upstream sees the new access token.
    """
    ended(party, "refresh-invalid-issuer", status=401, code="id_token.issuer")


def test_oidcc_client_test_refresh_token_invalid_sub(party: Party) -> None:
    """`sub` of the id token that comes with a refresh is another one.

    Ends the session likewise.
    """
    ended(party, "refresh-invalid-sub", status=401, code="id_token.other_login")


def ended(party: Party, fault: str, *, status: int, code: str) -> None:
    """Check that a session ends with a refresh that cannot be believed, in every copy of it."""
    suite, person = party.suite, party.person()
    admitted(party.log_in(person), refreshed=True)
    since, last, copies = len(suite.world.node.lines), [0, 0], [person]
    suite.order("token", fault)

    def call() -> Answer:
        last[:], copies[:] = (suite.calls()["userinfo"], len(suite.upstream.seen)), [person.copy()]
        return person.send("GET", party.page, navigates=False)

    suite.world.until(lambda: call().status == status, "the session ends")
    suite.heard(since, event="session.ended", code=code)
    assert SESSION not in person.ours(party.page)
    assert copies[0].send("GET", party.page, navigates=False).status == status
    assert [suite.calls()["userinfo"], len(suite.upstream.seen)] == last
    admitted(party.log_in(person), refreshed=True)
