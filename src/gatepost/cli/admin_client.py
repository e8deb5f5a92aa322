"""Talking to the Admin API of a control plane."""

import contextlib
import email.utils
import http.client
import ipaddress
import json
import ssl
import sys
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from gatepost.values import By, Fault

DEFAULT = "http://127.0.0.1:8001"
_UNKNOWN = "it is not known, has ended or was revoked."
_PATIENCE = 600  # seconds: ten thousand routes on a small machine take some


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. body: bytes as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def now(self) -> float:
        """When it was given, in Unix seconds by the clock of who gave it: ages are told by that."""
        try:
            return email.utils.parsedate_to_datetime(self.headers["date"]).timestamp()
        except (KeyError, ValueError):
            return time.time()


@dataclass(frozen=True, slots=True)
class Listed:
    """All of a collection. now: Unix seconds, by the control plane's clock."""

    items: list[Any]
    now: float


class AdminClient:
    """Calls to one control plane. Raises Fault with its own words when it refuses.

    option: the one by which the token is given, for words about it.
    """

    def __init__(self, url: str, token: str | None = None, *, option: str = "--token") -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
            raise Fault(
                "settings.invalid",
                f"--admin: {url!r} is no address. Write {DEFAULT}.",
                by=By.OPERATOR,
            )
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._make = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._host, self._port, self._base = parts.hostname, port, parts.path.rstrip("/")
        self._token, self._option = token, option
        self._named = False
        if token and parts.scheme == "http" and not _is_loopback(parts.hostname):
            print(f"warning: the token goes to {self.url} unencrypted", file=sys.stderr)

    @classmethod
    def find(
        cls,
        url: str | None,
        token: str | None,
        environ: Mapping[str, str],
        control_plane: str | None = None,
        *,
        option: str = "--token",
    ) -> Self:
        """Return the client for what was said, on the command line or in the environment.

        token: itself, or ``@FILE``; option: by which it was given. control_plane: the name of one
        that is not the default.
        """
        where = url or environ.get("GATEPOST_ADMIN_URL") or DEFAULT
        found = cls(where, _token(token, environ, option), option=option)
        if control_plane is not None:
            found._base += f"/v2/control-planes/{found.plane(control_plane)}/core-entities"
            found._named = True
        return found

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Iterable[tuple[str, str]] = (),
    ) -> Answer:
        """Send a request and return the answer, whatever its status. Fault when none came."""
        asked = urllib.parse.urlencode(list(query))
        whole = f"{self._base}{path}" + (f"?{asked}" if asked else "")
        sent = dict(headers or {})
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        connection = self._make(self._host, self._port, timeout=_PATIENCE)
        try:
            connection.request(method, whole, body, sent)
            reply = connection.getresponse()
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, named, reply.read())
        except ssl.SSLCertVerificationError as error:
            raise Fault(
                "control_plane.untrusted",
                f"{self.url} shows a certificate that is not believed: {error.verify_message}. "
                "SSL_CERT_FILE names a file with the authority to believe, if it is yours.",
                by=By.OPERATOR,
            ) from None
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise Fault(
                "control_plane.unreachable",
                f"No control plane answers at {self.url} ({reason}). Is it running? Name it with "
                "--admin or GATEPOST_ADMIN_URL.",
                by=By.OURS,
            ) from None
        finally:
            connection.close()

    def all(self, path: str) -> Listed:
        """Return a whole collection, page after page."""
        items: list[Any] = []
        query = [("size", "1000")]
        while True:
            answer = self.call("GET", path, query=query)
            page = self.good(answer)
            if not isinstance(page, dict) or not isinstance(page.get("data"), list):
                raise self.refused(answer)
            items += page["data"]
            if not page.get("offset"):
                return Listed(items, answer.now)
            query = [("size", "1000"), ("offset", str(page["offset"]))]

    def send(self, method: str, path: str, value: Any = None) -> Any:
        """Send JSON and return what comes back. Raises Fault for an error."""
        body = None if value is None else json.dumps(value).encode()
        headers = {} if value is None else {"Content-Type": "application/json"}
        return self.good(self.call(method, path, body, headers))

    def good(self, answer: Answer) -> Any:
        """Return an answer's JSON, None where there is to be none (204).

        Raises Fault for an error, in the control plane's words.
        """
        if answer.status == 204:
            return None
        value = answer.json()
        message = value.get("message") if isinstance(value, dict) else None
        if answer.status >= 400 or value is None:
            raise self.refused(answer, message)
        return value

    def refused(self, answer: Answer, message: Any = None) -> Fault:
        """Return the Fault for an answer that is none of what was hoped for."""
        if answer.status == 401:
            message = self._unknown(message)
        elif message is None or (answer.status == 404 and message == "Not found"):
            message = f"{self.url} answers {answer.status}; is it the Admin API of Gatepost?"
            if self._token and not self._named:
                message += " A token that is for one control plane wants --control-plane."
        by = By.CLIENT if 400 <= answer.status < 500 else By.OURS
        return Fault("control_plane.refused", str(message), by=by)

    def _unknown(self, message: Any) -> str:
        """Return what is said to who is not known."""
        if self._token and self._token.startswith("gpn_"):
            return (
                "This token admits a node; the Admin API wants one of gatepost tokens create. "
                f"Give it with {self._option} or GATEPOST_TOKEN."
            )
        if self._token:
            message = f"{self.url} does not take this token: {_UNKNOWN}"
        return f"{message or 'A token is wanted.'} Give one with {self._option} or GATEPOST_TOKEN."

    def plane(self, name: str) -> str:
        """Return the id of a control plane. Raises Fault when none is called so."""
        answer = self.call("GET", "/v2/control-planes", query=[("filter[name][eq]", name)])
        for one in self.good(answer).get("data", ()):
            if one.get("name") == name:
                return str(one["id"])
        raise Fault(
            "control_plane.unknown",
            f"{self.url} has no control plane named {name!r}.",
            by=By.OPERATOR,
        )


@contextlib.contextmanager
def waiting(words: str) -> Iterator[None]:
    """Tell a person at a terminal that something takes a while."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def _token(given: str | None, environ: Mapping[str, str], option: str) -> str | None:
    text = given or environ.get("GATEPOST_TOKEN")
    if text and text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise Fault(
                "settings.invalid",
                f"{option}: {text[1:]} cannot be read: {reason}.",
                by=By.OPERATOR,
            ) from None
    text = (text or "").strip()
    if not text.isascii() or any(character.isspace() for character in text):
        # it would not even make a header
        raise Fault("settings.invalid", f"{option}: this is no token.", by=By.OPERATOR)
    return text or None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
