"""What the Admin API answers when it cannot do something: Kong's numbers, names and sentences.

Rules of the file: no text of a secret field is ever repeated; a message is made of the names of
fields, of ids and of values that name entities.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gatepost.model import Violation

NAMES = {
    1: "invalid primary key",
    2: "schema violation",
    3: "primary key violation",
    4: "foreign key violation",
    5: "unique constraint violation",
    6: "not found",
    7: "invalid offset",
    8: "database error",
    9: "invalid size",
    10: "invalid unique %s",
    11: "invalid options",
    12: "operation unsupported",
    13: "foreign keys unresolved",
    14: "invalid declarative configuration",
    15: "transformation error",
    16: "invalid foreign key",
    17: "invalid workspace",
    18: "invalid global query",
    19: "referenced by others",
    20: "invalid search query",
    21: "invalid sync deltas",
}
_STATUS = {5: 409, 6: 404, 8: 500, 12: 405}
_MOST_PLACES = 1000  # a list of mistakes has a place for each entry before the first wrong one


class Refused(Exception):
    """A request that is answered with an error. body: JSON; headers: what goes beside it."""

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(str(body.get("message", "")))
        self.status = status
        self.body = dict(body)
        self.headers = dict(headers or {})


def plain(status: int, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    """Return an error that is a sentence and has no number."""
    return Refused(status, {"message": message}, headers)


def not_found() -> Refused:
    """Return what is said when a path or an entity is not there."""
    return plain(404, "Not found")


def not_allowed(allowed: Iterable[str]) -> Refused:
    """Return what is said when a path does not know a method."""
    return plain(405, "Method not allowed", {"Allow": ", ".join(allowed)})


def numbered(code: int, message: str, **more: Any) -> Refused:
    """Return one of Kong's numbered errors; more: ``fields``, ``options`` or another ``name``."""
    body = {"code": code, "name": NAMES[code], "message": message} | more
    return Refused(_STATUS.get(code, 400), body)


def schema_violation(found: Iterable[Violation]) -> Refused:
    """Return code 2: everything that is wrong with one entity, by field."""
    fields = as_fields(found)
    said = [str(message) for message in fields.get("@entity", ())]
    for name in sorted(fields.keys() - {"@entity"}):
        said += _sentences(name, fields[name])
    message = (
        f"schema violation ({said[0]})"
        if len(said) == 1
        else f"{len(said)} schema violations ({'; '.join(said)})"
    )
    return numbered(2, message, fields=fields)


def as_fields(found: Iterable[Violation]) -> dict[str, Any]:
    """Return mistakes as Kong nests them: maps by field, lists by position, ``@entity`` in front.

    Where a field has several mistakes the first one stands.
    """
    tree: dict[Any, Any] = {}
    for violation in found:
        if not violation.at:
            messages = tree.setdefault("@entity", [])
            if violation.message not in messages:
                messages.append(violation.message)
            continue
        inside = tree
        for step in violation.at[:-1]:
            deeper = inside.setdefault(step, {})
            if not isinstance(deeper, dict):
                break
            inside = deeper
        else:
            inside.setdefault(violation.at[-1], violation.message)
    return {str(name): _listed(inner) for name, inner in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    positions = [step for step in value if isinstance(step, int)]
    if len(positions) == len(value) and max(positions) < _MOST_PLACES:
        return [_listed(value.get(place)) for place in range(max(positions) + 1)]
    return {str(step): _listed(inner) for step, inner in value.items()}


def _sentences(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key in sorted(value) for line in _sentences(f"{name}.{key}", value[key])]
    if isinstance(value, list):
        return [
            line
            for place, inner in enumerate(value, start=1)
            if inner is not None
            for line in _sentences(f"{name}.{place}", inner)
        ]
    return [f"{name}: {value}"]


def primary_key_violation(ident: str) -> Refused:
    """Return code 3: an entity with this id exists."""
    key = {"id": ident}
    return numbered(3, f"primary key violation on key '{pretty(key)}'", fields=key)


def foreign_missing(field: str, kind: str, ident: str) -> Refused:
    """Return code 4 for a reference that leads nowhere."""
    key = {"id": ident}
    message = f"the foreign key '{pretty(key)}' does not reference an existing '{kind}' entity."
    return numbered(4, message, fields={field: key})


def referenced(kind: str, by: str) -> Refused:
    """Return code 4 for what cannot be deleted because something else needs it."""
    message = f"an existing '{by}' entity references this '{kind}' entity"
    return numbered(4, message, fields={"@referenced_by": by})


def duplicate(values: Mapping[str, Any]) -> Refused:
    """Return code 5. values: what is taken; secrets have been masked by the caller."""
    message = f"UNIQUE violation detected on '{pretty(values)}'"
    return numbered(5, message, fields=dict(values))


def unresolved(field: str, by: str, value: Any, kind: str) -> Refused:
    """Return code 13: a reference by name (``by`` is its field) to what is not there."""
    sentence = (
        f"the foreign key cannot be resolved with '{pretty({by: value})}' "
        f"for an existing '{kind}' entity"
    )
    return numbered(
        13, f"foreign key unresolved ({field}.{by}: {sentence})", fields={field: {by: sentence}}
    )


def invalid_options(reason: str) -> Refused:
    """Return code 11, about the option ``tags``."""
    return numbered(11, f"invalid option (tags: {reason})", options={"tags": reason})


def invalid_offset(offset: str) -> Refused:
    """Return code 7."""
    return numbered(7, f"'{offset[:100]}' is not a valid offset: bad base64 encoding")


def stale(now: int | None) -> Refused:
    """Return 412: the entity is not as the caller saw it. now: its version, None when it is gone.

    Kong has no such error; the form is Kong's, without a number.
    """
    state = "it is gone" if now is None else f'it is "{now}" now'
    body = {
        "name": "precondition failed",
        "message": f"the entity is not as If-Match or If-None-Match expects it: {state}. "
        "Read it again and decide anew.",
    }
    return Refused(412, body, {} if now is None else {"ETag": f'"{now}"'})


def pretty(value: Any) -> str:
    """Return a value as Kong prints it in messages: ``{name="x"}``."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name}={pretty(inner)}" for name, inner in value.items()) + "}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
