import pytest

from gatepost.model import Consumer
from tests.unit.model.saying import ID, mistakes


def test_a_consumer_has_a_username_or_a_custom_id() -> None:
    assert mistakes(Consumer, username="ann") == {}
    assert mistakes(Consumer, custom_id="42") == {}
    assert "at least one of" in mistakes(Consumer)[""]
    assert mistakes(Consumer, username="").keys() == {"username"}


@pytest.mark.parametrize("field", ["jwt_secrets", "hmacauth_credentials"])
def test_some_credentials_are_not_supported_yet(field: str) -> None:
    assert "not supported yet" in mistakes(Consumer, username="a", **{field: [{"x": 1}]})[field]
    assert mistakes(Consumer, username="a", **{field: []}) == {}


def test_a_consumer_is_found_by_all_its_names() -> None:
    consumer = Consumer(id=ID, username="ann", custom_id="42")
    assert set(consumer.look_ups()) == {("id", ID), ("username", "ann"), ("custom_id", "42")}
