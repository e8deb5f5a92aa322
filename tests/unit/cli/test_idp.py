import socket
from pathlib import Path

import pytest
import typer

from gatepost.cli.idp import idp


def started(**options: object) -> None:
    given = {"listen": "127.0.0.1:0", "issuer": None, "seed": None, "alg": "RS256"}
    idp(**{**given, "api_token": None, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "192.0.2.1:8180", "nonsense:x"])
def test_a_bad_address_is_refused_with_a_message(
    listen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught:
        started(listen=listen)
    assert caught.value.exit_code == 2
    assert "127.0.0.1" in capsys.readouterr().err


def test_a_bad_seed_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("applications: [{id: a}]")
    with pytest.raises(typer.Exit):
        started(seed=path)
    assert "secret" in capsys.readouterr().err


def test_a_bad_issuer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        started(issuer="nonsense")
    assert "/oauth2/default" in capsys.readouterr().err


def test_an_unknown_algorithm_is_refused_with_the_choice() -> None:
    with pytest.raises(typer.BadParameter, match="ES256"):
        started(alg="none")


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(typer.Exit):
            started(listen=listen)
    assert f"cannot listen on {listen}" in capsys.readouterr().err
