import pytest
from pydantic import ValidationError

from gatepost.model import Consumer, Route, Service, Upstream, violations
from tests.unit.model.saying import ID, mistakes


def test_an_entity_cannot_be_changed() -> None:
    service = Service(id=ID, host="a")
    with pytest.raises(ValidationError, match="frozen"):
        service.host = "b"  # type: ignore[misc]


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    assert mistakes(Service, host="a", retrys=1) == {
        "retrys": "unknown field; did you mean 'retries'?"
    }


def test_null_means_the_default() -> None:
    assert Service(id=ID, host="a", retries=None) == Service(id=ID, host="a")  # type: ignore[arg-type]


def test_all_mistakes_are_told_at_once_also_those_of_rules_over_several_fields() -> None:
    said = mistakes(Route, protocols=["grpc"], paths=["/x"], methods=["GET"], hosts=["a b"], x=1)
    assert said.keys() == {"methods", "hosts.0", "x"}


def test_a_rule_is_silent_when_what_it_reads_is_wrong_already() -> None:
    assert mistakes(Route, paths=["no"]).keys() == {"paths.0"}


def test_a_field_that_comes_later_is_refused_unless_it_holds_its_default() -> None:
    assert mistakes(Upstream, name="u", algorithm="round-robin") == {}
    assert mistakes(Upstream, name="u", algorithm="least-connections") == {
        "algorithm": "not supported yet; use round-robin"
    }


def test_a_default_of_another_type_is_no_default() -> None:
    assert "use_srv_name" in mistakes(Upstream, name="u", use_srv_name=0)


def test_a_mistake_never_repeats_what_was_written() -> None:
    with pytest.raises(ValidationError) as caught:
        Consumer.model_validate({"id": ID, "username": ["hunter2"], "acls": ["hunter2"]})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(violations(caught.value))


def test_braces_in_a_message_are_text() -> None:
    assert "use '/{x}' instead" not in mistakes(Route, paths=["/{x}"])["paths.0"]
    assert "~/{x}" in mistakes(Route, paths=["/{x}"])["paths.0"]


@pytest.mark.parametrize("wrong", [None, [], "x", 1])
def test_what_is_no_map_is_no_entity(wrong: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Service.model_validate(wrong)
    assert len(violations(caught.value)) == 1


def test_keys_that_are_no_text_are_unknown_fields() -> None:
    with pytest.raises(ValidationError) as caught:
        Service.model_validate({"id": ID, "host": "a", 1: 2})
    assert violations(caught.value)[0].message == "unknown field"
