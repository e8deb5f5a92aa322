from gatepost.plugin import Errand
from gatepost.values import Call


def test_an_errand_shows_neither_its_seal_nor_a_body() -> None:
    call = Call("POST", "https://idp.test/token", body=b"refresh_token=canary")
    assert "canary" not in repr(Errand("ab" * 32, call, seal=b"canary" * 5 + b"xx"))
