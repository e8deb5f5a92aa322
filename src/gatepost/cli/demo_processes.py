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
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from gatepost.cli.admin_client import DEFAULT, AdminClient
from gatepost.cli.demo_plane import admission, furnish
from gatepost.cli.demo_words import words
from gatepost.node.child import dies_with_parent
from gatepost.values import By, Fault

PORTS = {
    8180: "the identity provider",
    8280: "the upstream",
    8000: "the gateway (HTTP)",
    8443: "the gateway (HTTPS)",
    8007: "the gateway's status API",
    8001: "the control plane's Admin API",
    8005: "the control plane's cluster listener",
    8002: "the console",
}


@dataclass(frozen=True, slots=True)
class Started:
    """A process of the demo. what: its name in a sentence."""

    what: str
    process: subprocess.Popen[bytes]


def run_demo(prefix: Path | None) -> int:
    """Run until Ctrl-C or SIGTERM, or until one of the processes ends."""
    example = _example()
    for port, what in PORTS.items():
        _free(port, what)
    directory = prefix or Path(tempfile.mkdtemp(prefix="gatepost-demo-"))
    directory.mkdir(parents=True, exist_ok=True)
    if prefix is None:
        directory.chmod(0o711)  # nginx's workers, another user where root starts, must get through
    started: list[Started] = []
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell made us ignore SIGINT
        signal.signal(number, _interrupt)
    try:
        _start_all(started, directory, example)
        print(words(example), flush=True)
        while all(one.process.poll() is None for one in started):
            time.sleep(0.2)
        print("gatepost demo: a process ended by itself; stopping the rest", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(started)
        if prefix is None:
            shutil.rmtree(directory, ignore_errors=True)


def _start_all(started: list[Started], directory: Path, example: Path) -> None:
    """Start everything; the node comes last, when there is something for it to run."""
    plane = ["control-plane", "--prefix", str(directory / "control-plane")]
    started.append(_start(plane, "the control plane"))
    started.append(_start(["idp", "--listen", "127.0.0.1:8180"], "the identity provider"))
    started.append(_start(["echo", "--listen", "127.0.0.1:8280"], "the upstream"))
    console = ["console", "--prefix", str(directory / "console")]
    started.append(_start(console, "the console"))
    for one in started:
        _await_ready(one)
    admin = AdminClient(DEFAULT)
    furnish(admin, example)
    node = ["node", "--prefix", str(directory / "node")]
    started.append(_start(node, "the gateway", GATEPOST_TOKEN=admission(admin).reveal()))
    _await_ready(started[-1])


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


def _start(arguments: list[str], what: str, **environment: str) -> Started:
    print(f"starting {what} …", flush=True)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "gatepost", *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C comes to us, and we stop them in order
        preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - there are no threads
        env={name: text for name, text in os.environ.items() if not _setting(name)} | environment,
    )
    return Started(what, process)


def _await_ready(one: Started, patience: float = 60.0) -> None:
    """Wait for the READY line of a process."""
    assert one.process.stdout is not None  # noqa: S101 - a pipe was asked for
    with selectors.DefaultSelector() as selector:
        selector.register(one.process.stdout, selectors.EVENT_READ)
        ready = selector.select(patience)
    line = one.process.stdout.readline().decode("utf-8", "replace") if ready else ""
    if not line.startswith("READY"):
        raise Fault(
            "demo.failed", f"{one.what[0].upper()}{one.what[1:]} did not start.", by=By.OURS
        )
    print(f"{one.what} is up: {line.removeprefix('READY').strip()}", flush=True)


def _setting(name: str) -> bool:
    """Say whether a variable would change what the demo promises."""
    return name.startswith(("GATEPOST_", "KONG_"))


def _stop(started: list[Started]) -> None:
    """Stop the last and then the rest, so that a node does not see its control plane go away."""
    for some in (started[-1:], started[:-1]):
        for one in some:
            if one.process.poll() is None:
                one.process.terminate()
        for one in some:
            try:
                one.process.wait(20)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()
            if one.process.stdout is not None:
                one.process.stdout.close()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
