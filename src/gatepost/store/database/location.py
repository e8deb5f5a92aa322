"""Where the database is: what a URL says, and how it is shown without its password."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gatepost.values import By, Fault


@dataclass(frozen=True, slots=True)
class Location:
    """file: of a SQLite database; None for PostgreSQL. dsn: as PostgreSQL's drivers take it."""

    shown: str
    file: Path | None = None
    dsn: str = field(default="", repr=False)


def located(url: str) -> Location:
    """Read ``sqlite:///file``, ``sqlite:////absolute/file`` or ``postgresql://user:pw@host/name``.

    Raises Fault (operator) ``database.url``.
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise _unusable("it is no URL") from None
    name = parts.database or ""
    if parts.drivername == "sqlite":
        if not name or name == ":memory:" or parts.host or parts.query:
            raise _unusable("after sqlite:/// comes the path of a file, and nothing else")
        return Location(f"sqlite:///{name}", file=Path(name))
    if parts.drivername in {"postgresql", "postgres"}:
        if not name:
            raise _unusable("it names no database")
        place = f"{parts.host or ''}{f':{parts.port}' if parts.port else ''}"
        return Location(f"postgresql://{place}/{name}", dsn=url)
    raise _unusable("it begins with neither sqlite: nor postgresql:")


def _unusable(why: str) -> Fault:
    return Fault(
        "database.url",
        f"The address of the database cannot be used: {why}. Write sqlite:///gatepost.db, or "
        "postgresql://user:password@host:5432/name.",
        by=By.OPERATOR,
    )
