"""Serving the app with uvicorn on a UNIX socket, as a child that does not outlive its parent."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import uvicorn

from gatepost.authorizer.app import Authorizer
from gatepost.authorizer.desk_client import DeskClient
from gatepost.authorizer.tracing import Traces
from gatepost.serving import Server
from gatepost.values import By, Fault
from gatepost.values.plain_text import PlainLines

_PR_SET_PDEATHSIG = 1
_BACKLOG = 2048


def die_with_parent(pid: int = 0) -> bool:
    """Ask the kernel for SIGTERM when the parent dies; False when it is already gone.

    pid: the parent's, as it knew itself; 0 when it did not say. Linux only; elsewhere nothing is
    asked for and True is returned. See prctl(2): the signal comes when the parent's *thread* that
    started this process ends.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # It may have died between its fork and our request, and then no signal comes.
    return os.getppid() == pid if pid else True


def listen(path: str, mode: int = 0o600) -> socket.socket:
    """Return a listening UNIX socket. A stale one is replaced; Fault when one is in use."""
    file = Path(path)
    if file.exists() and stat.S_ISSOCK(file.stat().st_mode):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
            except OSError:
                file.unlink(missing_ok=True)
            else:
                raise Fault(
                    "authorizer.socket_in_use",
                    f"Another process listens on {path}. Stop it, or choose another path.",
                    by=By.OPERATOR,
                )
    own = socket.socket(socket.AF_UNIX)
    before = os.umask(0o777 & ~mode)
    try:
        own.bind(path)
    except OSError:
        own.close()
        raise
    finally:
        os.umask(before)
    own.listen(_BACKLOG)
    own.setblocking(False)
    return own


def write_logs() -> None:
    """Let warnings go to stderr as text, and the audit log as the JSON lines that it is made of."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(PlainLines("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    audit = logging.getLogger("gatepost.audit")
    audit.handlers = [logging.StreamHandler(sys.stderr)]
    audit.setLevel(logging.INFO)
    audit.propagate = False


async def serve(
    path: str,
    secret: bytes,
    *,
    mode: int = 0o600,
    fact_mib: int = 64,
    desk: Path | None = None,
    traces: int = 0,
) -> None:
    """Serve until a signal; what was asked is answered first.

    desk: the agent's socket. traces: of each sort in a second.
    """
    write_logs()
    # What is loaded by now stays; the collector need not walk through it again and again.
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    # A group that may reach the socket (nginx's workers) may ask, and nothing else.
    guarded = bool(mode & 0o077)
    client = DeskClient(desk, secret) if desk is not None else None
    app = Authorizer(
        secret,
        fact_limit=fact_mib * 1_048_576,
        guarded=guarded,
        desk=client,
        traces=Traces(traces),
    )
    config = uvicorn.Config(
        app,
        http="httptools",
        loop="none",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        backlog=_BACKLOG,
    )
    server = Server(config)  # signals are ours, so that the process ends with status 0
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.end)
    try:
        # The socket stays behind: by then it may be a successor's, who replaces a stale one.
        await server.serve(sockets=[listen(path, mode)])
    finally:
        await app.close()
