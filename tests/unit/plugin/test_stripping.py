import pytest

from gatepost.plugin import Attribute, Context, Place, Request
from gatepost.plugin.stripping import presented, strip, without_parameter
from gatepost.values import Fault


def test_a_json_body_loses_its_parameter() -> None:
    assert without_parameter(b'{"a":1,"t":"x"}', "application/json", "t") == b'{"a":1}'
    assert without_parameter(b'{"t":"x"}', "application/vnd.api+json", "t") == b"{}"


@pytest.mark.parametrize("body", [b"[1]", b"{", b"", b'"x"', b"[" * 100_000])
def test_what_is_no_json_object_cannot_lose_one(body: bytes) -> None:
    with pytest.raises(Fault) as raised:
        without_parameter(body, "application/json", "t")
    assert raised.value.code == "credential.not_removable"


def test_a_credential_rides_nowhere_else() -> None:
    with pytest.raises(ValueError, match="fragment"):
        strip([Place("fragment", "x")], Request({}, Context()))


def test_what_was_presented_is_what_is_declared_and_there() -> None:
    keyed = {
        Attribute("header", "a"): ("1",),
        Attribute("header", "b"): (),
        Attribute("queries", "q"): ("1", "2"),
        Attribute("cookies", "c"): ("",),
        Attribute("bit", "body"): ("1",),
    }
    assert presented(keyed, Request(keyed, Context())) == (
        Place("header", "a"),
        Place("query", "q"),
        Place("cookie", "c"),
    )
