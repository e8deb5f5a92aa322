"""The World: a provider, an upstream and a node with a kong.yaml, as processes on free ports.

    with World.start(kong_yaml) as world:
        assert world.get("/open/get").status == 200

Everything that any of the processes writes is collected, and when the World ends it is searched
for every secret that was used in it: one that is found fails the test.
"""

import contextlib
import http.client
import json
import os
import queue
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    fields: tuple[tuple[str, str], ...] = ()

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Plain HTTP to one origin, a connection a request; nothing is added or followed."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.tls, self.host, self.port = parts.scheme == "https", parts.hostname, parts.port or 80

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = PATIENCE,
    ) -> Answer:
        connection: http.client.HTTPConnection
        if self.tls:
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(
                self.host, self.port, timeout=timeout, context=trusting
            )
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            content = reply.read()
            fields = tuple(reply.getheaders())
            return Answer(reply.status, {k.lower(): v for k, v in fields}, content, fields)
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("GET", path, headers=headers)

    def post_json(self, path: str, value: Any = None) -> Answer:
        body = json.dumps(value).encode()
        return self.send("POST", path, body, {"Content-Type": "application/json"})


class Process:
    """A child whose output is kept; ``ready`` is its READY line."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.lines: list[str] = []
        self._ready: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.popen = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._read, args=(stream,), daemon=True)
            for stream in (self.popen.stdout, self.popen.stderr)
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Any) -> None:
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            self.lines.append(line)
            if line.startswith("READY"):
                self._ready.put(line)
        self._ready.put(None)

    def ready(self, patience: float = PATIENCE) -> str:
        """Wait for READY; fails with everything that the process said."""
        deadline = time.monotonic() + patience
        ended = 0
        while ended < 2:
            try:
                line = self._ready.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                break
            if line is not None:
                return line
            ended += 1
        raise AssertionError(f"{self.name} is not READY; it said:\n" + "\n".join(self.lines))

    def stop(self, number: signal.Signals = signal.SIGTERM, patience: float = 20.0) -> int:
        self.popen.send_signal(number)  # nothing happens when it has ended
        return self.ended(number, patience)

    def ended(self, told: signal.Signals = signal.SIGTERM, patience: float = 20.0) -> int:
        try:
            self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"{self.name} did not end after {told.name}") from None
        for reader in self._readers:
            reader.join(5)
        for stream in (self.popen.stdout, self.popen.stderr):
            if stream is not None:
                stream.close()
        return self.popen.returncode

    @property
    def output(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Node:
    """A further node of a World."""

    process: Process
    proxy: Client
    status: Client
    prefix: Path

    def get(self, path: str, token: str | None = None) -> Answer:
        return self.proxy.get(path, {"Authorization": f"Bearer {token}"} if token else None)


ANY_REFUSALS = ("--refusal-budget", "100000")
"""For nodes that refuse much: everybody in a test comes from one address."""


@dataclass
class World:
    """What runs. ``secrets`` are looked for at the end; add every token a test makes up."""

    directory: Path
    text: str
    run_arguments: tuple[str, ...] = ()
    program: str = "gatepost"
    environment: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    processes: list[Process] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    idp: Client = field(init=False)
    echo: Client = field(init=False)
    proxy: Client = field(init=False)
    proxy_ssl: Client = field(init=False)
    status: Client = field(init=False)
    node: Process = field(init=False)
    idp_process: Process = field(init=False)

    @classmethod
    @contextlib.contextmanager
    def start(
        cls,
        text: str,
        *,
        arguments: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        node: bool = True,
        program: str = "gatepost",
        secrets: tuple[str, ...] = (),
    ) -> "Iterator[World]":
        """Run a World with this kong.yaml, in which ``$IDP``, ``$ISSUER`` and ``$ECHO`` stand for
        the provider, its issuer and the upstream. program: the module that nodes are run by.
        """
        directory = Path(tempfile.mkdtemp(prefix="gatepost-world-"))
        directory.chmod(0o711)
        base = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "TMPDIR")
            if name in os.environ
        }
        world = cls(directory, text, arguments, program, {**base, **(environment or {})})
        own = ("gateway-secret", "tutorial-opaque-secret", "tutorial-jwt-secret")
        world.secrets |= {*own, *secrets}
        try:
            world.start_idp()
            world.start_echo()
            world.write(text)
            if node:
                world.start_node()
            yield world
            world.look()
            world.stop()
            world.scan()
        finally:
            world.stop()
            shutil.rmtree(directory, ignore_errors=True)

    # -- processes

    def spawn(self, name: str, *arguments: str) -> Process:
        program = self.program if arguments[0] == "run" else "gatepost"
        command = [sys.executable, "-W", "error", "-P", "-m", program, *arguments]
        process = Process(name, command, self.environment)
        self.processes.append(process)
        return process

    def start_idp(self, port: int = 0) -> None:
        self.idp_process = self.spawn("idp", "idp", "--listen", f"127.0.0.1:{port}")
        self.idp = Client(_url(self.idp_process.ready()))

    def start_echo(self) -> None:
        self.echo_process = self.spawn("echo", "echo", "--listen", "127.0.0.1:0")
        self.echo = Client(_url(self.echo_process.ready()))

    def start_node(self, *more: str, proxy: str = "127.0.0.1:0") -> None:
        """Start the node (again); its addresses are new unless told."""
        self.node, ready = self._run_node("node", self.prefix, *more, proxy=proxy)
        self.proxy, self.status = Client(ready["proxy"]), Client(ready["status"])
        self.proxy_ssl = Client(ready["proxy-ssl"])

    def second_node(self, name: str = "second", *more: str) -> Node:
        """Start a further node with the same kong.yaml and a directory of its own."""
        prefix = self.directory / name
        process, ready = self._run_node(name, prefix, *more)
        return Node(process, Client(ready["proxy"]), Client(ready["status"]), prefix)

    def _run_node(
        self, name: str, prefix: Path, *more: str, proxy: str = "127.0.0.1:0"
    ) -> tuple[Process, dict[str, str]]:
        node = self.spawn(
            name, "run", str(self.file), "--prefix", str(prefix),
            "--proxy", proxy, "--proxy-ssl", "127.0.0.1:0", "--status", "127.0.0.1:0",
            "--workers", "2", "--drain", "2s", *self.run_arguments, *more,
        )  # fmt: skip
        return node, dict(word.split("=", 1) for word in node.ready().split()[1:])

    def stop(self) -> None:
        """Stop all nodes at once, then what is behind them."""
        errors = []
        behind = [process for process in self.processes if process.name in ("idp", "echo")]
        for together in ([one for one in self.processes if one not in behind], behind):
            for process in together:
                process.popen.send_signal(signal.SIGTERM)
            for process in together:
                try:
                    process.ended()
                except AssertionError as error:
                    errors.append(str(error))
        assert not errors, errors

    # -- configuration

    @property
    def file(self) -> Path:
        return self.directory / "kong.yaml"

    @property
    def prefix(self) -> Path:
        return self.directory / "node"

    @property
    def issuer(self) -> str:
        return f"{self.idp.url}/oauth2/default"

    def write(self, text: str) -> None:
        """Replace the kong.yaml, as an editor does."""
        for name, value in (
            ("$ISSUER", self.issuer),
            ("$IDP", self.idp.url),
            ("$ECHO", self.echo.url),
        ):
            text = text.replace(name, value)
        draft = self.file.with_suffix(".new")
        draft.write_text(text)
        draft.replace(self.file)

    def change(self, text: str, patience: float = PATIENCE) -> None:
        """Replace the kong.yaml and wait until the node runs it."""
        before = self.versions()
        self.write(text)
        self.until(lambda: self.versions() > before, "the node takes the new kong.yaml", patience)

    def versions(self) -> int:
        return int(self.status.get("/status").json()["configuration"]["versions"])

    def until(
        self, true: Callable[[], bool], what: str, patience: float = PATIENCE, every: float = 0.05
    ) -> None:
        deadline = time.monotonic() + patience
        while not true():
            assert time.monotonic() < deadline, f"waited in vain until {what}\n{self.node.output}"
            time.sleep(every)

    # -- clients

    def get(self, path: str, token: str | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return self.proxy.get(path, sent)

    def basic(self, name: str, secret: str) -> dict[str, str]:
        self.secrets.add(secret)
        encoded = b64encode(f"{name}:{secret}".encode()).decode()
        self.secrets.add(encoded)
        return {"Authorization": f"Basic {encoded}"}

    def token(
        self, client: str = "tutorial-opaque", secret: str | None = None, scope: str = "read"
    ) -> str:
        """Get an access token from the provider by client credentials."""
        body = urlencode({"grant_type": "client_credentials", "scope": scope}).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        headers = {**form, **self.basic(client, secret or f"{client}-secret")}
        answer = self.idp.send("POST", "/oauth2/default/v1/token", body, headers)
        assert answer.status == 200, answer.body
        token = str(answer.json()["access_token"])
        self.secrets.add(token)
        return token

    def calls(self, endpoint: str) -> int:
        """Return how often an endpoint of the provider was called."""
        counters = self.idp.get("/dev/counters").json()
        return int(counters["endpoints"].get(endpoint, 0))

    def gatepost(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-P", "-m", "gatepost", *arguments],
            input=stdin, capture_output=True, text=True, timeout=60, env=self.environment,
            check=False,
        )  # fmt: skip
        self.shown += [done.stdout, done.stderr]
        return done

    def revoke(self, **wish: str) -> Answer:
        """Revoke over the status API."""
        return self.status.post_json("/revocations", wish)

    # -- the canary

    def look(self) -> None:
        """Keep what the node shows of itself, for the scan."""
        with contextlib.suppress(OSError, AttributeError):
            for path in ("/status", "/metrics", "/revocations"):
                self.shown.append(self.status.get(path).body.decode())

    def scan(self) -> None:
        """Fail when a secret of this World is in a log, a metric, a status or a command's words."""
        texts = {process.name: process.output for process in self.processes}
        for number, text in enumerate(self.shown):
            texts[f"shown {number}"] = text
        for log in self.directory.rglob("*.log"):
            texts[str(log)] = log.read_text("utf-8", "replace")
        found = [
            f"{secret[:6]}… in {where}"
            for where, text in texts.items()
            for secret in self.secrets
            if len(secret) >= 8 and secret in text
        ]
        assert not found, f"secrets were written: {found}"


def _url(line: str) -> str:
    return next(word for word in line.split() if word.startswith("http"))
