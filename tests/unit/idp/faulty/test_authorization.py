import pytest

from gatepost.idp.draft import Draft
from gatepost.idp.faulty.authorization import (
    ANSWER,
    AUTHORIZE_FAULTS,
    PLAIN_ANSWER,
    SIGNED_ANSWER,
)
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.orders import Order
from gatepost.oidc import parse, verify
from gatepost.values import Fault, Secret

RIGHT = (("code", "c"), ("state", "s"), ("iss", "http://idp"))


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("response-invalid-iss", (("code", "c"), ("state", "s"), ("iss", "http://idp1"))),
        ("response-missing-iss", (("code", "c"), ("state", "s"))),
        ("response-other-iss-twice", (*RIGHT, ("iss", "https://issuer.invalid/other"))),
        ("response-invalid-state", (("code", "c"), ("state", "s1"), ("iss", "http://idp"))),
        ("response-missing-state", (("code", "c"), ("iss", "http://idp"))),
        ("response-duplicate-code", (*RIGHT, ("code", "c"))),
        ("response-error", (("error", "login_required"), *RIGHT[1:])),
        ("response-slow", RIGHT),
    ],
)
def test_parameters_are_changed_as_the_name_says(fault: str, wrong: object) -> None:
    assert (ANSWER | PLAIN_ANSWER)[fault](RIGHT, Order(fault, "authorize")) == wrong


def test_an_error_is_the_one_that_was_ordered() -> None:
    members = {"error": "access_denied", "error_description": "<b>", "error_uri": "javascript:1"}
    order = Order("response-error", "authorize", members=members)
    assert ANSWER["response-error"](RIGHT, order) == (*members.items(), *RIGHT[1:])


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("jarm-missing-iss", {"iss": None}),
        ("jarm-missing-aud", {"aud": None}),
        ("jarm-missing-exp", {"exp": None}),
        ("jarm-invalid-iss", {"iss": "http://idp1"}),
        ("jarm-invalid-aud", {"aud": "app1"}),
        ("jarm-expired", {"exp": 1400 - 360}),
    ],
)
def test_a_signed_answer_has_one_wrong_claim(fault: str, changes: dict[str, object]) -> None:
    right = {"iss": "http://idp", "aud": "app", "exp": 1400 + 600, "code": "c"}
    ring = KeyRing("ES256")
    token = parse(SIGNED_ANSWER[fault](Draft(right, "JWT")).signed(ring, Secret("s")))
    verify(token, ring.past)
    assert token.payload == {k: v for k, v in {**right, **changes}.items() if v is not None}


def test_a_signed_answer_is_signed_badly_or_not_at_all() -> None:
    ring, right = KeyRing("ES256"), Draft({"exp": 1}, "JWT")
    with pytest.raises(Fault, match="signature"):
        verify(parse(SIGNED_ANSWER["jarm-invalid-sig"](right).signed(ring, Secret("s"))), ring.past)
    with pytest.raises(Fault, match="not signed"):
        parse(SIGNED_ANSWER["jarm-alg-none"](right).signed(ring, Secret("s")))


def test_every_fault_is_told_once() -> None:
    assert len(set(AUTHORIZE_FAULTS)) == len(AUTHORIZE_FAULTS)
