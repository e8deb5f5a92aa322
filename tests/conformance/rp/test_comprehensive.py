"""Modules of the comprehensive plan ``oidcc-client-test-plan`` that concern the code flow."""

import json

import pytest

from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import Attempt, admitted, header, refused, unavailable

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def spoilt(
    parties: Parties, fault: str, endpoint: str = "token", *, name: str = "basic"
) -> Attempt:
    """Log somebody in while the provider does something."""
    party = parties(name)
    party.suite.order(endpoint, fault)
    return party.log_in()


def test_oidcc_client_test_missing_aud(parties: Parties) -> None:
    """The id token holds no `aud`.

    Refuses.
    """
    refused(spoilt(parties, "id-token-missing-aud"), status=401, code="id_token.audience")


def test_oidcc_client_test_invalid_sig_hs256(parties: Parties) -> None:
    """Signs with HS256 by the client's secret, and changes each byte of the signature.

    Refuses, also where the client is registered for HS256.
    """
    fault = "id-token-invalid-sig-hs256"
    refused(spoilt(parties, fault, name="hs256"), status=401, code="token.signature")
    refused(spoilt(parties, fault), status=401, code="token.algorithm")


def test_oidcc_client_test_invalid_sig_es256(parties: Parties) -> None:
    """Signs with ES256 by a published key, and changes each byte of the signature.

    Refuses, also where the client is registered for ES256.
    """
    fault = "id-token-invalid-sig-es256"
    refused(spoilt(parties, fault, name="es256"), status=401, code="token.signature")
    refused(spoilt(parties, fault), status=401, code="token.algorithm")


def test_oidcc_client_test_invalid_athash(parties: Parties) -> None:
    """`at_hash` is the right one with `1` behind it.

    Refuses.

    Choice: In the code flow it need not be looked at.
    """
    refused(spoilt(parties, "id-token-invalid-at-hash"), status=401, code="id_token.at_hash")


def test_oidcc_client_test_missing_athash(parties: Parties) -> None:
    """The id token holds no `at_hash`.

    Accepts.

    Choice: Only flows that bring the access token through the browser demand it.
    """
    admitted(spoilt(parties, "id-token-missing-at-hash"))


def test_oidcc_client_test_form_post_error(parties: Parties) -> None:
    """Is asked with `max_age=0&prompt=none`, and posts `error=login_required`.

    Shows a page that says so, and does not try again.
    """
    party = parties("silent")
    party.may_ask_silently = True
    attempt = party.log_in()
    refused(attempt, status=401, code="authorization.denied")
    assert attempt.calls["token"] == 0
    assert "login_required" in attempt.visit.text


def test_oidcc_client_test_userinfo_bearer_header(parties: Parties) -> None:
    """Takes the access token in the header alone.

    Sends it there, once, and neither in the address nor in a body.
    """
    party = parties("bearer-header")
    userinfo = party.suite.userinfo
    userinfo.seen.clear()
    told = admitted(party.log_in(), elsewhere=True)
    asked = userinfo.seen[0]
    assert (asked.line, asked.body) == ("GET /userinfo HTTP/1.1", b"")
    assert asked.all("authorization") == told.all("authorization")
    assert json.dumps(asked.headers).count(told.all("authorization")[0].split(" ")[1]) == 1


def test_oidcc_client_test_userinfo_signed(parties: Parties) -> None:
    """Answers userinfo with a JWT, signed with RS256, with `iss` and `aud`.

    Verifies it, and tells the upstream what it says.
    """
    attempt = spoilt(parties, "userinfo-signed", "userinfo", name="signed")
    admitted(attempt)
    assert header(attempt, "x-userinfo")["alg"] == "RS256"


@pytest.mark.parametrize("wrong", ["none", "invalid-sig", "wrong-aud"])
def test_a_signed_userinfo_that_is_wrong_is_not_believed(parties: Parties, wrong: str) -> None:
    """Answers userinfo with a JWT that is not signed, whose signature is wrong, or that is for
    another client.

    Lets nobody in: the provider cannot be believed at present.
    """
    attempt = spoilt(parties, f"userinfo-signed-{wrong}", "userinfo", name="signed")
    unavailable(attempt, status=503, code="provider.bad_answer", begun=True)


def test_a_signed_userinfo_that_was_not_asked_for_is_not_believed(parties: Parties) -> None:
    """Answers with a JWT where JSON was asked for.

    Lets nobody in.
    """
    attempt = spoilt(parties, "userinfo-signed", "userinfo")
    unavailable(attempt, status=503, code="provider.bad_answer", begun=True)


def test_oidcc_client_test_aggregated_claims(parties: Parties) -> None:
    """Userinfo holds a claim in a JWT inside.

    Ignores it: the person is in, and the upstream is told nothing of that claim.

    Choice: A client may use it.
    """
    assert admitted(spoilt(parties, "aggregated-claims", "userinfo")).all("x-address") == []


def test_oidcc_client_test_distributed_claims(parties: Parties) -> None:
    """Userinfo names an address at which a claim is told.

    Ignores it, and never calls the address: whoever chose it would choose whom we call.

    Choice: A client may fetch it.
    """
    attempt = spoilt(parties, "distributed-claims", "userinfo")
    assert admitted(attempt).all("x-address") == []
    assert attempt.calls["claims"] == 0
