"""HTTP as tests speak it to a provider, apart from Gatepost's own client."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode


@dataclass(frozen=True)
class Said:
    """A provider's answer."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def basic(name: str, secret: str) -> str:
    """Return the Basic header of an OAuth client (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(name)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def plain_basic(name: str, secret: str) -> str:
    """Return the Basic header as curl -u writes it (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def call(
    method: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said:
    """Make one call; every status is an answer. Proxies of the environment are not used."""
    data = urlencode(form).encode() if form is not None else body
    request = urllib.request.Request(url, data, dict(headers or {}), method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return Said(answer.status, answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return Said(refused.code, refused.read())
