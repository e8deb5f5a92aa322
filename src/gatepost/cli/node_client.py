"""Talking to the status API of a node, found by address or by its directory."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from gatepost.values import By, Fault


class StatusClient:
    """Calls to one status API. Raises Fault with the node's own words when it refuses."""

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme != "http" or not parts.hostname:
            raise Fault(
                "settings.invalid",
                f"--status: {url!r} is no address. Write http://127.0.0.1:8007.",
                by=By.OPERATOR,
            )
        self._url = f"http://{parts.netloc}"
        self._host, self._port = parts.hostname, parts.port or 8007
        self._token = token

    @classmethod
    def find(cls, url: str | None, prefix: Path | None, environ: Mapping[str, str]) -> Self:
        """Return the client of the node that is meant: by URL, by prefix, or the default one."""
        from gatepost.cli.node_settings import default_prefix

        token = environ.get("GATEPOST_STATUS_TOKEN")
        url = url or (None if prefix else environ.get("GATEPOST_STATUS"))
        if url is not None:
            return cls(url, token)
        named = prefix or environ.get("GATEPOST_PREFIX") or environ.get("KONG_PREFIX")
        directory = Path(named) if named else default_prefix(environ)
        try:
            about = json.loads((directory / "node.json").read_bytes())
            return cls(str(about["status"]), token)
        except PermissionError:
            raise Fault(
                "status.unknown_node",
                f"{directory} belongs to another user. Name the status API with --status.",
                by=By.OPERATOR,
            ) from None
        except (OSError, ValueError, KeyError):
            if named is None:
                return cls("http://127.0.0.1:8007", token)
            raise Fault(
                "status.unknown_node",
                f"No node runs with the directory {directory}. Start one with gatepost run, or "
                "name its status API with --status.",
                by=By.OPERATOR,
            ) from None

    def get(self, path: str) -> Any:
        """GET and read JSON."""
        return self._call("GET", path, None)

    def post(self, path: str, value: Any) -> Any:
        """POST JSON and read JSON."""
        return self._call("POST", path, json.dumps(value).encode())

    def _call(self, method: str, path: str, body: bytes | None) -> Any:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise Fault(
                "status.unreachable",
                f"No node answers at {self._url}. Is it running? Name its status API with "
                "--status, or its directory with --prefix.",
                by=By.OURS,
                cause=type(error).__name__,
            ) from None
        finally:
            connection.close()
        try:
            answer = json.loads(content)
        except ValueError:
            answer = {"message": f"{self._url} is not a status API of Gatepost."}
            reply.status = max(reply.status, 400)
        if reply.status >= 400:
            by = By.CLIENT if reply.status < 500 else By.OURS
            raise Fault("status.refused", str(answer.get("message", reply.status)), by=by)
        return answer
