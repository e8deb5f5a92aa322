from gatepost.model.violation import Violation, nearest, translated


def test_the_nearest_name_is_offered_only_when_it_is_near() -> None:
    assert nearest("pths", ["paths", "hosts"]) == "; did you mean 'paths'?"
    assert nearest("zzzz", ["paths", "hosts"]) == ""


def test_looking_for_the_nearest_name_never_costs_much() -> None:
    assert nearest("a" * 1000, ["a" * 999]) == ""
    assert nearest("name-1", [f"name-{n}" for n in range(10_000)]) == ""


def test_a_scalar_that_yaml_did_not_read_as_text_is_to_be_quoted() -> None:
    said = translated([], {"type": "string_type", "loc": ("name",), "msg": "", "input": True})
    assert said == Violation(("name",), "expected a string; put it in quotes")


def test_what_has_no_words_of_kong_keeps_its_own() -> None:
    said = translated([], {"type": "odd", "loc": ("a", "[key]"), "msg": "something odd"})
    assert said == Violation(("a",), "something odd")
