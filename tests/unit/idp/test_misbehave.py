import json

import pytest

from gatepost.idp.faults import ELSEWHERE, EVERYWHERE, PARAMETERS
from gatepost.idp.misbehave import BadOrderError, Misbehaviour, alteration
from gatepost.idp.wire import SENDERS

ENDPOINTS = ("discovery", "keys", "token", "introspect", "revoke")


@pytest.fixture
def misbehaviour() -> Misbehaviour:
    return Misbehaviour(ENDPOINTS)


def order(misbehaviour: Misbehaviour, **order: object) -> None:
    misbehaviour.order(json.dumps(order).encode())


def test_a_fault_is_due_as_often_as_ordered_and_then_over(misbehaviour: Misbehaviour) -> None:
    order(misbehaviour, fault="html", endpoint="token", times=2)
    order(misbehaviour, fault="reset", endpoint="token")
    taken = [misbehaviour.take("token") for _ in range(4)]
    assert [one.fault if one else None for one in taken] == ["html", "html", "reset", None]
    assert misbehaviour.take("keys") is None


def test_what_is_due_is_shown_and_cleared(misbehaviour: Misbehaviour) -> None:
    order(misbehaviour, fault="html", endpoint="token", times=3)
    misbehaviour.take("token")
    assert misbehaviour.shown() == [{"fault": "html", "endpoint": "token", "left": 2}]
    misbehaviour.clear()
    assert misbehaviour.shown() == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fault": "explode", "endpoint": "token"}, "duplicate-keys"),
        ({"fault": "active-string", "endpoint": "token"}, "fault of token is one of"),
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
    misbehaviour: Misbehaviour, wrong: object, told: str
) -> None:
    with pytest.raises(BadOrderError, match=told):
        misbehaviour.order(json.dumps(wrong).encode())
    assert misbehaviour.shown() == []


def test_every_listed_fault_can_be_ordered(misbehaviour: Misbehaviour) -> None:
    for endpoint in ENDPOINTS:
        for fault in misbehaviour.faults(endpoint):
            if not fault.startswith("status-"):
                order(misbehaviour, fault=fault, endpoint=endpoint)
                taken = misbehaviour.take(endpoint)
                assert taken is not None
                assert alteration(taken) or fault in SENDERS


def test_no_name_stands_for_two_faults_and_no_parameter_for_none() -> None:
    everywhere = set(EVERYWHERE)
    assert not everywhere & set(SENDERS)
    for faults in ELSEWHERE.values():
        assert not set(faults) & (everywhere | set(SENDERS))
    assert set(PARAMETERS) <= everywhere | set(SENDERS)
