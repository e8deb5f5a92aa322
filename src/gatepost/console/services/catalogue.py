"""What the list of services shows: packages with their versions, services without one, traffic."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, final

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.services.browsing import each, first

Row = dict[str, Any]

_DIGITS = re.compile(r"([0-9]{1,18})")

_PAGES = 5
"""Pages of a hundred versions that are read at once; beyond, each thing is asked for its own."""
_LOOKED = 1_000
"""Gateway services that are looked at for those without a version."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Of the last hour. failed: answers of 500 and above."""

    requests: float = 0
    failed: float = 0

    def words(self) -> str:
        """Return it in a few words: ``1,234, 2.1 % errors``."""
        if not self.requests:
            return "none"
        share = 100 * self.failed / self.requests
        told = f", {share:.1f} % errors" if self.failed else ""
        return f"{self.requests:,.0f}{told}"


@final
class Versions:
    """The versions that there are. whole: whether these are all of them."""

    def __init__(self, items: Iterable[Row], *, whole: bool) -> None:
        self.whole = whole
        self.by_package: dict[str, list[Row]] = defaultdict(list)
        self.services: set[str] = set()
        for one in items:
            self.by_package[one["service_package"]["id"]].append(one)
            if one.get("service"):
                self.services.add(one["service"]["id"])


async def versions(api: AdminApi) -> Versions:
    """Return the versions, as many as can be read at once. Raises Trouble."""
    items, more = await first(api, "/service-versions", _PAGES * 100)
    return Versions(items, whole=not more)


async def with_versions(api: AdminApi, packages: Iterable[Row], known: Versions) -> list[Row]:
    """Return packages, each with its ``versions``. Raises Trouble."""
    rows = list(packages)
    theirs: Mapping[str, list[Row]] = known.by_package
    if not known.whole:

        async def asked(ident: str) -> list[Row]:
            return (await first(api, of("service-packages", ident, "versions"), 100))[0]

        theirs = await each(asked, [one["id"] for one in rows])
    return [{**one, "versions": newest_first(theirs.get(one["id"], []))} for one in rows]


def newest_first(items: Iterable[Row]) -> list[Row]:
    """Return versions with the highest number first: ``v10`` before ``v2``."""
    return sorted(items, key=lambda one: _natural(str(one["version"])), reverse=True)


def _natural(words: str) -> list[tuple[int, int, str]]:
    return [
        (1, int(part), "") if part.isascii() and part.isdigit() else (0, 0, part.casefold())
        for part in _DIGITS.split(words)
    ]


async def unversioned(api: AdminApi, known: Versions, wanted: int) -> tuple[list[Row], bool]:
    """Return gateway services that belong to no version, and whether there may be more."""
    found: list[Row] = []
    offset: str | None = None
    looked = 0
    while True:
        got = await api.page("/services", size=1000, offset=offset)
        looked += len(got.items)
        found += [one for one in got.items if one["id"] not in known.services]
        offset = got.next
        if offset is None or len(found) >= wanted or looked >= _LOOKED:
            break
    if not known.whole:

        async def free(ident: str) -> bool:
            return not (await api.page(of("services", ident, "versions"), size=1)).items

        is_free = await each(free, [one["id"] for one in found[:wanted]])
        return [one for one in found[:wanted] if is_free[one["id"]]], True
    return found[:wanted], offset is not None or len(found) > wanted


async def traffic(api: AdminApi) -> dict[str, Traffic]:
    """Return the traffic of the last hour by gateway service. Raises Trouble."""
    got = await api.get("/telemetry", what="requests", interval="1h", by="service,code")
    sums: dict[str, Traffic] = {}
    for line in got["lines"]:
        ident, number = line["labels"]["service"], line["total"]["n"]
        before = sums.get(ident, Traffic())
        failed = number if line["labels"]["code"] == "5xx" else 0
        sums[ident] = Traffic(before.requests + number, before.failed + failed)
    return sums


def together(package: Row, by_service: Mapping[str, Traffic]) -> Traffic:
    """Return the traffic of all versions of a package."""
    found = [
        by_service[one["service"]["id"]]
        for one in package["versions"]
        if one.get("service") and one["service"]["id"] in by_service
    ]
    return Traffic(sum(one.requests for one in found), sum(one.failed for one in found))
