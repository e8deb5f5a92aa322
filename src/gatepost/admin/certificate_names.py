"""The ``snis`` of a certificate: names that stand in it and are written through to SNIs."""

from collections.abc import Mapping
from typing import Any

from gatepost.admin.problem import schema_violation
from gatepost.admin.writing import Writing
from gatepost.model import Violation
from gatepost.store.database import Stored

FIELD = "snis"
SCHEMA = {FIELD: {"type": "set", "elements": {"type": "string"}}}


def taken_out(kind: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str] | None]:
    """Return data without the names, and the names; None when they are not spoken of.

    Raises Refused, code 2, for what is no list of texts.
    """
    if kind != "certificates" or FIELD not in data:
        return dict(data), None
    rest = {name: value for name, value in data.items() if name != FIELD}
    names = data[FIELD] or []
    if not isinstance(names, list):
        raise schema_violation([Violation((FIELD,), "expected a set")])
    wrong = [
        Violation((FIELD, place), "expected a string")
        for place, name in enumerate(names)
        if not isinstance(name, str)
    ]
    if wrong:
        raise schema_violation(wrong)
    return rest, list(dict.fromkeys(name.lower() for name in names))


async def write_names(writing: Writing, certificate: Stored, names: list[str] | None) -> None:
    """Make these, and no others, the names of a certificate; None leaves them as they are.

    Raises Refused, code 2, for a name of another certificate.
    """
    if names is None:
        return
    reader = writing.writer
    page = await reader.page("snis", size=1000, where=("certificate", certificate.id))
    there = {sni.body["name"]: sni for sni in page.items}
    for name in sorted(there.keys() - set(names)):
        await writing.writer_removes("snis", there[name])
    for name in names:
        if name in there:
            continue
        other = await reader.find("snis", "name", name)
        if other is not None:
            whose = other.body["certificate"]
            message = f"{name} already associated with existing certificate '{whose}'"
            raise schema_violation([Violation((FIELD,), message)])
        sni = {"name": name, "certificate": {"id": certificate.id}}
        await writing.insert("snis", sni, expect=False)
