"""An authorizer whose answers a test writes: it listens where an EngineWorld asks."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from gatepost.engine.answer import write_answer
from gatepost.engine.question import Question, read_question
from gatepost.plugin import Decision, Memory

Judge = Callable[[Question], tuple[Decision, Memory]]


@dataclass
class ScriptedAuthorizer:
    """A small HTTP/1.1 server on a UNIX socket. asked: the questions, in the order they came."""

    path: Path
    secret: bytes
    judge: Judge
    asked: list[Question] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self.path))
        self.path.chmod(0o666)  # root's workers are somebody else
        self._listener.listen(64)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        with contextlib.suppress(OSError), connection:
            while stream.readline():
                length = 0
                while line := stream.readline().strip().lower():
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                question = read_question(stream.read(length))
                self.asked.append(question)
                decision, memory = self.judge(question)
                body = write_answer(decision, memory, "scripted", self.secret)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body))
                connection.sendall(body)
