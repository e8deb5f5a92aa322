from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from gatepost.plugin.problems import nearest, problems_of


class Inner(BaseModel, extra="forbid"):
    port: int = Field(1, ge=1, le=9)
    host: str


class Outer(BaseModel, extra="forbid"):
    kind: Literal["basic", "post"] = "basic"
    names: list[str] = []
    inner: Inner | None = None
    several: list[Inner] = []
    flag: bool = False
    either: str | list[str] | None = None
    checked: str = ""

    @field_validator("checked")
    @classmethod
    def _check(cls, value: str) -> str:
        if value:
            raise ValueError("must be an https URL")
        return value


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"knd": "basic"}, "config.knd: unknown field, did you mean kind?"),
        ({"zzz": 1}, "config.zzz: unknown field"),
        ({"inner": {}}, "config.inner.host: required field missing"),
        ({"inner": {"hots": "a", "host": "a"}}, "config.inner.hots: unknown field, did you mean"),
        ({"inner": {"host": "a", "port": 10}}, "config.inner.port: value should be at most 9"),
        ({"several": [{"host": "a"}, {"host": 1}]}, "config.several[1].host: expected a string"),
        ({"kind": "bad"}, "config.kind: expected one of: basic, post"),
        ({"names": "a"}, "config.names: expected an array"),
        ({"names": [1]}, "config.names[0]: expected a string"),
        ({"inner": 1}, "config.inner: expected a record"),
        ({"flag": "perhaps"}, "config.flag: expected a boolean"),
        ({"checked": "x"}, "config.checked: must be an https URL"),
        ({"either": 1}, "config.either: expected a"),
    ],
)
def test_a_mistake_is_told_in_kongs_words(raw: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate(raw)
    found = [str(problem) for problem in problems_of(raised.value, Outer)]
    assert found[0].startswith(told), found


def test_all_mistakes_are_told_at_once_and_no_value_is_shown() -> None:
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate({"kind": "canary", "names": "canary", "flag": "canary", "x": "canary"})
    found = [str(problem) for problem in problems_of(raised.value, Outer)]
    assert len(found) == 4
    assert "canary" not in str(found)


def test_the_nearest_name() -> None:
    assert nearest("opnid-connect", ["openid-connect", "acl"]) == "openid-connect"
    assert nearest("zzz", ["openid-connect", "acl"]) is None
