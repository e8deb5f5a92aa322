"""Basic RP: the modules of ``oidcc-client-basic-certification-test-plan``.

The Form Post plan runs the same functions at relying parties of its own. So each is asked for by
what it is for: ``plan("secret")`` is the one with a client secret that is hard to send.
"""

from collections.abc import Callable

import pytest

from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import Attempt, Party, admitted, header, refused

pytestmark = [pytest.mark.integration, pytest.mark.slow]

Plan = Callable[[str], Party]


@pytest.fixture
def plan(parties: Parties) -> Plan:
    return lambda what: parties(f"basic-{what}" if what else "basic")


def spoilt(plan: Plan, fault: str, endpoint: str = "token") -> Attempt:
    """Log somebody in while the provider does something."""
    party = plan("")
    party.suite.order(endpoint, fault)
    return party.log_in()


def test_oidcc_client_test(plan: Plan) -> None:
    """All is well.

    Asks for authorization, tokens and userinfo; the upstream is told who came.
    """
    admitted(plan("").log_in())


def test_oidcc_client_test_invalid_iss(plan: Plan) -> None:
    """`iss` of the id token is the issuer with `1` behind it.

    Refuses.
    """
    refused(spoilt(plan, "id-token-invalid-iss"), status=401, code="id_token.issuer")


def test_oidcc_client_test_missing_sub(plan: Plan) -> None:
    """The id token holds no `sub`.

    Refuses.
    """
    refused(spoilt(plan, "id-token-missing-sub"), status=401, code="id_token.subject")


def test_oidcc_client_test_invalid_aud(plan: Plan) -> None:
    """`aud` of the id token is the client id with `1` behind it.

    Refuses.
    """
    refused(spoilt(plan, "id-token-invalid-aud"), status=401, code="id_token.audience")


def test_oidcc_client_test_missing_iat(plan: Plan) -> None:
    """The id token holds no `iat`.

    Refuses.
    """
    refused(spoilt(plan, "id-token-missing-iat"), status=401, code="id_token.claim")


def test_oidcc_client_test_kid_absent_single_jwks(plan: Plan) -> None:
    """The id token names no key; one published key of each type has no `kid` either.

    Takes the one key that fits the algorithm and may sign.
    """
    party = plan("kid-single")
    attempt = without_key_ids(party, "no-kid-single")
    admitted(attempt)
    assert "kid" not in header(attempt)


def test_oidcc_client_test_kid_absent_multiple_jwks(plan: Plan) -> None:
    """The same with three keys of each type.

    Accepts: tries the keys that fit, where they are three at most. With more it refuses.

    Choice: A client may accept or reject.
    """
    attempt = without_key_ids(plan("kid-multiple"), "no-kid-multiple")
    admitted(attempt)
    assert "kid" not in header(attempt)


def without_key_ids(party: Party, keys: str) -> Attempt:
    """Log somebody in at a provider that has just moved its keys, and names none of them."""
    party.suite.behave(keys=keys)
    party.suite.order("discovery", "jwks-uri-moved")
    party.suite.order("token", "id-token-no-kid")
    attempt = party.log_in()
    assert (attempt.calls["discovery"], attempt.calls["keys"]) == (1, 1), "it knew them before"
    return attempt


def test_oidcc_client_test_idtoken_sig_rs256(plan: Plan) -> None:
    """Signs with RS256.

    Accepts.
    """
    attempt = plan("").log_in()
    admitted(attempt)
    assert header(attempt)["alg"] == "RS256"


def test_oidcc_client_test_idtoken_sig_none(plan: Plan) -> None:
    """`alg` of the id token is `none`, its signature is empty.

    Refuses, and no setting allows it: TLS may end somewhere else than one thinks.

    Choice: In the code flow a client may accept it, since it came from the provider over TLS.
    """
    refused(spoilt(plan, "id-token-sig-none"), status=401, code="token.algorithm")


def test_oidcc_client_test_invalid_sig_rs256(plan: Plan) -> None:
    """Each byte of the id token's RS256 signature is changed.

    Refuses.

    Choice: In the code flow a client may rely on TLS instead; the module is then skipped.
    """
    refused(spoilt(plan, "id-token-invalid-sig"), status=401, code="token.signature")


def test_oidcc_client_test_userinfo_invalid_sub(plan: Plan) -> None:
    """`sub` of the userinfo answer is another one.

    Throws the answer away whole, and refuses the login that it was for.
    """
    attempt = spoilt(plan, "userinfo-invalid-sub", "userinfo")
    refused(attempt, status=401, code="userinfo.subject", userinfo=1)


def test_oidcc_client_test_nonce_invalid(plan: Plan) -> None:
    """`nonce` of the id token is the one that was sent with `1` behind it.

    Refuses.
    """
    refused(spoilt(plan, "id-token-invalid-nonce"), status=401, code="id_token.nonce")


def test_oidcc_client_test_scope_userinfo_claims(plan: Plan) -> None:
    """Tells at the userinfo endpoint what was asked for by scope.

    Asks for `profile` and `email`, and tells the upstream a claim that only userinfo holds.
    """
    party = plan("")
    party.suite.order("userinfo", "merge", members={"nickname": "Al from userinfo"})
    attempt = party.log_in()
    assert {"profile", "email"} <= set(attempt.asked["scope"].split(" "))
    assert admitted(attempt).all("x-nickname") == ["Al from userinfo"]


def test_oidcc_client_test_client_secret_basic(plan: Plan) -> None:
    """Knows the client by HTTP Basic alone. Id and secret hold `:`, `%`, `+`, spaces and an accent.

    Encodes both as forms are before it joins them (RFC 6749, 2.3.1), and is let in.
    """
    admitted(plan("secret").log_in())
