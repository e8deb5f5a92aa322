from pathlib import Path

import pytest

from gatepost.store.database.location import located
from gatepost.values import Fault


def test_a_file_is_named_from_here_or_from_the_root() -> None:
    assert located("sqlite:///gatepost.db").file == Path("gatepost.db")
    assert located("sqlite:////var/lib/gatepost.db").file == Path("/var/lib/gatepost.db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_password_is_not_shown(scheme: str) -> None:
    found = located(f"{scheme}://ann:s3cret@db.test:5433/gatepost?password=s3cret")
    assert found.shown == "postgresql://db.test:5433/gatepost"
    assert "s3cret" not in repr(found)
    assert "s3cret" in found.dsn


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gatepost.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/s3cret",
        "sqlite:///a.db?mode=s3cret",
        "mysql://ann:s3cret@db/x",
        "postgresql://ann:s3cret@db",
        "postgresql://ann:s3cret@db:port/x",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(Fault) as caught:
        located(url)
    assert caught.value.code == "database.url"
    assert "s3cret" not in f"{caught.value!s} {caught.value!r}"
    assert "sqlite:///gatepost.db" in caught.value.message
