"""References to secrets, ``{vault://env/NAME}``: kept as they are, resolved in one place.

Rules of the file: the environment is not read here, a ``lookup`` is given; what is not there is
an error that names the place and the variable, never its value.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from gatepost.model.violation import Violation
from gatepost.values import By, Fault

_FORM = re.compile(r"\{vault://([^/{}]*)/([^/{}?]*)(?:/([^/{}?]*))?\}")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_START = "{vault://"


class _Config(Protocol):
    @property
    def prefix(self) -> str:
        """What stands before the name of each variable."""


class VaultLike(Protocol):
    """What is needed of a Vault: its prefix and the configuration of the env vault."""

    @property
    def prefix(self) -> str:
        """What stands in a reference after ``vault://``."""

    @property
    def config(self) -> _Config:
        """Only its prefix is read."""


class Reference(NamedTuple):
    """A parsed reference. key: the member to take when the variable holds a JSON object."""

    vault: str
    name: str
    key: str | None


class Unresolved(Fault):
    """Some references have no value. violations: each with its path in what was resolved."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        count = len(violations)
        super().__init__(
            "config.reference_unresolved",
            f"{count} vault reference{'s have' if count != 1 else ' has'} no value",
            by=By.OPERATOR,
            cause="; ".join(
                f"{'.'.join(str(part) for part in violation.at)}: {violation.message}"
                for violation in violations
            ),
        )
        self.violations = violations


def is_reference(value: object) -> bool:
    """Say whether a value is meant as a reference, well-formed or not."""
    return isinstance(value, str) and value.startswith(_START)


def parse_reference(text: str) -> Reference:
    """Return the parts of a reference; ValueError says what is wrong with it."""
    match = _FORM.fullmatch(text)
    if match is None or not _NAME.fullmatch(match[2]) or match[3] == "":
        raise ValueError("a reference must be the whole value: {vault://env/NAME}")
    return Reference(match[1], match[2], match[3])


def check_references(value: Any, vaults: Iterable[VaultLike] = ()) -> list[Violation]:
    """Return what is wrong with the references in a value: form, and vaults that do not exist."""
    known = {"env": "", **{vault.prefix: vault.config.prefix for vault in vaults}}
    found: list[Violation] = []

    def check(text: str, at: tuple[str | int, ...]) -> str:
        try:
            _known(parse_reference(text), known)
        except ValueError as error:
            found.append(Violation(at, str(error)))
        return text

    _walk(value, (), check)
    return found


def resolve(
    value: Any, lookup: Callable[[str], str | None], vaults: Iterable[VaultLike] = ()
) -> Any:
    """Return a copy of a value (text, list, map, nested) with every reference replaced.

    lookup: gives the text of a variable, or None. Names are read in upper case with ``-`` as
    ``_``, after the vault's prefix. Unresolved tells of all that is missing, with paths.
    """
    known = {"env": "", **{vault.prefix: vault.config.prefix for vault in vaults}}
    missing: list[Violation] = []

    def replace(text: str, at: tuple[str | int, ...]) -> str:
        try:
            return _value(parse_reference(text), known, lookup)
        except ValueError as error:
            missing.append(Violation(at, str(error)))
            return text

    resolved = _walk(value, (), replace)
    if missing:
        raise Unresolved(tuple(missing))
    return resolved


def _walk(
    value: Any, at: tuple[str | int, ...], act: Callable[[str, tuple[str | int, ...]], str]
) -> Any:
    if isinstance(value, str):
        return act(value, at) if _START in value else value
    if isinstance(value, Mapping):
        return {key: _walk(inner, (*at, key), act) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_walk(inner, (*at, n), act) for n, inner in enumerate(value)])
    return value


def _known(reference: Reference, known: Mapping[str, str]) -> str:
    if reference.vault not in known:
        raise ValueError(
            f"no vault has the prefix '{reference.vault}'; use env, or add it under vaults"
        )
    return (known[reference.vault] + reference.name).replace("-", "_").upper()


def _value(
    reference: Reference, known: Mapping[str, str], lookup: Callable[[str], str | None]
) -> str:
    variable = _known(reference, known)
    text = lookup(variable)
    if text is None:
        raise ValueError(f"the environment variable {variable} is not set")
    if reference.key is None:
        return text
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        raise ValueError(f"the environment variable {variable} does not hold a JSON object")
    member = members.get(reference.key)
    if isinstance(member, bool) or not isinstance(member, str | int | float):
        raise ValueError(f"the environment variable {variable} has no text under '{reference.key}'")
    return str(member)
