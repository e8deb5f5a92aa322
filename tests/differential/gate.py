"""A real nginx with two workers and the telling authorizer beside it."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

from gatepost.engine import EngineSettings, PlanSpec
from gatepost.model import Snapshot
from gatepost.plugin import Person, PlanDefinition, Revocation
from tests.differential.plans import PEOPLE
from tests.integration.engine_world import Answer, EngineWorld, changed

_ROOT = Path(__file__).parents[2]
_EMPTY = '{"_format_version": "3.0"}'


Settings = Callable[[EngineSettings], EngineSettings]

ROOMY = changed(refusal_rate=1e6, refusal_burst=1e6)
"""Settings under which no address runs out of its budget."""

_SURGERY = """
    location = /surgery {
      content_by_lua_block {
        ngx.req.read_body()
        local work = assert(loadstring(ngx.req.get_body_data()))
        ngx.print(tostring(work()))
      }
    }
    location = /health {"""


def _with_surgery(conf: str) -> str:
    """Let a test run Lua inside a worker, over the push socket."""
    assert conf.count("    location = /health {") == 1
    return conf.replace("    location = /health {", _SURGERY)


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("authorizer", timeout=20)
        self._path = path

    def connect(self) -> None:
        import socket

        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Gate:
    """nginx and an authorizer under one secret. Everything here blocks: use threads in a loop."""

    def __init__(
        self,
        *,
        workers: int = 2,
        settings: Settings | None = None,
    ) -> None:
        self.world = EngineWorld(
            _EMPTY, workers=workers, settings=settings or ROOMY, extra_conf=_with_surgery
        )
        self._authorizer: subprocess.Popen[bytes] | None = None
        self._known: dict[str, PlanDefinition] = {}

    def __enter__(self) -> Self:
        try:
            self.world.start()
            self.start_authorizer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_authorizer()
        self.world.close()

    @property
    def port(self) -> int:
        return self.world.port

    @property
    def secret(self) -> bytes:
        return (self.world.root / "secret").read_bytes()

    def start_authorizer(self) -> None:
        socket = self.world.authorizer_socket
        command = [sys.executable, "-m", "tests.differential.process", str(socket)]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        with (self.world.root / "authorizer.log").open("ab") as log:
            self._authorizer = subprocess.Popen(
                command, stdin=subprocess.PIPE, stderr=log, cwd=_ROOT, env=environment
            )
        assert self._authorizer.stdin is not None
        self._authorizer.stdin.write(self.secret.hex().encode() + b"\n")
        self._authorizer.stdin.close()
        self.world.wait(lambda: self.authorizer("GET", "/health").status == 200)

    def stop_authorizer(self) -> None:
        if self._authorizer is not None:
            self._authorizer.kill()
            self._authorizer.wait()
            self._authorizer = None

    def authorizer(self, method: str, path: str, content: Any = None) -> Answer:
        connection = _Unix(self.world.authorizer_socket)
        try:
            body = None if content is None else json.dumps(content).encode()
            connection.request(method, path, body)
            reply = connection.getresponse()
            return Answer(reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()

    def load(
        self,
        snapshot: Snapshot,
        definitions: dict[str, PlanDefinition],
        specs: dict[str, PlanSpec | None],
        people: Iterable[Person] = PEOPLE,
    ) -> None:
        """Bind, then push: no request is judged by rules that did not route it."""
        self._known |= definitions
        consumers = [
            {"id": one.id, "username": one.username, "custom_id": one.custom_id} for one in people
        ]
        plans = {one.id: one.text for one in self._known.values()}
        bound = self.authorizer(
            "POST", "/bind", {"plans": plans, "live": [*plans], "consumers": consumers}
        )
        assert bound.status == 200, bound.body
        self.world.push(snapshot, specs)

    def forget_plans(self) -> None:
        """Take note that the secret is another: no plan that was known has its id any more."""
        self._known.clear()

    def revoke(self, *revocations: Revocation, authorizer: bool = True) -> None:
        """Tell the authorizer, then the engine; when this returns it holds everywhere."""
        if authorizer:
            told = self.authorizer("POST", "/revoke", [one.to_json() for one in revocations])
            assert told.status == 200, told.body
        digests = b"".join(one.tag.digest(self.secret) for one in revocations)
        self.world.sent("/revoke", digests)

    def surgery(self, lua: str) -> str:
        """Run Lua in whichever worker answers; return what it returned, as text."""
        answer = self.world.control("POST", "/surgery", lua.encode())
        assert answer.status == 200, answer.body
        return answer.body.decode()

    def asked(self, *, peek: bool = False) -> list[str]:
        """Return the X-Case of every question since the last time. peek: and leave them."""
        told = self.authorizer("POST", "/asked", {"peek": peek}).json()
        assert isinstance(told, list)
        return told

    def wait_for_question(self) -> None:
        """Return when something was asked, and had the time to be judged."""
        self.world.wait(lambda: bool(self.asked(peek=True)))
        time.sleep(0.1)

    def behave(self, **how: Any) -> None:
        assert self.authorizer("POST", "/behave", how).status == 200

    def decisions(self) -> dict[str, float]:
        """Return the engine's decision counters; they are up to a second old."""
        counters = self.world.control("GET", "/metrics").json()["counters"]
        prefix = "decision\t"
        return {
            key.removeprefix(prefix): n for key, n in counters.items() if key.startswith(prefix)
        }

    def workers_that_remember(self) -> int:
        """Return how many workers hold something in their own memory."""
        counters = self.world.control("GET", "/metrics").json()["counters"]
        own = [n for key, n in counters.items() if key.startswith("bytes\tlevel1\t")]
        return sum(n > 0 for n in own)
