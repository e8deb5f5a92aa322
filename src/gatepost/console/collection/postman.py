"""Postman's collection, version 2.1: a request for a token that sets a variable, then the call.

Both say by tests what their answers have to be, so that ``newman run`` checks a gateway with it.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

from gatepost.console.collection.form import basic_of, form_of, headers_of
from gatepost.console.collection.insomnia import order_name
from gatepost.console.collection.saved import Collection, Order, Saved
from gatepost.console.collection.variables import Variables

ENDING = "postman_collection.json"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def exported(collection: Collection, *, with_secrets: bool = False) -> str:
    """Return the file. with_secrets: see Variables."""
    return json.dumps(_Export(collection, with_secrets).whole(), indent=2)


class _Export:
    def __init__(self, collection: Collection, with_secrets: bool) -> None:
        self._collection = collection
        self._variables = Variables(with_secrets)
        self._orders: dict[Order, str] = {}
        self._items: list[dict[str, Any]] = []

    def whole(self) -> dict[str, Any]:
        name = self._collection.name
        for call in self._collection.calls:
            self._call(call)
        digest = hashlib.sha256(f"{name}\0postman".encode()).digest()
        values = {**self._variables.written(), **dict.fromkeys(self._orders.values(), "")}
        return {
            "info": {"_postman_id": str(UUID(bytes=digest[:16])), "name": name, "schema": _SCHEMA},
            "item": self._items,
            "variable": [
                {"key": key, "value": value, "type": self._type(key)}
                for key, value in values.items()
            ],
        }

    def _type(self, name: str) -> str:
        secret = self._variables.secret(name) or name in self._orders.values()
        return "secret" if secret else "string"

    def _call(self, call: Saved) -> None:
        auth: dict[str, Any] = {"type": "noauth"}
        if call.order is not None and call.way == "chained":
            auth = _bearer(f"{{{{{self._asking(call.order)}}}}}")
        elif call.order is not None and call.way == "basic":
            auth = _basic(
                self._put("client_id", call.order.client_id),
                self._put("client_secret", call.order.client_secret),
            )
        elif call.way == "bearer":
            auth = _bearer(self._put("token", call.token))
        headers = headers_of(call, self._put, lambda _, words: words)
        request = {
            "method": call.method,
            "url": self._put("gateway", call.base) + call.path,
            "auth": auth,
            "header": [{"key": name, "value": value} for name, value in headers],
        }
        if call.body:
            request["body"] = {"mode": "raw", "raw": call.body}
        self._item(call.name, request, _tests(call))

    def _asking(self, order: Order) -> str:
        """Return the variable that the request for a token sets; it is there once."""
        if order in self._orders:
            return self._orders[order]
        number = len(self._orders)
        name = "access_token" + (f"_{number + 1}" if number else "")
        fields = form_of(order, self._put, lambda _, words: words)
        basic = basic_of(order, self._put)
        request = {
            "method": "POST",
            "url": self._put("token_url", order.url),
            "auth": _basic(*basic) if basic else {"type": "noauth"},
            "header": [{"key": "Accept", "value": "application/json"}],
            "body": {
                "mode": "urlencoded",
                "urlencoded": [{"key": key, "value": value} for key, value in fields],
            },
        }
        self._orders[order] = name
        self._item(order_name(order, number), request, _keeps(name))
        return name

    def _item(self, name: str, request: dict[str, Any], script: list[str]) -> None:
        event = {"listen": "test", "script": {"type": "text/javascript", "exec": script}}
        self._items.append({"name": name, "request": request, "response": [], "event": [event]})

    def _put(self, kind: str, value: str) -> str:
        return f"{{{{{self._variables.name(kind, value)}}}}}"


def _keeps(name: str) -> list[str]:
    return [
        'pm.test("the provider grants a token", () => {',
        "  pm.response.to.have.status(200);",
        '  pm.expect(pm.response.json().access_token).to.be.a("string");',
        "});",
        "if (pm.response.code === 200) {",
        f'  pm.collectionVariables.set("{name}", pm.response.json().access_token);',
        "}",
    ]


def _tests(call: Saved) -> list[str]:
    if call.expects is None:
        lines = [
            'pm.test("it is let through", () => {',
            "  pm.expect(pm.response.code).to.be.within(200, 399);",
            "});",
        ]
    else:
        lines = [
            f'pm.test("it answers {call.expects:d}", () => {{',
            f"  pm.response.to.have.status({call.expects:d});",
            "});",
        ]
    if call.is_json:
        lines += ['pm.test("the answer is JSON", () => {', "  pm.response.json();", "});"]
    return lines


def _basic(username: str, password: str) -> dict[str, Any]:
    given = {"username": username, "password": password}
    return {"type": "basic", "basic": _pairs(given)}


def _bearer(token: str) -> dict[str, Any]:
    return {"type": "bearer", "bearer": _pairs({"token": token})}


def _pairs(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value, "type": "string"} for key, value in given.items()]
