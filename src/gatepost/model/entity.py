"""What every entity of the gateway shares: frozen, strict, and all of its mistakes told at once.

Rules of the file: a field that is not known is refused with the nearest name; a field that Kong
has and Gatepost does not do yet is refused unless it holds its default (decK writes every
default); ``null`` means the default; rules over several fields run even when another field is
wrong, as long as the fields they read are right.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError
from pydantic import model_validator as pydantic_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from gatepost.model.text import Id, Integer, Tags
from gatepost.model.violation import Violation, translated

Check = TypeVar("Check", bound=Callable[..., Iterable[Violation]])


class NotYet(NamedTuple):
    """A field of Kong that Gatepost does not do yet.

    defaults: values that mean "not used", which are accepted and dropped; Kong's own is first.
    instead: what the operator can do, as the end of a sentence.
    type: Kong's name of its type, where no default tells; a foreign one names the kind after a
    space. shown: whether Kong's answers have the field.
    """

    defaults: tuple[Any, ...] = ()
    instead: str = "leave it out"
    type: str = "string"
    shown: bool = True

    @property
    def default(self) -> Any:
        """What Kong's answers show, None for null."""
        return self.defaults[0] if self.defaults else None


def rule(*reads: str) -> Callable[[Check], Check]:
    """Mark a method as a rule over several fields; it yields Violations.

    reads: every field the rule looks at. It is skipped when one of them is wrong already.
    """

    def mark(check: Check) -> Check:
        check.reads = frozenset(reads)  # type: ignore[attr-defined]
        return check

    return mark


class Entity(BaseModel):
    """One entity of the configuration, in Kong's vocabulary. Hashable content, never changed.

    id: UUID in lower case. created_at and updated_at: unix seconds, 0 when nobody said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    NOT_YET: ClassVar[Mapping[str, NotYet]] = {}
    RULES: ClassVar[tuple[Callable[..., Iterable[Violation]], ...]] = ()

    id: Id
    tags: Tags = Field(default=())
    created_at: Integer = 0
    updated_at: Integer = 0

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        own = tuple(check for check in vars(cls).values() if hasattr(check, "reads"))
        cls.RULES = (*cls.RULES, *own)

    @cached_property
    def canonical(self) -> str:
        """The entity as JSON, keys sorted, no spaces; worked out once, as nothing changes here."""
        return json.dumps(
            self.model_dump(),
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        )

    def __copy__(self) -> Self:
        """Return a copy that works its canonical form out anew: ``model_copy`` may change it."""
        copied = super().__copy__()
        copied.__dict__.pop("canonical", None)
        return copied

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        copied = super().__deepcopy__(memo)
        copied.__dict__.pop("canonical", None)
        return copied

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Return the data with shorthands expanded, and what was wrong with the shorthands."""
        return data, []

    @classmethod
    def known(cls) -> list[str]:
        """Return every field name that may be written, for the nearest-name hint."""
        return [*cls.model_fields, *cls.NOT_YET]

    @pydantic_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        given = {str(key): value for key, value in data.items() if value is not None}
        given, found = cls.prepared(given)
        for name in cls.NOT_YET.keys() & given.keys():
            found += _refusals((name,), given.pop(name), cls.NOT_YET[name])
        wrong: set[Any] = {violation.at[0] for violation in found if violation.at}
        try:
            entity = handler(given)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                found.append(translated(cls.known(), detail))
                wrong.add(detail["loc"][0] if detail["loc"] else "")
            right: dict[str, Any] = {
                name: value for name, value in given.items() if name not in wrong
            }
            entity = cls.model_construct(**right)  # type: ignore[assignment]
        for check in cls.RULES:
            if wrong.isdisjoint(check.reads):  # type: ignore[attr-defined]
                found += check(entity)
        if found:
            raise _error(cls.__name__, found)
        return entity


def violations(error: ValidationError) -> list[Violation]:
    """Return what an entity's ValidationError says, in Kong's words, without any input text."""
    return [Violation(tuple(detail["loc"]), detail["msg"]) for detail in error.errors()]


def _error(title: str, found: Iterable[Violation]) -> ValidationError:
    details: list[InitErrorDetails] = [
        {
            # the message goes in as context so that its braces are text, and no input is kept
            "type": PydanticCustomError("refused", "{message}", {"message": violation.message}),
            "loc": violation.at,
            "input": None,
        }
        for violation in found
    ]
    return ValidationError.from_exception_data(title, details, hide_input=True)


def _refusals(at: tuple[str | int, ...], value: Any, not_yet: NotYet) -> Iterable[Violation]:
    if any(_same(value, default) for default in not_yet.defaults):
        return
    shapes = [default for default in not_yet.defaults if isinstance(default, dict) and default]
    if isinstance(value, dict) and shapes:
        for name, inner in value.items():
            if inner is None:
                continue
            if name in shapes[0]:
                yield from _refusals((*at, name), inner, NotYet((shapes[0][name],)))
            else:
                yield translated(
                    list(shapes[0]), {"type": "extra_forbidden", "loc": (*at, name), "msg": ""}
                )
        return
    yield Violation(at, f"not supported yet; {not_yet.instead}")


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, list) and isinstance(default, list):
        return len(value) == len(default) and all(item in default for item in value)
    return type(value) is type(default) and bool(value == default)
