"""docs/conformance.md is what the conformance tests say, and each module of a plan has its test."""

import pytest

from scripts.parts.conformance_page import PAGE, PLANS, TESTS, Plan, cases, listed, read, render


def test_the_page_is_what_the_tests_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run make docs"


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.title)
def test_each_module_of_a_plan_has_one_test_that_is_named_after_it(plan: Plan) -> None:
    named = [case.name.strip("`") for case in cases(plan) if case.is_module]
    for name in plan.files:
        named += listed((TESTS / name).read_text(encoding="utf-8"))
    assert sorted(named) == sorted(plan.modules)


def test_every_file_of_tests_belongs_to_a_plan_and_every_test_says_what_happens() -> None:
    told = {name for plan in PLANS for name in plan.files}
    assert {path.name for path in TESTS.glob("test_*.py")} == told
    assert not [case.name for plan in PLANS for case in cases(plan) if not case.gatepost]


def test_a_test_is_read_with_its_answer_and_the_choice_that_it_makes() -> None:
    text = '''
def helper():
    """Not a test."""
def test_oidcc_client_test_one(party):
    """`iss` is
    wrong.

    Refuses.

    Choice: a client may
    do otherwise.
    """
    refused(party.log_in(), status=401, code="id_token.issuer")
    refused(party.log_in(), status=401, code="id_token.issuer")
    heard(event="login.failed", code="not.an.answer")
def test_a_sentence(party):
    """Does nothing.

    Lets in.
    """
def test_by_name(module): ...
MODULES = ("a", "b")
'''
    one, other = read(text)
    assert (one.name, one.is_module) == ("`oidcc-client-test-one`", True)
    assert (one.provider, one.gatepost) == ("`iss` is wrong.", "Refuses.")
    assert (one.choice, one.answers) == ("a client may do otherwise.", ("401 `id_token.issuer`",))
    assert (other.name, other.is_module, other.answers) == ("a sentence", False, ())
    assert listed(text) == ("a", "b")
