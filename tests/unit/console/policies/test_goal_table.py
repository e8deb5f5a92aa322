import pytest

from gatepost.console.policies.goal_table import ALL_METHODS, QUESTIONS, STRICTNESSES, WAYS
from gatepost.plugins.openid_connect.config import ALL_METHODS as REAL
from gatepost.plugins.openid_connect.config import AT_WORK, OpenIdConnectConfig
from tests.unit.console.policies.schemas import OIDC


def test_ways_are_methods_that_work() -> None:
    assert set(REAL) == ALL_METHODS
    assert {name for way in WAYS for name in way.methods} <= set(AT_WORK)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.path)
def test_a_question_is_about_a_field_that_works(question: object) -> None:
    field = OIDC.field(question.path)  # type: ignore[attr-defined]
    assert field is not None
    assert field.at_work


@pytest.mark.parametrize("one", STRICTNESSES, ids=lambda one: one.name)
def test_a_strictness_is_accepted_and_not_the_default(one: object) -> None:
    strict = dict(one.fields)  # type: ignore[attr-defined]
    beside = {"issuer": "https://idp.example", "client_id": ["a"], "client_secret": ["b"]}
    read = OpenIdConnectConfig.model_validate({**beside, **strict})
    assert all(
        getattr(read, name) != getattr(OpenIdConnectConfig.model_validate(beside), name)
        for name in strict
    )
