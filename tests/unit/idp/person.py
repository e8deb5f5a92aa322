"""A person at a browser: pages are opened and forms are sent by hand, redirects are only read."""

import base64
import hashlib
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp

from tests.unit.idp.calling import Basic, Client

DEMO = Basic("demo-app", "demo-app-secret")
OTHER = Basic("demo-other", "demo-other-secret")
CALLBACK = "http://127.0.0.1:8000/app/callback"
OTHER_CALLBACK = "http://127.0.0.1:8000/other/callback"
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]
EVERYTHING = "openid profile email groups offline_access read"


class _Reader(HTMLParser):
    """Finds the first form of a page, the frames, and what the page says."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: list[tuple[str, str]] = []
        self.frames: list[str] = []
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            name = given["name"] or ""
            self.inputs[name] = given
            if given.get("type") == "hidden":
                self.fields.append((name, given["value"] or ""))
        elif tag == "iframe":
            self.frames.append(given["src"] or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass(frozen=True)
class Page:
    """What a browser was answered."""

    status: int
    headers: Any
    text: str

    @property
    def read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.read.words).split())

    @property
    def location(self) -> str:
        assert self.status == 303, self.said
        return str(self.headers["Location"])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that go to the application, by redirect or by form."""
        if self.status == 303:
            return parse_qsl(urlsplit(self.location).query, keep_blank_values=True)
        return self.read.fields

    @property
    def told(self) -> dict[str, str]:
        assert len(dict(self.pairs)) == len(self.pairs)
        return dict(self.pairs)


class Person:
    """One browser, with its cookies."""

    def __init__(self, idp: Client) -> None:
        self.idp = idp
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def open(self, url: str, **headers: str) -> Page:
        async with self.http.get(url, headers=headers, allow_redirects=False) as answer:
            return Page(answer.status, answer.headers, await answer.text())

    async def post(self, url: str, fields: dict[str, str], **headers: str) -> Page:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(
            url, data=fields, headers=headers, allow_redirects=False
        ) as answer:
            return Page(answer.status, answer.headers, await answer.text())

    async def send(self, page: Page, **fields: str) -> Page:
        """Fill in the form of a page, and send it."""
        reader = page.read
        assert reader.action is not None, page.said
        return await self.post(
            self.idp.running.url + reader.action, {**dict(reader.fields), **fields}
        )

    def cookie(self, what: str) -> str | None:
        """Return the value of the provider's browser or session cookie."""
        found = [c.value for c in self.http.cookie_jar if c.key.startswith(f"gatepost_idp_{what}_")]
        return found[0] if found and found[0] else None

    async def ask(self, **changes: str | None) -> Page:
        """Go to the authorization endpoint; None leaves a parameter out."""
        return await self.open(authorize_url(self.idp, **changes))

    async def sign_in(self, page: Page, login: str = "alice") -> Page:
        return await self.send(page, login=login, password=f"{login}-password")

    async def arrive(self, **changes: str | None) -> Page:
        """Go to the authorization endpoint and sign in; return the answer to the application."""
        page = await self.ask(**changes)
        return await self.sign_in(page) if page.read.action == "/login" else page

    async def log_in(self, auth: Basic = DEMO, **changes: str | None) -> dict[str, Any]:
        """Sign on to an application; return its tokens."""
        if auth == OTHER:
            changes = {"client_id": OTHER.login, "redirect_uri": OTHER_CALLBACK, **changes}
        page = await self.arrive(**changes)
        status, tokens = await redeem(self.idp, page.told["code"], auth)
        assert status == 200, tokens
        return tokens


def authorize_url(idp: Client, **changes: str | None) -> str:
    parameters = {
        "response_type": "code",
        "client_id": DEMO.login,
        "redirect_uri": CALLBACK,
        "scope": EVERYTHING,
        "state": "a state",
        "nonce": "a-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    kept = {name: value for name, value in parameters.items() if value is not None}
    return f"{idp.issuer}/v1/authorize?{urlencode(kept)}"


async def redeem(
    idp: Client, code: str, auth: Basic | None = DEMO, **changes: str | None
) -> tuple[int, dict[str, Any]]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": OTHER_CALLBACK if auth == OTHER else CALLBACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    kept = {name: value for name, value in form.items() if value is not None}
    return await idp.post("/v1/token", auth, **kept)


async def refresh(
    idp: Client, token: str, auth: Basic = DEMO, **form: str
) -> tuple[int, dict[str, Any]]:
    form = {"grant_type": "refresh_token", "refresh_token": token, **form}
    return await idp.post("/v1/token", auth, **form)


async def replace(idp: Client, application: str = "demo-app", **changes: Any) -> None:
    """Change settings of an application: those of Okta's oauthClient, and ours."""
    _, body = await idp.manage("GET", f"/api/v1/apps/{application}")
    for name, value in changes.items():
        for part in (
            body["gatepost"], body["settings"]["oauthClient"], body["credentials"]["oauthClient"]
        ):  # fmt: skip
            if name in part:
                part[name] = value
                break
        else:
            raise KeyError(name)
    status, answer = await idp.manage("PUT", f"/api/v1/apps/{application}", json=body)
    assert status == 200, answer
