"""Config RP: the modules of ``oidcc-client-config-certification-test-plan``.

Each relying party here meets the provider for the first time: the document and the keys are at an
address, or asked for in a way, that nobody used before.
"""

from collections.abc import Iterator

import pytest

from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import Party, admitted, refused, unavailable
from tests.conformance.rp.suite import OFTEN, Suite

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def rotated(suite: Suite, parties: Parties) -> Iterator[None]:
    """Wait until the rest of the node knows the new keys: twice in a second they are not read."""
    yield
    suite.publish()
    party = parties("basic")
    party.suite.world.until(
        lambda: party.person().log_in(party.page).status == 200, "people log in"
    )


def stranger(party: Party) -> Party:
    """Return a relying party whose provider has just moved its keys."""
    party.suite.order("discovery", "jwks-uri-moved")
    return party


def test_oidcc_client_test_discovery_openid_config(parties: Parties) -> None:
    """Tells its endpoints at `/.well-known/openid-configuration`.

    Reads the document before the first login, and keeps it.
    """
    party = parties("config-document")
    first, second = party.log_in(), party.log_in()
    admitted(first)
    admitted(second)
    assert [one.calls["discovery"] for one in (first, second)] == [1, 0]


def test_oidcc_client_test_discovery_jwks_uri_keys(parties: Parties) -> None:
    """`jwks_uri` of the document is an address with a random end; there are no keys elsewhere.

    Takes the address from the document.
    """
    attempt = stranger(parties("config-keys")).log_in()
    admitted(attempt)
    assert attempt.calls["keys"] == 1


def test_oidcc_client_test_discovery_issuer_mismatch(parties: Parties) -> None:
    """`issuer` of the document is the issuer with `INVALID` behind it.

    Begins no login. When the document is right again, so is everything.
    """
    party = parties("config-mismatch")
    party.suite.order("discovery", "issuer-mismatch", times=OFTEN)
    unavailable(party.log_in(), status=503, code="provider.issuer_mismatch", begun=False)
    party.suite.behave()
    waiting = party.person()
    party.suite.world.until(lambda: waiting.log_in(party.page).status == 200, "people log in")


def test_oidcc_client_test_idtoken_sig_none(parties: Parties) -> None:
    """`alg` of the id token is `none`; the document lists it among the algorithms.

    Refuses.
    """
    party = stranger(parties("config-unsigned"))
    party.suite.order("token", "id-token-sig-none")
    refused(party.log_in(), status=401, code="token.algorithm")


@pytest.mark.usefixtures("rotated")
def test_oidcc_client_test_signing_key_rotation_just_before_signing(parties: Parties) -> None:
    """Replaces all keys after they were read, and before the id token is signed.

    Reads the keys once more for the key that it does not know, and accepts.
    """
    party = stranger(parties("config-rotation"))
    admitted(party.log_in())
    party.suite.order("token", "rotate-before-signing")
    attempt = party.log_in()
    admitted(attempt)
    assert attempt.calls["keys"] == 1


@pytest.mark.usefixtures("rotated")
def test_oidcc_client_test_signing_key_rotation(parties: Parties) -> None:
    """Replaces all keys when the second login begins.

    The second login succeeds: the keys are read a second time, and userinfo is asked again.
    """
    party = stranger(parties("config-rotation-between"))
    first = party.log_in()
    admitted(first)
    party.suite.order("authorize", "rotate-keys")
    second = party.log_in()
    admitted(second)
    assert [one.calls["keys"] for one in (first, second)] == [1, 1]
