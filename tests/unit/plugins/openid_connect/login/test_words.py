import pytest

from gatepost.oidc import authorization
from gatepost.plugins.openid_connect.login.words import failed
from gatepost.values import By, Fault


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("callback.other_browser", 400),
        ("callback.too_late", 400),
        ("callback.repeated", 400),
        ("callback.unknown_state", 400),
        ("authorization.duplicate", 400),
        ("callback.code_refused", 401),
        ("id_token.nonce", 401),
        ("token.signature", 401),
    ],
)
def test_each_failure_has_its_status_and_says_what_to_do(code: str, status: int) -> None:
    page = failed(Fault(code, "What it is.", by=By.CLIENT))
    assert (page.status, page.code) == (status, code)
    assert page.text[-1] == "Open the page that you wanted once more."


def denied(error: str, description: str) -> Fault:
    with pytest.raises(authorization.AuthorizationError) as caught:
        authorization.read(
            [("state", "s"), ("error", error), ("error_description", description)],
            issuer="https://idp.example",
            iss_promised=False,
        )
    return caught.value


def test_the_providers_words_are_a_quote() -> None:
    assert failed(denied("access_denied", "not you")).quote == "access_denied: not you"
    assert failed(denied("access_denied", "")).quote == "access_denied"


def test_a_provider_that_cannot_at_present_is_503() -> None:
    page = failed(denied("temporarily_unavailable", ""), unavailable=True)
    assert (page.status, page.retry_after) == (503, 5)
