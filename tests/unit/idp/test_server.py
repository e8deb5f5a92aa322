import aiohttp
import pytest

from gatepost.idp import running, serve
from gatepost.idp.server import checked_issuer
from gatepost.values import Address, Fault

GOOD = "https://idp.example/oauth2/default"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "idp.example"])
def test_it_refuses_to_listen_beyond_loopback(host: str) -> None:
    with pytest.raises(Fault, match="loopback only") as caught:
        serve(Address(host, 0))
    assert caught.value.code == "listen.not_loopback"


@pytest.mark.parametrize(
    "issuer",
    [
        "idp.example/oauth2/default",
        "ftp://idp.example/oauth2/default",
        "https://idp.example",
        GOOD + "/",
        GOOD + "?x",
        GOOD + "#x",
        "https://u:p@idp.example/oauth2/default",
    ],
)
def test_an_issuer_that_it_cannot_be_is_refused(issuer: str) -> None:
    with pytest.raises(Fault) as caught:
        checked_issuer(issuer)
    assert caught.value.code == "idp.issuer"
    assert "u:p" not in str(caught.value)


@pytest.mark.anyio
async def test_the_issuer_may_be_another_than_the_address() -> None:
    async with running(issuer=GOOD, alg="ES256") as idp, aiohttp.ClientSession() as http:
        url = f"{idp.url}/oauth2/default/.well-known/openid-configuration"
        async with http.get(url) as answer:
            metadata = await answer.json()
    assert metadata["issuer"] == GOOD
    assert metadata["token_endpoint"] == f"{GOOD}/v1/token"
