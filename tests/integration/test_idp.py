"""`gatepost idp` as a process: what a person who types the command gets."""

import base64
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

GATEPOST = Path(sys.executable).with_name("gatepost")

SEED = """
applications:
  - {id: shop, secret: canary-app-secret, grants: [client_credentials, password], scopes: [read]}
users:
  - {login: ann, password: canary-user-password}
"""


@pytest.fixture
def idp(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    seed = tmp_path / "seed.yaml"
    seed.write_text(SEED)
    process = subprocess.Popen(
        [GATEPOST, "idp", "--listen", "127.0.0.1:0", "--seed", seed],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def post(url: str, form: str) -> bytes:
    credentials = base64.b64encode(b"shop:canary-app-secret").decode()
    request = urllib.request.Request(url, form.encode(), {"Authorization": f"Basic {credentials}"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        body: bytes = answer.read()
    return body


def test_the_command_serves_until_sigterm_and_says_nothing_secret(
    idp: subprocess.Popen[str],
) -> None:
    assert idp.stdout is not None
    ready, url, word, issuer = idp.stdout.readline().split()
    assert (ready, word, issuer) == ("READY", "issuer", f"{url}/oauth2/default")
    form = "grant_type=password&username=ann&password=canary-user-password"
    token = json.loads(post(f"{issuer}/v1/token", form))["access_token"]
    answer = json.loads(post(f"{issuer}/v1/introspect", f"token={token}"))
    assert answer["username"] == "ann"
    deactivate = f"{url}/api/v1/users/ann/lifecycle/deactivate"
    urllib.request.urlopen(urllib.request.Request(deactivate, b""), timeout=5).close()
    assert json.loads(post(f"{issuer}/v1/introspect", f"token={token}")) == {"active": False}
    idp.send_signal(signal.SIGTERM)
    out, err = idp.communicate(timeout=10)
    assert idp.returncode in (0, -signal.SIGTERM)
    assert (out, err) == ("", "")


def test_a_second_one_on_the_same_port_says_so(idp: subprocess.Popen[str]) -> None:
    assert idp.stdout is not None
    address = idp.stdout.readline().split()[1].removeprefix("http://")
    second = subprocess.run(
        [GATEPOST, "idp", "--listen", address],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1
    assert f"cannot listen on {address}" in second.stderr
