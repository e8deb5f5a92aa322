"""Places where a browser must never be sent after a login, and places where it may be.

redirects.txt holds what open redirects have been made of. HOSTILE multiplies it: each way to begin
an address before each host. GOOD is what honest deep links look like.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

_HOSTS = (
    "evil.test",
    "evil.test/%2e%2e",
    "good.test@evil.test",
    "good.test.evil.test",
    "3627734734",
)
_TOO_LONG = ("/" + "a" * 4_096, "/" * 4_096, "/?" + "a" * 5_000, "/" + "%2f" * 2_000)
_PATHS = (
    "",
    "a",
    "api/v1/orders/17",
    "files/a%20b.txt",
    "%C3%BCber/%E6%97%A5",
    "a/b/c/",
    "a.b",
)
_QUERIES = (
    "",
    "?",
    "?a=1",
    "?next=//evil.test",
    "?u=https://good.test/%5C&x=%0A",
    "?q=100%",
    "?a[]=1|2",
    "?a=%2F%2F",
    "#part",
    "?a=1#part",
    "#//x",
)


def _written() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    section: list[str] = []
    text = Path(__file__).with_suffix(".txt").read_text(encoding="ascii")
    for line in text.splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif line.startswith('"'):
            section.append(json.loads(line))
    return sections


def _hostile(written: dict[str, list[str]]) -> Iterator[str]:
    yield from written["hostile"]
    yield from _TOO_LONG
    for beginning in written["beginnings"]:
        for host in _HOSTS:
            yield beginning + host
            yield beginning + host + "/x?y=/z"


def _good(written: dict[str, list[str]]) -> Iterator[str]:
    yield from written["good"]
    yield "/" + "a" * 4_095
    for path in _PATHS:
        for query in _QUERIES:
            yield f"/{path}{query}"
    yield from (quote(f"/{chr(code)}x") for code in range(0xC0, 0x180))


_WRITTEN = _written()
HOSTILE = tuple(dict.fromkeys(_hostile(_WRITTEN)))
GOOD = tuple(dict.fromkeys(_good(_WRITTEN)))
