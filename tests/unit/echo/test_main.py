import signal
import subprocess
import sys
import urllib.request

import pytest

from gatepost.echo.__main__ import arguments, main


def test_it_prints_ready_with_its_port_and_ends_on_sigterm() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gatepost.echo", "--port", "0", "--name", "green"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready, url, name = process.stdout.readline().split()
        assert (ready, name) == ("READY", "green")
        with urllib.request.urlopen(f"{url}/get", timeout=5) as answer:
            assert b'"name": "green"' in answer.read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()


def test_the_default_port_is_the_echo_upstreams() -> None:
    assert arguments().parse_args([]).port == 8280


def test_a_client_authority_without_tls_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--client-ca", "x.pem"])
    assert "--client-ca needs --tls" in capsys.readouterr().err
