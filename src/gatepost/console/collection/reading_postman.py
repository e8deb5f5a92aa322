"""Reads Postman's collection, version 2.1."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.console.collection.reading_insomnia import ordered
from gatepost.console.collection.saved import Collection, Order, Saved, Way
from gatepost.console.collection.told import MOST, a_text, an_object, objects, split

_VARIABLE = re.compile(r"\{\{([^{}]{1,100})\}\}")
_SETS = re.compile(r"\.set\(\s*[\"']([^\"']{1,100})[\"']")
_EXPECTS = re.compile(r"pm\.response\.to\.have\.status\(([1-5][0-9]{2})\)")
_DEEPEST = 10


def collection(whole: Mapping[str, Any]) -> Collection:
    """Return the calls; a request whose script sets a token that others use is part of those."""
    values = {
        a_text(one.get("key")): a_text(one.get("value")) for one in objects(whole.get("variable"))
    }
    items = list(_requests(whole, 0))
    sets = {name: one for one in items for name in _SETS.findall(_script(one))}
    used = {_variable(one) for one in items}
    orders = {
        name: _order(an_object(one.get("request")), values)
        for name, one in sets.items()
        if name in used
    }
    asking = [id(sets[name]) for name in orders]
    calls = [one for one in items if id(one) not in asking][:MOST]
    name = a_text(an_object(whole.get("info")).get("name"))
    return Collection(name or "Imported", tuple(_call(one, values, orders) for one in calls))


def _requests(one: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    for item in objects(one.get("item")):
        if "request" in item:
            yield item
        elif depth < _DEEPEST:
            yield from _requests(item, depth + 1)


def _call(item: Mapping[str, Any], values: Mapping[str, str], orders: Mapping[str, Order]) -> Saved:
    request = an_object(item.get("request"))
    base, path = split(_url(request, values))
    auth = an_object(request.get("auth"))
    way: Way = "none"
    order, token = None, ""
    if _variable(item) in orders:
        way, order = "chained", orders[_variable(item)]
    elif auth.get("type") == "basic":
        way, order = "basic", ordered("", {}, _basic(auth, values))
    elif auth.get("type") == "bearer":
        way, token = "bearer", _text(_attribute(auth, "bearer", "token"), values)
    expected = _EXPECTS.search(_script(item))
    return Saved(
        a_text(item.get("name")) or path,
        base,
        path,
        a_text(request.get("method")) or "GET",
        tuple(
            (_text(one.get("key"), values), _text(one.get("value"), values))
            for one in objects(request.get("header"))
            if not one.get("disabled") and a_text(one.get("key"))
        ),
        _text(an_object(request.get("body")).get("raw"), values),
        way,
        order,
        token,
        expects=int(expected[1]) if expected else None,
        is_json="pm.response.json()" in _script(item),
    )


def _order(request: Mapping[str, Any], values: Mapping[str, str]) -> Order:
    auth = an_object(request.get("auth"))
    params = {
        a_text(one.get("key")): _text(one.get("value"), values)
        for one in objects(an_object(request.get("body")).get("urlencoded"))
    }
    basic = _basic(auth, values) if auth.get("type") == "basic" else None
    return ordered(_url(request, values), params, basic)


def _variable(item: Mapping[str, Any]) -> str:
    """Return the variable that is a call's bearer token, an empty text for none."""
    auth = an_object(an_object(item.get("request")).get("auth"))
    token = _attribute(auth, "bearer", "token") if auth.get("type") == "bearer" else ""
    found = _VARIABLE.fullmatch(token)
    return found[1] if found else ""


def _basic(auth: Mapping[str, Any], values: Mapping[str, str]) -> tuple[str, str]:
    return (
        _text(_attribute(auth, "basic", "username"), values),
        _text(_attribute(auth, "basic", "password"), values),
    )


def _attribute(auth: Mapping[str, Any], kind: str, key: str) -> str:
    found = [one for one in objects(auth.get(kind)) if one.get("key") == key]
    return a_text(found[0].get("value")) if found else ""


def _script(item: Mapping[str, Any]) -> str:
    lines: list[str] = []
    for event in objects(item.get("event")):
        told = an_object(event.get("script")).get("exec")
        lines += [a_text(one) for one in told] if isinstance(told, list) else [a_text(told)]
    return "\n".join(lines)


def _url(request: Mapping[str, Any], values: Mapping[str, str]) -> str:
    url = request.get("url")
    return _text(url if isinstance(url, str) else an_object(url).get("raw"), values)


def _text(value: Any, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), a_text(value))
