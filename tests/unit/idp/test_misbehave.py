import json
import re
from pathlib import Path

import pytest

from gatepost.idp.app import ENDPOINTS
from gatepost.idp.faults import ELSEWHERE, EVERYWHERE, PARAMETERS
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.misbehave import INSIDE, BadOrderError, Misbehaviour, alteration
from gatepost.idp.orders import Orders
from gatepost.idp.wire import SENDERS


@pytest.fixture
def orders() -> Orders:
    return Orders()


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing("ES256")


@pytest.fixture
def misbehaviour(orders: Orders, keys: KeyRing) -> Misbehaviour:
    return Misbehaviour(ENDPOINTS, orders, keys)


def order(misbehaviour: Misbehaviour, **order: object) -> None:
    misbehaviour.order(json.dumps(order).encode())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fault": "explode", "endpoint": "token"}, "duplicate-keys"),
        ({"fault": "active-string", "endpoint": "token"}, "fault of token is one of"),
        ({"fault": "id-token-expired", "endpoint": "keys"}, "crowded"),
        ({"fault": "html", "endpoint": "backchannel"}, "backchannel-replay"),
        ({"fault": "status-500", "endpoint": "backchannel"}, "backchannel-replay"),
        ({"fault": "status-200", "endpoint": "token"}, "status-400"),
        ({"fault": "status-600", "endpoint": "token"}, "status-400"),
        ({"fault": "html", "endpoint": "moon"}, "introspect"),
        ({"fault": "html", "endpoint": "token", "times": 0}, "times"),
        ({"fault": "html", "endpoint": "token", "seconds": 1}, "html does not take: seconds"),
        ({"fault": "slow", "endpoint": "token", "seconds": -1}, "seconds"),
        ({"fault": "html"}, "endpoint"),
        ({"fault": "html", "endpoint": "token", "colour": 1}, "colour"),
        ([], "order"),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused_with_the_choice(
    misbehaviour: Misbehaviour, orders: Orders, wrong: object, told: str
) -> None:
    with pytest.raises(BadOrderError, match=told):
        misbehaviour.order(json.dumps(wrong).encode())
    assert orders.shown() == []


def test_every_listed_fault_can_be_ordered(misbehaviour: Misbehaviour, orders: Orders) -> None:
    for endpoint in misbehaviour.endpoints:
        for fault in misbehaviour.faults(endpoint):
            if fault.startswith("status-"):
                continue
            order(misbehaviour, fault=fault, endpoint=endpoint)
            if fault in INSIDE.get(endpoint, ()):
                taken = orders.take(endpoint, {fault})
                assert taken is not None
            else:
                taken = orders.take(endpoint)
                assert taken is not None
                assert alteration(taken) or fault in SENDERS
    assert orders.shown() == []


def test_no_name_stands_for_two_faults_and_no_parameter_for_none() -> None:
    everywhere = set(EVERYWHERE)
    assert not everywhere & set(SENDERS)
    for faults in ELSEWHERE.values():
        assert not set(faults) & (everywhere | set(SENDERS))
    inside = [fault for faults in INSIDE.values() for fault in faults]
    assert len(set(inside)) == len(inside)
    assert not set(inside) & (everywhere | set(SENDERS))
    assert set(PARAMETERS) <= everywhere | set(SENDERS) | set(inside)


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [("token", "id-token-wrong-alg"), ("backchannel", "backchannel-wrong-alg")],
)
def test_a_key_of_another_algorithm_is_published_when_a_fault_that_needs_it_is_ordered(
    misbehaviour: Misbehaviour, keys: KeyRing, endpoint: str, fault: str
) -> None:
    assert [key.alg for key in keys.published] == ["ES256"]
    order(misbehaviour, fault=fault, endpoint=endpoint)
    assert [key.alg for key in keys.published] == ["ES256", "RS256"]


def test_a_p256_key_is_published_for_the_fault_that_flips_its_signature(orders: Orders) -> None:
    keys = KeyRing("EdDSA")
    order(Misbehaviour(ENDPOINTS, orders, keys), fault="id-token-invalid-sig-es256",
          endpoint="token")  # fmt: skip
    assert [key.alg for key in keys.published] == ["EdDSA", "ES256"]


def test_every_fault_is_told_in_the_documentation(misbehaviour: Misbehaviour) -> None:
    page = (Path(__file__).parents[3] / "docs/development-provider.md").read_text()
    rows = dict(re.findall(r"^\| (`\w+`|any[^|]*) \| (`.*) \|$", page, re.MULTILINE))
    everywhere = rows.pop("any but `backchannel`")
    for endpoint in misbehaviour.endpoints:
        row = rows.get(f"`{endpoint}`", "")
        prefixes = ["", *re.findall(r"`([a-z-]+-)…`", row)]
        for fault in misbehaviour.faults(endpoint):
            told = f"`{fault}`" in everywhere or fault.startswith("status-")
            told = told or any(
                fault.startswith(prefix) and f"`{fault.removeprefix(prefix)}`" in row
                for prefix in prefixes
            )
            assert told, f"{endpoint}: {fault}"
