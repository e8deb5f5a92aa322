"""Reads Insomnia's export, version 4."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from gatepost.console.collection.saved import Collection, Grant, Order, Saved, Way
from gatepost.console.collection.told import MOST, a_text, an_object, objects, split

_VARIABLE = re.compile(r"\{\{ *_?\.?([A-Za-z0-9_]{1,100}) *\}\}")
_ESCAPED = re.compile(r"\{\{ '(\{[{%#])' \}\}")
_TAG = re.compile(r"\{% *response +'body', *'([^']{1,100})'")


def collection(whole: Mapping[str, Any]) -> Collection:
    """Return the calls of an export; requests that only bring a token are part of their calls."""
    resources = objects(whole.get("resources"))
    of = {a_text(one["_id"]): one for one in resources if a_text(one.get("_id"))}
    named = [a_text(one.get("name")) for one in resources if one.get("_type") == "workspace"]
    values = _values(resources)
    requests = [one for one in resources if one.get("_type") == "request"]
    asked = {_asked(one) for one in requests} - {""}
    calls = [one for one in requests if a_text(one.get("_id")) not in asked][:MOST]
    return Collection(
        (named or [""])[0] or "Imported", tuple(_call(one, of, values) for one in calls)
    )


def _values(resources: list[Mapping[str, Any]]) -> dict[str, str]:
    """Return the variables; those of an environment below another come later and win."""
    values: dict[str, str] = {}
    for one in resources:
        if one.get("_type") == "environment":
            data = an_object(one.get("data"))
            values |= {name: a_text(value) for name, value in data.items()}
    return values


def _call(
    one: Mapping[str, Any], of: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]
) -> Saved:
    base, path = split(_text(one.get("url"), values))
    headers = _headers(one, values)
    authorization = next((v for n, v in headers if n.lower() == "authorization"), "")
    way: Way = "none"
    order, token = None, ""
    authentication = an_object(one.get("authentication"))
    asking = of.get(_asked(one))
    if asking is not None:
        way, order = "chained", _order(asking, values)
    elif authentication.get("type") == "basic" and not authentication.get("disabled"):
        way, order = "basic", replace(_order(one, values), url="", in_body=False)
    elif authorization.lower().startswith("bearer "):
        way, token = "bearer", authorization[7:].strip()
    elif authentication.get("type") == "bearer" and not authentication.get("disabled"):
        way, token = "bearer", _text(authentication.get("token"), values)
    taken = way != "none"
    return Saved(
        a_text(one.get("name")) or path,
        base,
        path,
        a_text(one.get("method")) or "GET",
        tuple((n, v) for n, v in headers if not (taken and n.lower() == "authorization")),
        _text(an_object(one.get("body")).get("text"), values),
        way,
        order,
        token,
    )


def _order(one: Mapping[str, Any], values: Mapping[str, str]) -> Order:
    params = {
        a_text(pair.get("name")): _text(pair.get("value"), values)
        for pair in objects(an_object(one.get("body")).get("params"))
    }
    authentication = an_object(one.get("authentication"))
    basic = authentication.get("type") == "basic"
    return ordered(
        _text(one.get("url"), values),
        params,
        (
            _text(authentication.get("username"), values),
            _text(authentication.get("password"), values),
        )
        if basic
        else None,
    )


def ordered(url: str, params: Mapping[str, str], basic: tuple[str, str] | None) -> Order:
    """Return how a token is asked for by this form. basic: id and secret of its header."""
    grant: Grant = "client_credentials"
    for known in get_args(Grant):
        if params.get("grant_type") == known:
            grant = known
    told = basic or (params.get("client_id", ""), params.get("client_secret", ""))
    return Order(
        url,
        grant,
        told[0],
        told[1],
        params.get("scope", ""),
        params.get("audience", ""),
        params.get("username", ""),
        params.get("password", ""),
        params.get("refresh_token", ""),
        in_body=basic is None and bool(told[1]),
    )


def _asked(one: Mapping[str, Any]) -> str:
    """Return the id of the request whose answer the call's Authorization takes."""
    for header in objects(one.get("headers")):
        if a_text(header.get("name")).lower() == "authorization":
            found = _TAG.search(a_text(header.get("value")))
            if found:
                return found[1]
    return ""


def _headers(one: Mapping[str, Any], values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (_text(header.get("name"), values), _text(header.get("value"), values))
        for header in objects(one.get("headers"))
        if not header.get("disabled") and a_text(header.get("name"))
    ]


def _text(value: Any, values: Mapping[str, str]) -> str:
    """Return a text with its variables put in, and what was escaped as it was meant."""
    put = _VARIABLE.sub(lambda found: values.get(found[1], found[0]), a_text(value))
    return _ESCAPED.sub(lambda found: found[1], put)
