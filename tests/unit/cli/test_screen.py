import pytest
import typer

from gatepost.cli.screen import failures
from gatepost.values import By, Fault
from gatepost.values.plain_text import plain


@pytest.mark.parametrize(
    ("by", "status"), [(By.OPERATOR, 2), (By.CLIENT, 2), (By.OURS, 1), (By.PROVIDER, 1)]
)
def test_a_fault_is_told_in_words_and_a_status(
    by: By, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught, failures("run"):
        raise Fault("a.code", "It is wrong.\nDo this.", by=by)
    assert caught.value.exit_code == status
    assert capsys.readouterr().err == "gatepost run: It is wrong.\n  Do this.\n"


def test_many_lines_fit_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(f"mistake {number}" for number in range(100))
    with pytest.raises(typer.Exit), failures("run"):
        raise Fault("a.code", text, by=By.OPERATOR)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 41
    assert lines[-1] == "  … and 60 more"


def test_an_error_of_the_system_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, failures("run"):
        open("/no/such/file")  # noqa: SIM115
    assert caught.value.exit_code == 1
    assert "/no/such/file: No such file" in capsys.readouterr().err


def test_nothing_that_is_told_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), failures("apply"):
        raise Fault("a.code", "a\x1b[2Jb\n\u202ec\x9b0m", by=By.CLIENT)
    assert capsys.readouterr().err == "gatepost apply: a\\x1b[2Jb\n  \\u202ec\\x9b0m\n"


def test_a_text_of_somebody_else_does_not_move_the_cursor() -> None:
    assert plain("gäte\x1b[2J\n") == "gäte\\x1b[2J\\n"
