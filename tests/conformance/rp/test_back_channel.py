"""Back-Channel Logout RP: the modules of ``oidcc-client-back-channel-logout-rp-basic``."""

from collections.abc import Callable

import pytest

from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.logout_tokens import Told, refused, taken, told

pytestmark = [pytest.mark.integration, pytest.mark.slow]

Tell = Callable[..., Told]


@pytest.fixture
def tell(parties: Parties) -> Tell:
    return lambda fault, **how: told(parties("back"), parties("starter"), fault, **how)


def test_oidcc_client_test_rp_backchannel_rpinitlogout(tell: Tell) -> None:
    """Posts a right logout token, with a parameter and a claim that nobody knows.

    Ends the session that it names, in every copy.
    """
    taken(tell("backchannel-extra"))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_alg_none(tell: Tell) -> None:
    """`alg` of the logout token is `none`.

    Refuses; the session goes on.
    """
    refused(tell("backchannel-alg-none"), status=400, code="token.algorithm")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg(tell: Tell) -> None:
    """Signs with ES256, by a key that it publishes.

    Refuses: the client is registered for RS256.
    """
    refused(tell("backchannel-wrong-alg"), status=400, code="token.algorithm")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss(tell: Tell) -> None:
    """`iss` is the issuer with `INVALID` behind it.

    Refuses.
    """
    refused(tell("backchannel-wrong-iss"), status=400, code="logout_token.issuer")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud(tell: Tell) -> None:
    """`aud` is the client id with `INVALID` behind it.

    Refuses.
    """
    refused(tell("backchannel-wrong-aud"), status=400, code="logout_token.audience")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_no_event(tell: Tell) -> None:
    """There is no `events`.

    Refuses.
    """
    refused(tell("backchannel-no-event"), status=400, code="logout_token.event")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event(tell: Tell) -> None:
    """`events` holds another event.

    Refuses.
    """
    refused(tell("backchannel-wrong-event"), status=400, code="logout_token.event")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce(tell: Tell) -> None:
    """There is a `nonce`, as in an id token.

    Refuses.
    """
    refused(tell("backchannel-with-nonce"), status=400, code="logout_token.nonce")


def test_a_session_that_is_gone_changes_no_answer(tell: Tell) -> None:
    """Tells it to the very relying party at which the person logged out, rightly and wrongly.

    Answers the same: 200 to a right token, and refuses a wrong one.
    """
    taken(tell("backchannel-extra", gone=True))
    wrong = tell("backchannel-no-event", gone=True)
    refused(wrong, status=400, code="logout_token.event", lives=False)
