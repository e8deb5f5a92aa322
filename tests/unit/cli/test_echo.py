import socket

import pytest
import typer

from gatepost.cli.echo import echo


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "192.0.2.1:8280", "nonsense:x"])
def test_a_bad_address_is_refused_with_a_message(
    listen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught:
        echo(listen=listen, name="echo")
    assert caught.value.exit_code == 2
    assert "127.0.0.1" in capsys.readouterr().err


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(typer.Exit):
            echo(listen=listen, name="echo")
    assert f"cannot listen on {listen}" in capsys.readouterr().err
