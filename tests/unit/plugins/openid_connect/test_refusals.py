import pytest

from gatepost.oidc import token
from gatepost.plugin.testkit import json_reply
from gatepost.plugins.openid_connect.refusals import OURS_TO_MEND, refused_us
from gatepost.values import By


@pytest.mark.parametrize("error", sorted(OURS_TO_MEND))
def test_what_is_about_us_is_nobody_elses_fault(error: str) -> None:
    with pytest.raises(token.GrantRefused) as caught:
        token.read(json_reply({"error": error}, 400))
    fault = refused_us(caught.value)
    assert (fault.by, fault.code) == (By.PROVIDER, "provider.refused_our_credentials")
    assert error in (fault.cause or "")


def test_a_bad_code_or_password_is_not_about_us() -> None:
    assert "invalid_grant" not in OURS_TO_MEND
