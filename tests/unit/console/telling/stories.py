"""Stories as ``gatepost explain --json`` told them of a kong.yaml over the development provider.

Only addresses were changed. What traces add or leave out is done to them here.
"""

import copy
import json
from pathlib import Path
from typing import Any

STORIES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("stories.json").read_text("utf-8")
)
HOSTILE = '<script>alert(1)</script>\u202e\x1b[31m"'


def story(name: str) -> dict[str, Any]:
    """Return a copy of one."""
    return copy.deepcopy(STORIES[name])


def trace(name: str, **more: Any) -> dict[str, Any]:
    """Return the same decision as ``GET /traces/{id}`` tells it."""
    told = story(name)
    whole = {
        "id": "a" * 32,
        "at": 1_800_000_000.0,
        "node": "00000000-0000-4000-8000-00000000000a",
        "route": (told.get("route") or {}).get("id"),
        "service": "00000000-0000-4000-8000-00000000000b",
        "consumer": None,
        "method": "GET",
        "scheme": "http",
        "host": "gw.example",
        "path": "/x",
        "status": told.get("status", 200),
        "outcome": told["outcome"],
        "code": told.get("code"),
        "message": told.get("message"),
        "memory": "asked",
        "seconds": 0.02,
        "upstream_seconds": 0.005 if told["outcome"] == "forward" else None,
        "mark": None,
        "plugins": (told.get("plan") or {}).get("plugins", []),
        "memory_of": told.get("memory"),
    }
    for same in ("steps", "claims", "read", "upstream", "challenges"):
        if same in told:
            whole[same] = told[same]
    return {**whole, **more}
