import json
from collections.abc import Callable

import pytest

from gatepost.oidc import Key, KeySet, jwks
from gatepost.values import By, Fault, Headers, Reply, Transport

URL = "https://issuer.example/keys"
Answer = Callable[..., Reply]


def test_the_keys_are_asked_for() -> None:
    call = jwks.request(URL, headers=Headers([("x-key", "1")]), transport=Transport(timeout=2))
    assert (call.method, call.url, call.purpose) == ("GET", URL, "jwks")
    assert (call.headers.get("x-key"), call.transport.timeout) == ("1", 2)


@pytest.mark.parametrize("media", ["application/json", "application/jwk-set+json", "text/plain"])
def test_the_keys_are_read(answer: Answer, rsa: Key, media: str) -> None:
    body = json.dumps(KeySet((rsa,)).public())
    keys = jwks.read(answer(body, media=media), "https://issuer.example")
    assert (keys.kids(), keys.issuer) == ({"rsa-1"}, "https://issuer.example")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"keys":[]}', "provider.no_usable_keys"),
        ('{"keys":[{"kty":"oct","k":"AAAA"}]}', "provider.no_usable_keys"),
        ('{"keys":{}}', "provider.bad_keys"),
        ("{}", "provider.bad_keys"),
        ("<html>", "provider.bad_answer"),
        ("[]", "provider.bad_answer"),
    ],
)
def test_an_answer_without_usable_keys_keeps_the_last_good_set(
    answer: Answer, body: str, code: str
) -> None:
    with pytest.raises(Fault) as raised:
        jwks.read(answer(body), "i")
    assert (raised.value.code, raised.value.by) == (code, By.PROVIDER)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_status_is_the_providers_failure(answer: Answer, status: int) -> None:
    with pytest.raises(Fault, match=r"provider\.bad_status"):
        jwks.read(answer('{"keys":[]}', status=status), "i")
