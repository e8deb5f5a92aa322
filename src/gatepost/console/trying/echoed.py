"""What the development echo says that it received, where an answer is one of the echo's."""

import json
from collections.abc import Mapping
from typing import Any

_SIGNS = ("headers_list", "method", "path", "origin", "http_version")


def of_echo(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return line (pairs), headers and body; None for the answer of any other upstream."""
    try:
        told = json.loads(str(answer.get("body") or ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or any(name not in told for name in _SIGNS):
        return None
    fields = told["headers_list"]
    if not isinstance(fields, list):
        return None
    return {
        "line": [
            ("Method", str(told["method"])),
            ("Path", str(told["path"])),
            ("Came from", str(told["origin"])),
        ],
        "headers": [one for one in fields if isinstance(one, list) and len(one) == 2],
        "body": told.get("data") if isinstance(told.get("data"), str) else "",
    }
