"""A plugin's Config as Kong's ``GET /schemas/plugins/{name}`` describes one.

decK fills in defaults from this before it compares, so that every default an answer shows must
be here, and nothing that is here may be missing from an answer (see ``canonical``).
"""

import functools
from typing import Any

from gatepost.plugin.old_name import OldName
from gatepost.plugin.plugin import Plugin
from gatepost.plugin.shape import Member, Shape, shape_of

_REMOVAL = "4.0"  # where Kong itself says that its old names end


@functools.cache
def described(plugin: Plugin[Any]) -> dict[str, Any]:
    """Return the schema in Kong's form; made once, so nobody may change it."""
    whole = shape_of(plugin.Config)
    config = _type(whole) | {"required": True}
    old = [{one.name: _shorthand(plugin.name, one, whole)} for one in plugin.old_names]
    if old:
        config["shorthand_fields"] = old
    return {
        "fields": [
            {"consumer": _nobody("consumers")},
            {"consumer_group": _nobody("consumer_groups")},
            {"protocols": _protocols(plugin.protocols)},
            {"config": config},
        ],
        "entity_checks": [],
    }


def member_at(shape: Shape, path: tuple[str, ...]) -> Member:
    """Return the field that a path of names leads to; KeyError when there is none."""
    member = shape.fields[path[0]]
    return member if len(path) == 1 else member_at(member.shape, path[1:])


def _nobody(kind: str) -> dict[str, Any]:
    """Say that a plugin cannot be scoped to this kind of entity."""
    return {
        "type": "foreign",
        "reference": kind,
        "eq": None,
        "description": "This plugin cannot be scoped to it.",
    }


def _protocols(known: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "set",
        "required": True,
        "default": list(known),
        "elements": {"type": "string", "one_of": list(known)},
        "description": "Protocols of the routes on which the plugin runs.",
    }


def _type(shape: Shape) -> dict[str, Any]:
    form: dict[str, Any] = {"type": shape.kind, **shape.rules}
    if shape.kind == "record":
        form["fields"] = [{name: _field(member)} for name, member in shape.fields.items()]
    elif shape.kind == "map" and shape.elements is not None:
        form["keys"], form["values"] = {"type": "string"}, _type(shape.elements)
    elif shape.elements is not None:
        form["elements"] = _type(shape.elements)
    if shape.referenceable:
        form["referenceable"] = True
    return form


def _field(member: Member) -> dict[str, Any]:
    form = _type(member.shape)
    form["required"] = member.required or member.filled
    if member.shape.kind == "record" and not member.nullable:
        form["required"] = True
    if member.default is not None:
        form["default"] = member.default
    if member.secret:
        form["encrypted"] = True
    form["description"] = member.description
    # Kong has no such keys, and its clients do not look at them; forms do
    if member.section:
        form["section"] = member.section
    if not member.at_work:
        form["at_work"] = False
    return form


def _shorthand(plugin: str, one: OldName, whole: Shape) -> dict[str, Any]:
    if not one.path:
        form: dict[str, Any] = {"type": one.kind}
        advice = "has no meaning any more, please leave it out"
    else:
        member = member_at(whole, one.path)
        shape = member.shape.elements if one.single else member.shape
        form = _type(shape or member.shape)
        if member.secret:
            form["encrypted"] = True
        advice = f"is deprecated, please use config.{'.'.join(one.path)} instead"
    deprecation: dict[str, Any] = {
        "message": f"{plugin}: config.{one.name} {advice}",
        "removal_in_version": _REMOVAL,
    }
    if one.default is not None:
        deprecation["old_default"] = one.default
    if one.path:
        deprecation["replaced_with"] = [{"path": list(one.path)}]
    return form | {"deprecation": deprecation}
