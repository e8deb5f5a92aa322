"""What a collection holds: calls, each with how its credential is come by."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

Grant = Literal["client_credentials", "password", "refresh_token"]
Way = Literal["chained", "bearer", "basic", "none"]

_NO_FILE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Order:
    """How a token is asked for. url: of the token endpoint.

    in_body: id and secret stand in the form (``client_secret_post``), else in a Basic header.
    """

    url: str
    grant: Grant
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    audience: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """One call. base: scheme, host and port of the gateway; path: with its query.

    way: ``chained`` asks for a token before by ``order``; ``bearer`` has one that was pasted;
    ``basic`` sends ``order``'s id and secret. expects: the status that was seen last.
    """

    name: str
    base: str
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: str = field(default="", repr=False)
    way: Way = "none"
    order: Order | None = None
    token: str = field(default="", repr=False)
    expects: int | None = None
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """Calls under one name."""

    name: str
    calls: tuple[Saved, ...] = ()

    def file_name(self, ending: str) -> str:
        """Return a name for its file that every system takes."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        kept = _NO_FILE.sub("-", plain).strip("-.")[:60]
        return f"{kept or 'collection'}.{ending}"
