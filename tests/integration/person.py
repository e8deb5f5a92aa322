"""A person with a browser, as far as HTTP goes: keeps cookies, follows redirects, fills in forms.

Cookies belong to a host whatever its port, as in browsers. Everything is over real sockets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

from tests.integration.world import Answer, Client

FORM = "application/x-www-form-urlencoded"
_INPUT = re.compile(r"<input\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"', re.IGNORECASE)
_ACTION = re.compile(r'<form\b[^>]*\baction="([^"]*)"', re.IGNORECASE)


@dataclass
class Visit:
    """One page that was reached: its address, the answer, and what led there."""

    url: str
    answer: Answer
    way: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def text(self) -> str:
        return self.answer.body.decode("utf-8", "replace")

    @property
    def code(self) -> str:
        """The code that a page of the gateway names."""
        return self.text.partition("<dt>Code</dt><dd>")[2].partition("<")[0]


class Person:
    """Opens pages. secrets: where cookies and codes are noted, for a World's canary."""

    def __init__(self, secrets: set[str] | None = None, *, agent: str = "a browser") -> None:
        self.cookies: dict[str, dict[str, str]] = {}
        self.secrets = secrets if secrets is not None else set()
        self.agent = agent

    def jar(self, url: str) -> dict[str, str]:
        """Return the cookies of a URL's host."""
        return self.cookies.setdefault(urlsplit(url).hostname or "", {})

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        navigates: bool = True,
    ) -> Answer:
        """Make one request, with cookies; keep those that come back."""
        parts = urlsplit(url)
        told = {
            "Host": parts.netloc,
            "User-Agent": self.agent,
            "Accept": "text/html,*/*;q=0.8" if navigates else "application/json",
            "Sec-Fetch-Mode": "navigate" if navigates else "cors",
        }
        jar = self.jar(url)
        if jar:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told.update(headers or {})
        answer = Client(f"{parts.scheme}://{parts.netloc}").send(method, target, body, told)
        for name, line in answer.fields:
            if name.lower() == "set-cookie":
                self._keep(jar, line)
        return answer

    def open(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        stop_at: str | None = None,
        navigates: bool = True,
    ) -> Visit:
        """Open a page and follow redirects. stop_at: an address that is not opened any more."""
        way: list[str] = []
        for _ in range(20):
            answer = self.send(method, url, body, headers, navigates=navigates)
            way.append(url)
            location = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307) or location is None:
                return Visit(url, answer, way)
            url = urljoin(url, location)
            if stop_at is not None and url.startswith(stop_at):
                return Visit(url, answer, way)
            if answer.status in (302, 303):
                method, body, headers = "GET", None, None
        raise AssertionError(f"redirected without end: {way}")

    def fill_in(self, visit: Visit, *, stop_at: str | None = None, **values: str) -> Visit:
        """Send the form of a page, with what it holds already and these values."""
        action = _ACTION.search(visit.text)
        fields = {}
        for tag in _INPUT.findall(visit.text):
            attributes = {name.lower(): value for name, value in _ATTRIBUTE.findall(tag)}
            if "name" in attributes:
                fields[attributes["name"]] = unescape(attributes.get("value", ""))
        target = urljoin(visit.url, unescape(action[1]) if action else "")
        parts = urlsplit(visit.url)
        headers = {"Content-Type": FORM, "Origin": f"{parts.scheme}://{parts.netloc}"}
        body = urlencode({**fields, **values}).encode()
        return self.open(target, method="POST", body=body, headers=headers, stop_at=stop_at)

    def log_in(self, url: str, login: str = "alice", *, stop_at: str | None = None) -> Visit:
        """Open a page, sign in at the provider that it leads to, and come back."""
        found = self.open(url, stop_at=stop_at)
        if 'name="password"' not in found.text:
            return found
        return self.fill_in(found, login=login, password=f"{login}-password", stop_at=stop_at)

    def _keep(self, jar: dict[str, str], line: str) -> None:
        pair, *attributes = line.split(";")
        name, _, value = pair.strip().partition("=")
        ages = [a.strip().lower() for a in attributes]
        if any(age.startswith("max-age=0") for age in ages) or not value:
            jar.pop(name, None)
            return
        jar[name] = value
        self.secrets.add(value)
