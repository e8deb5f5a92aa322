"""The processes of the demo: started in order, watched, and stopped together."""

import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from gatepost.node.child import dies_with_parent
from gatepost.values import By, Fault

PORTS = {
    8180: "the identity provider",
    8280: "the upstream",
    8000: "the gateway (HTTP)",
    8443: "the gateway (HTTPS)",
    8007: "the gateway's status API",
}

_WORDS = """
Everything is up. Ctrl-C stops it all.

  gateway    http://127.0.0.1:8000   (and https://127.0.0.1:8443)
  status     http://127.0.0.1:8007/status
  provider   http://127.0.0.1:8180/oauth2/default
  upstream   http://127.0.0.1:8280
  routes     {example}

Try, in another terminal:

  1. No policy: 200
     curl -i localhost:8000/open/get

  2. Client credentials: without, 401; with, 200. The upstream sees a Bearer token and
     Issuer-Header instead of the secret; the second time nobody asks the provider.
     curl -i localhost:8000/oidcroute/get
     curl -i -u tutorial-jwt:tutorial-jwt-secret localhost:8000/oidcroute/get

  3. A token from the provider, asked about at every request
     TOKEN=$(curl -s -u tutorial-opaque:tutorial-opaque-secret -d grant_type=client_credentials \\
       -d scope=read localhost:8180/oauth2/default/v1/token | \\
       {python} -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
     curl -i -H "Authorization: Bearer $TOKEN" localhost:8000/introspection/get

     Switch the application off and on: the next request is 401; after that a new token works.
     curl -X POST localhost:8180/api/v1/apps/tutorial-opaque/lifecycle/deactivate
     curl -i -H "Authorization: Bearer $TOKEN" localhost:8000/introspection/get
     curl -X POST localhost:8180/api/v1/apps/tutorial-opaque/lifecycle/activate

  4. A signed token, then revoked: the very next request is 401
     JWT=$(curl -s -u tutorial-jwt:tutorial-jwt-secret -d grant_type=client_credentials \\
       -d scope=read localhost:8180/oauth2/default/v1/token | \\
       {python} -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
     curl -i -H "Authorization: Bearer $JWT" localhost:8000/jwt/get
     {gatepost} revoke --token "$JWT" --status http://127.0.0.1:8007
     curl -i -H "Authorization: Bearer $JWT" localhost:8000/jwt/get

And in a browser on this machine:

  5. A person logs in: as alice with alice-password, or as bob with bob-password. The page shows
     who the upstream thinks you are, and your id token, taken apart. Log out at its top.
     http://127.0.0.1:8000/app/

  6. A second application: while alice is logged in to the first, it asks for no password. It is
     for admins, so bob gets 403.
     http://127.0.0.1:8000/other/

  7. The administrator ends all of alice's logins: the next click in either window logs in anew
     curl -X DELETE localhost:8180/api/v1/users/alice/sessions
"""


def run_demo(prefix: Path | None) -> int:
    """Run until Ctrl-C or SIGTERM, or until one of the processes ends."""
    example = _example()
    for port, what in PORTS.items():
        _free(port, what)
    directory = prefix or Path(tempfile.mkdtemp(prefix="gatepost-demo-"))
    started: list[subprocess.Popen[bytes]] = []
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell made us ignore SIGINT
        signal.signal(number, _interrupt)
    try:
        started.append(_start(["idp", "--listen", "127.0.0.1:8180"], "the identity provider"))
        started.append(_start(["echo", "--listen", "127.0.0.1:8280"], "the upstream"))
        node = ["run", str(example), "--prefix", str(directory)]
        started.append(_start(node, "the gateway"))
        print(_WORDS.format(example=example, python=_python(), gatepost=_gatepost()), flush=True)
        while all(process.poll() is None for process in started):
            time.sleep(0.2)
        print("gatepost demo: a process ended by itself; stopping the rest", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(started)
        if prefix is None:
            shutil.rmtree(directory, ignore_errors=True)


def _example() -> Path:
    for folder in (Path.cwd(), Path(__file__).resolve().parents[3]):
        file = folder / "examples" / "demo" / "kong.yaml"
        if file.is_file():
            return file
    raise Fault(
        "demo.missing",
        "examples/demo/kong.yaml is not here. Run the demo from a checkout of Gatepost.",
        by=By.OPERATOR,
    )


def _free(port: int, what: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Fault(
                "listen.taken",
                f"Port {port} is in use, and {what} needs it. See who has it with "
                f"`ss -ltnp 'sport = :{port}'`, and stop that first.",
                by=By.OPERATOR,
            ) from None


def _start(arguments: list[str], what: str, patience: float = 60.0) -> subprocess.Popen[bytes]:
    """Start one process and wait for its READY line."""
    print(f"starting {what} …", flush=True)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "gatepost", *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C comes to us, and we stop them in order
        preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - there are no threads
        env={name: text for name, text in os.environ.items() if not _setting(name)},
    )
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        ready = selector.select(patience)
    line = process.stdout.readline().decode("utf-8", "replace") if ready else ""
    if not line.startswith("READY"):
        _stop([process])
        raise Fault("demo.failed", f"{what[0].upper()}{what[1:]} did not start.", by=By.OURS)
    return process


def _setting(name: str) -> bool:
    """Say whether a variable would change what the demo promises."""
    return name.startswith(("GATEPOST_", "KONG_"))


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(processes):
        if process.poll() is None:
            process.terminate()
    for process in reversed(processes):
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _gatepost() -> str:
    beside = Path(sys.executable).with_name("gatepost")
    return str(beside) if beside.exists() else f"{sys.executable} -m gatepost"


def _python() -> str:
    return sys.executable
