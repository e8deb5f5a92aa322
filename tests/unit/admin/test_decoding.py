import time

import pytest

from gatepost.admin.decoding import taken_apart
from gatepost.oidc import sign
from gatepost.values import Secret
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER, OTHER, RSA
from tests.unit.admin.trying_desk import trying

pytestmark = pytest.mark.anyio

CLAIMS = {"iss": ISSUER, "sub": "ann", "exp": int(time.time()) + 60}


async def decode(desk: Desk, token: str) -> dict[str, object]:
    said = await desk.ask("POST", "/openid-connect/decode", {"token": token})
    assert said.status == 200, said.body
    found: dict[str, object] = said.json()
    return found


async def test_a_signature_is_checked_with_the_keys_of_an_issuer_that_plugins_name(
    desk: Desk,
) -> None:
    await trying(desk)
    found = await decode(desk, sign(CLAIMS, RSA))
    assert found["claims"] == CLAIMS
    says = "It was signed by its issuer."
    assert found["signature"] == {"ok": True, "says": says, "kid": "one", "issuer": ISSUER}
    forged = await decode(desk, sign(CLAIMS, OTHER))
    assert forged["signature"]["ok"] is False  # type: ignore[index]


async def test_a_stranger_is_never_asked(desk: Desk) -> None:
    provider = await trying(desk)
    for claims in ({**CLAIMS, "iss": "http://169.254.169.254"}, {"iss": 7}, {}):
        found = await decode(desk, sign(claims, RSA))
        assert found["signature"]["ok"] is None  # type: ignore[index]
    assert provider.calls == []


async def test_what_only_others_can_check_is_said(desk: Desk) -> None:
    await trying(desk)
    shared = await decode(desk, sign(CLAIMS, Secret("s" * 32), alg="HS256"))
    assert "shares with its client" in str(shared["signature"])
    unsigned = await decode(desk, "eyJhbGciOiJub25lIn0.e30.")
    assert unsigned["signature"]["ok"] is False  # type: ignore[index]


async def test_a_provider_that_is_away_leaves_it_unchecked(desk: Desk) -> None:
    provider = await trying(desk)
    provider.published = []
    found = await decode(desk, sign(CLAIMS, RSA))
    assert found["signature"]["ok"] is None  # type: ignore[index]
    assert "no key that can be used" in str(found["signature"])


def test_kinds_are_told_apart() -> None:
    assert taken_apart("a")["kind"] == "opaque"
    assert taken_apart("eyJhIjoxfQ.x.y")["kind"] == "jwt"
    assert taken_apart("eyJhIjoxfQ.1.2.3.4")["kind"] == "jwe"
    assert taken_apart("eyJhIjoxfQ." + "x" * 40_000 + ".y")["kind"] == "opaque"
