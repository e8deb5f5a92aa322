"""Form Post RP: the modules of ``oidcc-client-formpost-basic-certification-test-plan``.

They are those of the Basic plan with ``response_mode=form_post``, over https: the provider's answer
is posted from another site, and the browser here withholds cookies as browsers do.
"""

import pytest

from tests.conformance.rp import test_basic
from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import admitted, refused
from tests.conformance.rp.test_basic import Plan

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MODULES = (
    "oidcc-client-test",
    "oidcc-client-test-invalid-iss",
    "oidcc-client-test-missing-sub",
    "oidcc-client-test-invalid-aud",
    "oidcc-client-test-missing-iat",
    "oidcc-client-test-kid-absent-single-jwks",
    "oidcc-client-test-kid-absent-multiple-jwks",
    "oidcc-client-test-idtoken-sig-rs256",
    "oidcc-client-test-idtoken-sig-none",
    "oidcc-client-test-invalid-sig-rs256",
    "oidcc-client-test-userinfo-invalid-sub",
    "oidcc-client-test-nonce-invalid",
    "oidcc-client-test-scope-userinfo-claims",
    "oidcc-client-test-client-secret-basic",
)


@pytest.fixture
def plan(parties: Parties) -> Plan:
    return lambda what: parties(f"form-post-{what}" if what else "form-post")


@pytest.mark.parametrize("module", MODULES)
def test_form_post(module: str, plan: Plan) -> None:
    getattr(test_basic, f"test_{module.replace('-', '_')}")(plan)


def test_the_answer_is_posted_from_another_site_and_finds_the_login_that_it_belongs_to(
    plan: Plan,
) -> None:
    """Lets the browser post its answer, with nothing in the address.

    Takes it: the cookie of a login crosses sites, that of a session does not.
    """
    party = plan("")
    attempt = party.log_in()
    admitted(attempt)
    person = attempt.person
    assert attempt.asked["response_mode"] == "form_post"
    assert f"{party.here}/callback" in person.way, "there is nothing in the address"
    [flow] = [name for name in person.known if name.startswith("authorization_")]
    assert {"samesite=none", "secure", "httponly"} <= person.known[flow]
    assert "samesite=lax" in person.known["session"]


def test_an_answer_that_is_posted_to_a_browser_which_began_nothing_is_refused(plan: Plan) -> None:
    """Answers a login that was begun in another browser.

    Refuses.
    """
    party = plan("")
    waiting, other = party.person(), party.person()
    form = waiting.log_in(party.page)
    attempt = party.attempted(other, lambda: other.fill_in(form))
    refused(attempt, status=400, code="callback.other_browser", asked=0)
