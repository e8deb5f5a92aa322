"""A person whose browser withholds cookies as browsers do: by SameSite and Secure.

A provider that posts its answer does so from its own site, and then a cookie comes along only where
it says ``SameSite=None`` (RFC 6265bis, 5.5). Sites differ when scheme or host do; ports count
nothing.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from tests.integration.person import Person
from tests.integration.world import Answer


class Browser(Person):
    """A person. way: where they have been. known: the attributes with which a cookie was set."""

    def __init__(self, secrets: set[str]) -> None:
        super().__init__(secrets)
        self.way: list[str] = []
        self.known: dict[str, set[str]] = {}

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        navigates: bool = True,
    ) -> Answer:
        """Make one request, with those cookies that a browser would send."""
        self.way.append(url)
        told = dict(parse_qsl(urlsplit(url).query))
        self.secrets |= {told[name] for name in ("code", "id_token_hint") if name in told}
        jar, foreign = self.jar(url), _foreign(method, url, headers or {})
        withheld = {name: jar.pop(name) for name in [*jar] if self._withholds(name, url, foreign)}
        shown = {"Sec-Fetch-Site": "cross-site", **(headers or {})} if foreign else headers
        try:
            return super().send(method, url, body, shown, navigates=navigates)
        finally:
            for name, value in withheld.items():
                jar.setdefault(name, value)

    def ours(self, url: str) -> set[str]:
        """Return the names of the cookies of a URL's host that the gateway set."""
        return {name for name in self.jar(url) if not name.startswith("gatepost_idp_")}

    def copy(self) -> "Browser":
        """Return another browser with the same cookies: whoever kept what this one had."""
        other = Browser(self.secrets)
        other.cookies = {host: dict(jar) for host, jar in self.cookies.items()}
        other.known = dict(self.known)
        return other

    def _withholds(self, name: str, url: str, foreign: bool) -> bool:
        said = self.known[name]
        if "secure" in said and urlsplit(url).scheme != "https":
            return True
        return foreign and not {"samesite=none", "secure"} <= said

    def _keep(self, jar: dict[str, str], line: str) -> None:
        pair, *attributes = line.split(";")
        name, _, value = pair.strip().partition("=")
        if value:
            self.known[name] = {one.strip().lower() for one in attributes}
        super()._keep(jar, line)


def _foreign(method: str, url: str, headers: Mapping[str, str]) -> bool:
    """Return whether another site posts: only then does it matter what SameSite says here."""
    parts, origin = urlsplit(url), urlsplit(headers.get("Origin", ""))
    here, there = (parts.scheme, parts.hostname), (origin.scheme, origin.hostname)
    return method == "POST" and bool(origin.scheme) and here != there
