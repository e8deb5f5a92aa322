from base64 import b64encode

from gatepost.plugin.masks import Masks
from gatepost.values import Headers

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlc2lnbmF0dXJl"


def test_a_credential_is_masked_wherever_it_turns_up() -> None:
    basic = b64encode(b"app:app-password").decode()
    headers = [("Authorization", f"Basic {basic}"), ("Cookie", "session=abcdefghijkl; x=1")]
    masks = Masks(Headers(headers), b"token=body-secret-text", "access_token=query-secret-text")
    for secret in (basic, "app-password", "abcdefghijkl", "body-secret-text", "query-secret-text"):
        assert secret not in masks.text(f"before {secret} after")


def test_the_scheme_stays_and_the_credential_goes() -> None:
    masks = Masks(Headers(), b"", None)
    assert masks.header("Authorization", "Bearer abc") == "Bearer ***"
    assert masks.header("Cookie", "a=b") == "***"
    assert masks.header("Accept", "*/*") == "*/*"


def test_whatever_looks_like_a_token_is_masked_too() -> None:
    masks = Masks(Headers(), b"", None)
    assert masks.value({"a": [f"x {JWT}", 5, None]}) == {"a": ["x ***", 5, None]}
    assert masks.text("sent Bearer opaque-thing on") == "sent Bearer *** on"


def test_what_a_provider_calls_a_credential_is_masked_at_any_depth() -> None:
    masks = Masks(Headers(), b"", None)
    assert masks.claim("refresh_token", "opaque") == "***"
    assert masks.claim("act", {"token": "opaque", "sub": "alice"}) == {
        "token": "***",
        "sub": "alice",
    }


def test_a_challenge_keeps_its_words_and_loses_what_it_quotes() -> None:
    masks = Masks(Headers([("Authorization", "Bearer opaque-secret")]), b"", None)
    said = 'Bearer realm="api", error_description="opaque-secret is not good"'
    assert masks.challenge(said) == 'Bearer realm="api", error_description="*** is not good"'


def test_a_secret_is_masked_in_names_too() -> None:
    masks = Masks(Headers([("Authorization", "Bearer opaque-secret")]), b"", None)
    assert masks.value({"opaque-secret": 1}) == {"***": 1}
