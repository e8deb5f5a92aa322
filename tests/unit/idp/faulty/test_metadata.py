import pytest

from gatepost.idp.faulty.metadata import METADATA
from tests.unit.idp.calling import Client

RIGHT = {
    "issuer": "http://idp",
    "authorization_response_iss_parameter_supported": True,
    "code_challenge_methods_supported": ["S256"],
}


def test_the_issuer_is_another() -> None:
    assert METADATA["issuer-mismatch"](RIGHT) == {**RIGHT, "issuer": "http://idpINVALID"}


@pytest.mark.parametrize(
    ("fault", "member"),
    [
        ("no-iss-promise", "authorization_response_iss_parameter_supported"),
        ("no-pkce", "code_challenge_methods_supported"),
    ],
)
def test_a_promise_is_not_made(fault: str, member: str) -> None:
    assert METADATA[fault](RIGHT) == {k: v for k, v in RIGHT.items() if k != member}


@pytest.mark.anyio
@pytest.mark.parametrize("fault", METADATA)
async def test_the_document_lies_once(idp: Client, fault: str) -> None:
    right = await idp.get("/.well-known/openid-configuration")
    await idp.spoil("discovery", fault)
    assert await idp.get("/.well-known/openid-configuration") == METADATA[fault](right)
    assert await idp.get("/.well-known/openid-configuration") == right
