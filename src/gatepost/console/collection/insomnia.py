"""Insomnia's export, version 4: a request for a token and the call that takes it from its answer.

The call's Authorization holds Insomnia's tag ``response``: it sends the other request where its
answer is older than a minute, and takes ``$.access_token`` out of it.
"""

import base64
import hashlib
import json
import re
from typing import Any

from gatepost.console.collection.form import basic_of, form_of, headers_of
from gatepost.console.collection.saved import Collection, Order, Saved
from gatepost.console.collection.variables import Variables

ENDING = "insomnia.json"
FRESH = 60
"""Seconds for which a token is taken again before a new one is asked for."""

_FORM = "application/x-www-form-urlencoded"
_OPENING = re.compile(r"\{[{%#]")
_PLACE = base64.b64encode(b"$.access_token").decode()


def exported(collection: Collection, date: str, *, with_secrets: bool = False) -> str:
    """Return the file. date: in ISO 8601. with_secrets: see Variables."""
    return json.dumps(_Export(collection, date, with_secrets).whole(), indent=2)


def escaped(text: str) -> str:
    """Return a text in which nothing is a template for Insomnia."""
    return _OPENING.sub(lambda found: "{{ '" + found[0] + "' }}", text)


class _Export:
    def __init__(self, collection: Collection, date: str, with_secrets: bool) -> None:
        self._collection = collection
        self._date = date
        self._variables = Variables(with_secrets)
        self._orders: dict[Order, str] = {}
        self._resources: list[dict[str, Any]] = []

    def whole(self) -> dict[str, Any]:
        name = self._collection.name
        workspace = self._ident("wrk", "workspace")
        group = self._ident("fld", "group")
        for number, call in enumerate(self._collection.calls):
            self._call(call, number, group)
        environment = {
            "_id": self._ident("env", "environment"),
            "_type": "environment",
            "parentId": workspace,
            "name": "Base Environment",
            "data": self._variables.written(),
            "dataPropertyOrder": None,
            "color": None,
            "isPrivate": False,
            "metaSortKey": 0,
        }
        about = {"parentId": None, "name": name, "description": "", "scope": "collection"}
        grouped = {"parentId": workspace, "name": name, "environment": {}, "metaSortKey": 0}
        return {
            "_type": "export",
            "__export_format": 4,
            "__export_date": self._date,
            "__export_source": "gatepost",
            "resources": [
                {"_id": workspace, "_type": "workspace", **about},
                environment,
                {"_id": group, "_type": "request_group", **grouped},
                *self._resources,
            ],
        }

    def _call(self, call: Saved, number: int, group: str) -> None:
        own = headers_of(call, self._put, lambda _, words: escaped(words))
        headers = [{"name": name, "value": value} for name, value in own]
        authentication: dict[str, Any] = {}
        if call.order is not None and call.way == "chained":
            asking = self._asking(call.order, group)
            place = f"'b64::{_PLACE}::46b', 'when-expired', {FRESH}"
            tag = f"{{% response 'body', '{asking}', {place} %}}"
            headers.append({"name": "Authorization", "value": f"Bearer {tag}"})
        elif call.order is not None and call.way == "basic":
            authentication = self._basic(
                self._put("client_id", call.order.client_id),
                self._put("client_secret", call.order.client_secret),
            )
        elif call.way == "bearer":
            value = f"Bearer {self._put('token', call.token)}"
            headers.append({"name": "Authorization", "value": value})
        body = {"mimeType": _media_type(call), "text": escaped(call.body)} if call.body else {}
        url = self._put("gateway", call.base) + escaped(call.path)
        self._request(
            self._ident("req", f"call {number}"), group, call.name, call.method, url,
            headers=headers, body=body, authentication=authentication, sort=2 * number + 1,
        )  # fmt: skip

    def _asking(self, order: Order, group: str) -> str:
        """Return the id of the request for a token; one that is there already is taken again."""
        if order in self._orders:
            return self._orders[order]
        number = len(self._orders)
        ident = self._orders[order] = self._ident("req", f"order {number}")
        fields = form_of(order, self._put, lambda _, words: escaped(words))
        basic = basic_of(order, self._put)
        params = [
            {"id": f"pair_{place}", "name": name, "value": value}
            for place, (name, value) in enumerate(fields)
        ]
        self._request(
            ident, group, order_name(order, number), "POST", self._put("token_url", order.url),
            headers=[{"name": "Content-Type", "value": _FORM}],
            body={"mimeType": _FORM, "params": params},
            authentication=self._basic(*basic) if basic else {},
            sort=number - 1000,
        )  # fmt: skip
        return ident

    def _request(
        self, ident: str, group: str, name: str, method: str, url: str, *, sort: int, **more: Any
    ) -> None:
        about = {"_id": ident, "_type": "request", "parentId": group, "name": name}
        rest = {"parameters": [], "description": "", "metaSortKey": sort, "isPrivate": False}
        self._resources.append({**about, "method": method, "url": url, **rest, **more})

    def _basic(self, username: str, password: str) -> dict[str, Any]:
        return {"type": "basic", "username": username, "password": password, "disabled": False}

    def _put(self, kind: str, value: str) -> str:
        return f"{{{{ _.{self._variables.name(kind, value)} }}}}"

    def _ident(self, kind: str, what: str) -> str:
        """Return an id that is the same for the same thing: a new import replaces the old one."""
        digest = hashlib.sha256(f"{self._collection.name}\0{what}".encode()).hexdigest()
        return f"{kind}_{digest[:32]}"


def order_name(order: Order, number: int) -> str:
    """Return the name of a request for a token."""
    ways = {
        "client_credentials": "Get a token",
        "password": "Get a token for a person",
        "refresh_token": "Refresh the token",
    }
    return ways[order.grant] + (f" ({number + 1})" if number else "")


def _media_type(call: Saved) -> str:
    named = (value for name, value in call.headers if name.lower() == "content-type")
    return next(named, "text/plain").partition(";")[0].strip()
