from pathlib import Path

import pytest

from gatepost.store.database import Database
from gatepost.values import By, Fault
from tests.databases import KEY
from tests.ports import free_port
from tests.postgres import PostgresServer

pytestmark = pytest.mark.anyio


async def refusal(url: str) -> Fault:
    with pytest.raises(Fault) as caught:
        await Database.open(url, KEY)
    assert (caught.value.code, caught.value.by) == ("database.unreachable", By.OPERATOR)
    assert "s3cret" not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None
    return caught.value


async def test_a_directory_that_is_not_there_or_is_none_says_so(tmp_path: Path) -> None:
    fault = await refusal(f"sqlite:///{tmp_path}/missing/a.db")
    assert "no such file or directory" in fault.message
    assert f"{tmp_path}/missing" in fault.message
    (tmp_path / "file").touch()
    assert "not a directory" in (await refusal(f"sqlite:///{tmp_path}/file/a.db")).message


async def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database" * 100)
    assert (await refusal(f"sqlite:///{tmp_path}/a.db")).cause == "SQLITE_NOTADB"
    assert (tmp_path / "a.db").read_bytes() == b"not a database" * 100


async def test_a_server_that_is_away_says_so() -> None:
    fault = await refusal(f"postgresql://ann:s3cret@127.0.0.1:{free_port()}/x")
    assert "See that PostgreSQL runs there" in fault.message


async def test_a_server_that_does_not_know_the_database_or_the_user_says_so(
    postgres: PostgresServer,
) -> None:
    assert "no database of this name" in (await refusal(postgres.url("missing"))).message
    strange = postgres.url("postgres").replace("gatepost@", "nobody:s3cret@")
    assert "does not know this user" in (await refusal(strange)).message


async def test_an_odd_option_in_the_url_says_so() -> None:
    await refusal("postgresql://ann:s3cret@127.0.0.1:1/x?sslmode=odd")
