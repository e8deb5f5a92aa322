"""The npm package oidc-provider as a child process, and its clients."""

import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import IO

from tests.providers.form import basic, call

ROOT = Path(__file__).parents[3]
SERVER = Path(__file__).with_name("server.mjs")

OPAQUE = "urn:test:opaque"
JWT = "urn:test:jwt"
ES256 = "urn:test:es256"
BRIEF_JWT = "urn:test:brief-jwt"
BRIEF_OPAQUE = "urn:test:brief-opaque"
SHORT_JWT = "urn:test:short-jwt"
SHORT_OPAQUE = "urn:test:short-opaque"

# Every character here is one that somebody's Basic header has been spoiled by.
BASIC = ("app-basic", "canary-basic s:e%c/r+e&t=~")
POST = ("app-post", "canary-post-s%e+c r:e/t")
BARRED = ("app-barred", "canary-barred-secret")
GATE = ("gate", "canary-gate-secret")
SIGNED_GATE = ("gate-signed", "canary-signed-gate-secret")

CLIENTS = {
    BASIC[0]: {"secret": BASIC[1]},
    POST[0]: {"secret": POST[1], "auth": "client_secret_post"},
    BARRED[0]: {"secret": BARRED[1], "grants": []},
    GATE[0]: {"secret": GATE[1]},
    SIGNED_GATE[0]: {"secret": SIGNED_GATE[1], "signed": True},
}


class OidcProvider:
    """A running provider. It ends with ``close``, and also when this process does."""

    def __init__(self, **more: object) -> None:
        """more: clients beside those above, by their id with ``_`` for ``-``."""
        clients = {**CLIENTS, **{name.replace("_", "-"): told for name, told in more.items()}}
        path = f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        node = _new_enough(shutil.which("node"), shutil.which("node", path=path))
        self._process = subprocess.Popen(
            [node, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(clients).encode() + b"\n")
            self._process.stdin.flush()
            self.issuer = _ready(self._process.stdout)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop it, and wait until it has."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def token(
        self, resource: str | None = JWT, scope: str = "read", client: tuple[str, str] = BASIC
    ) -> str:
        """Return an access token that the provider granted to a client."""
        form = {"grant_type": "client_credentials", "scope": scope}
        if resource is None:
            del form["scope"]
        else:
            form["resource"] = resource
        said = call(
            "POST", f"{self.issuer}/token", form=form, headers={"Authorization": basic(*client)}
        )
        assert said.status == 200, said
        token: str = said.json["access_token"]
        return token

    def revoke(self, token: str) -> None:
        """Revoke a token at the provider (RFC 7009)."""
        url = f"{self.issuer}/token/revocation"
        said = call("POST", url, form={"token": token}, headers={"Authorization": basic(*BASIC)})
        assert said.status == 200, said

    def count(self, path: str) -> int:
        """Return how often a path was asked so far."""
        found: int = call("GET", f"{self.issuer}/test/counts").json.get(path, 0)
        return found

    def do(self, command: str) -> None:
        """Carry out rotate, withdraw or ``retire?client=ID``; see server.mjs."""
        assert call("POST", f"{self.issuer}/test/{command}").status == 200


def _new_enough(*found: str | None) -> str:
    for node in found:
        if node is not None:
            version = subprocess.run(
                [node, "--version"], check=True, capture_output=True, text=True
            )
            major, minor, *_ = version.stdout.lstrip("v").split(".")
            if (int(major), int(minor)) >= (20, 19):
                return node
    raise RuntimeError("there is no Node.js 20.19 or newer; `scripts/setup --test` installs one")


def _ready(out: IO[bytes], seconds: float = 30) -> str:
    deadline = time.monotonic() + seconds
    buffer = b""
    while select.select([out], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(out.fileno(), 4096)
        if not piece:
            raise RuntimeError("the provider ended before it was ready; its errors are above")
        buffer += piece
        for line in buffer.decode(errors="replace").splitlines():
            if line.startswith("READY "):
                return line.split()[1]
    raise RuntimeError(f"the provider was not ready within {seconds} seconds")
