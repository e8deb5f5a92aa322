"""The headers that tell an upstream who called are named in ``plugin`` and ``engine`` alone.

Whoever could name one elsewhere could set it without the chain that scrubs, orders and records.
"""

import re
from collections.abc import Iterator

from tests.house.source import SRC, Source, sources

OWNERS = {"plugin", "engine"}
NAMES = re.compile(
    r"x[-_](consumer[-_](id|username|custom[-_]id|groups)|credential[-_](identifier|username)"
    r"|anonymous[-_]consumer|authenticated[-_](groups|userid))\b",
    re.IGNORECASE,
)


def named_outside(source: Source) -> Iterator[str]:
    if source.package not in OWNERS:
        for line, text in source.strings():
            if hit := NAMES.search(text):
                yield f"{source.name}:{line}: {hit.group()}"


def test_identity_headers_are_named_only_by_their_owners() -> None:
    found = [line for source in sources() for line in named_outside(source)]
    assert not found, "leave these to the chain:\n  " + "\n  ".join(found)


def test_no_lua_outside_the_engine() -> None:
    stray = [p for p in SRC.rglob("*.lua") if p.relative_to(SRC).parts[0] != "engine"]
    assert not stray


def test_an_identity_header_is_found_in_any_spelling() -> None:
    text = '"""About X-Consumer-ID."""\na = "X-Consumer-ID"\nb = b"x_consumer_custom_id"\n'
    found = list(named_outside(Source("plugins/x.py", text)))
    assert found == ["plugins/x.py:2: X-Consumer-ID", "plugins/x.py:3: x_consumer_custom_id"]
    assert not list(named_outside(Source("plugin/chain.py", text)))
