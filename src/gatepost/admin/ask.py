"""One request of the Admin API, and what it is answered from."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gatepost.admin.abroad import Abroad
from gatepost.admin.access import Access
from gatepost.admin.caller import Caller, Role
from gatepost.admin.cautions import Cautions
from gatepost.admin.cluster import Cluster
from gatepost.admin.explaining import Explaining
from gatepost.admin.issuers import Issuers
from gatepost.admin.paths import Paths
from gatepost.admin.problem import Refused, not_found, plain
from gatepost.admin.reach import Restricted
from gatepost.feed.needs import Publication
from gatepost.plugin import Registry
from gatepost.store.database import Database, Stored

_TAG = re.compile(r'"([0-9]{1,18})"')


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """What every request is answered from.

    plane: the id of the control plane that has Kong's own paths. node_id: of this process. about:
    its configuration as ``GET /`` shows it. cluster: its nodes. access: who is let in. issuers:
    what providers say of themselves. abroad: calls that try things out. explaining: what
    explanations share. paths: what it serves, as ``GET /endpoints`` tells.
    """

    database: Database
    registry: Registry
    cluster: Cluster
    access: Access
    issuers: Issuers
    abroad: Abroad
    explaining: Explaining
    plane: str
    node_id: str
    hostname: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    paths: Paths[Any] = field(default_factory=Paths)
    restricted: Restricted = field(default_factory=Restricted)
    cautions: Cautions = field(default_factory=Cautions)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request whose path is known. plane: the control plane it is about.

    names: what the path holds, in order.
    """

    request: Request
    control: ControlPlane
    caller: Caller
    plane: str
    names: tuple[str, ...] = ()

    def allow(self, role: Role) -> None:
        """Return when the caller may act as this role here.

        Raises Fault ``admin.forbidden``; Refused (404) in a plane that is not theirs.
        """
        if not self.caller.sees(self.plane):
            raise not_found()
        self.caller.require(role)

    async def current(self) -> Publication:
        """Return all of the control plane's configuration, at the cost of what changed since
        somebody asked. Raises Refused (404) when the control plane is gone.
        """
        found = await self.control.cluster.live.current(self.plane)
        if found is None:
            raise not_found()
        return found

    @property
    def path(self) -> str:
        """The whole path as it was sent, for the way to the next page."""
        raw: bytes = self.request.scope["raw_path"]
        return raw.partition(b"?")[0].decode("latin-1").rstrip("/")

    @property
    def query(self) -> Mapping[str, str]:
        """The query's arguments; the first counts where one is repeated."""
        return dict(reversed(self.request.query_params.multi_items()))

    @property
    def reveals(self) -> bool:
        """Whether secrets are to be shown. Raises Fault when that is asked for and not allowed."""
        if self.request.headers.get("gatepost-secrets", "").lower() != "reveal":
            return False
        self.allow(Role.ADMIN)
        return True

    def must_fit(self, stored: Stored | None) -> int | None:
        """Return the version that a write expects to find, None when it does not care.

        From ``If-Match`` and ``If-None-Match: *``. Raises Refused: 400 for what is no version.
        """
        if self.request.headers.get("if-none-match", "").strip() == "*":
            return 0
        given = self.request.headers.get("if-match")
        if given is None:
            return None
        if given.strip() == "*":
            return stored.version if stored else -1
        found = _TAG.fullmatch(given.strip())
        if found is None:
            raise plain(400, 'If-Match holds an ETag of this API, such as "17"')
        return int(found[1])


def now() -> float:
    """Return seconds since 1970."""
    return time.time()


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON as an answer."""
    return Response(
        msgspec.json.encode(value),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        media_type="application/json; charset=utf-8",
    )


def nothing(headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer without content."""
    return Response(None, 204, dict(headers or {}))


def refusal(refused: Refused) -> Response:
    """Return the answer for what was refused."""
    return answer(refused.body, refused.status, refused.headers)
