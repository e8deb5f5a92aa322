import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from gatepost.store.database.faults import cut, name_of, told, translated
from gatepost.values import By


def busy() -> sqlite3.OperationalError:
    """Make the error of a file that somebody else writes."""
    error = sqlite3.OperationalError("database is locked: s3cret")
    error.sqlite_errorname = "SQLITE_BUSY"
    return error


def test_a_database_that_does_not_answer_is_nobody_elses_fault_and_worth_another_try() -> None:
    for error in (OperationalError("SELECT s3cret", {}, busy()), OSError("s3cret"), TimeoutError()):
        fault = translated(error)
        assert (fault.code, fault.by, fault.retry_after) == ("database.unavailable", By.OURS, 1)
        assert "s3cret" not in str(fault)


def test_what_the_database_does_not_take_names_the_statement_and_no_value() -> None:
    error = IntegrityError("INSERT INTO\n  x", {"a": "s3cret"}, sqlite3.IntegrityError("s3cret"))
    fault = translated(error)
    assert (fault.code, fault.cause) == ("database.refused", "IntegrityError: INSERT INTO x")


def test_an_end_that_nobody_saw_says_so() -> None:
    assert cut(OSError()).code == "database.cut"


def test_the_drivers_own_name_of_an_error_is_told() -> None:
    assert name_of(OperationalError("", {}, busy())) == "SQLITE_BUSY"
    assert name_of(ConnectionResetError()) == "ConnectionResetError"


def test_nothing_of_the_drivers_error_hangs_on_the_fault() -> None:
    with pytest.raises(Exception, match=r"database\.unavailable") as caught, told():
        raise OperationalError("", {}, busy())
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
