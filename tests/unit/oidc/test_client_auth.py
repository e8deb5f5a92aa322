import base64
from urllib.parse import unquote_plus

import pytest

from gatepost.oidc import Client
from gatepost.oidc.client_auth import KNOWN, authenticate, check_method, choose_method
from gatepost.values import By, Fault, Secret

CLIENT = Client("gate", Secret("s3cret"))


@pytest.mark.parametrize(
    ("name", "secret"),
    [("gate", "s3cret"), ("a:b", "c:d"), ("a%b", "c%2f+ d"), ("é", "ü~*/=&"), ("a b", "")],
)
def test_basic_survives_every_character(name: str, secret: str) -> None:
    client = Client(name, Secret(secret))
    headers, form = authenticate(client, "client_secret_basic", (), (("a", "b"),))
    (field, value) = headers[0]
    assert (field, form) == ("authorization", (("a", "b"),))
    left, right = base64.b64decode(value.removeprefix("Basic ")).decode().split(":")
    assert (unquote_plus(left), unquote_plus(right)) == (name, secret)


def test_post_and_none_go_into_the_form() -> None:
    assert authenticate(CLIENT, "client_secret_post", (("x", "y"),), ()) == (
        (("x", "y"),),
        (("client_id", "gate"), ("client_secret", "s3cret")),
    )
    assert authenticate(CLIENT, "none", (), (("a", "b"),)) == (
        (),
        (("a", "b"), ("client_id", "gate")),
    )


def test_a_missing_secret_is_the_operators_to_give() -> None:
    for method in ("client_secret_basic", "client_secret_post"):
        with pytest.raises(Fault) as raised:
            authenticate(Client("gate"), method, (), ())
        assert (raised.value.code, raised.value.by) == (
            "config.client_secret_missing",
            By.OPERATOR,
        )


@pytest.mark.parametrize(
    ("client", "explicit", "supported", "chosen"),
    [
        (CLIENT, "client_secret_post", ["client_secret_basic"], "client_secret_post"),
        (Client("g", Secret("s"), "none"), None, ["client_secret_basic"], "none"),
        (Client("g", Secret("s"), "none"), "client_secret_basic", [], "client_secret_basic"),
        (CLIENT, None, [], "client_secret_basic"),
        (CLIENT, None, ["private_key_jwt", "client_secret_basic"], "client_secret_basic"),
        (CLIENT, None, ["client_secret_post", "client_secret_basic"], "client_secret_basic"),
        (CLIENT, None, ["client_secret_jwt", "client_secret_post"], "client_secret_post"),
        (Client("public"), None, ["client_secret_basic"], "none"),
    ],
)
def test_the_method_is_told_or_listed_or_basic(
    client: Client, explicit: str | None, supported: list[str], chosen: str
) -> None:
    assert choose_method(client, explicit, supported) == chosen


@pytest.mark.parametrize("method", KNOWN[3:])
def test_a_method_that_does_not_work_yet_says_so(method: str) -> None:
    for attempt in (
        lambda: check_method(method),
        lambda: authenticate(CLIENT, method, (), ()),
        lambda: choose_method(CLIENT, method, []),
        lambda: choose_method(CLIENT, None, ["strange", method]),
    ):
        with pytest.raises(Fault, match="does not work yet") as raised:
            attempt()
        assert (raised.value.code, raised.value.by) == ("config.not_at_work_yet", By.OPERATOR)


def test_an_unknown_method_is_refused_with_the_list() -> None:
    for method in ("basic", "Client_Secret_Basic"):
        with pytest.raises(Fault, match="client_secret_post") as raised:
            check_method(method)
        assert raised.value.code == "config.client_auth"
    with pytest.raises(Fault, match=r"config\.client_auth"):
        choose_method(CLIENT, None, ["strange"])
