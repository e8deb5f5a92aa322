"""One page: a few words, at most one way on, the code, the request's id."""

import base64
import functools
import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Final, final

from jinja2 import Environment, StrictUndefined, Template

from gatepost.plugin.request import Request
from gatepost.values import Headers, Reply

_HARMLESS: Final = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


@final
@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. text: paragraphs. quote: somebody else's words. link: where to go on."""

    status: int
    code: str
    title: str
    text: tuple[str, ...] = ()
    quote: str = ""
    link: str | None = None
    link_text: str = "Try again"
    retry_after: int | None = None


def render(
    page: Page,
    request: Request,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    framed: bool = False,
) -> Reply:
    """Return a page as an answer. It loads nothing, runs nothing, posts nothing, and is not kept.

    headers: further ones. framed: another site may show it in a frame (front-channel logout).
    """
    style, digest = _style()
    html = _template().render(page=page, style=style, request_id=request.id())
    ancestors = "" if framed else "; frame-ancestors 'none'"
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        f"{ancestors}"
    )
    fields = [*_HARMLESS, ("Content-Security-Policy", policy)]
    if not framed:
        fields.append(("X-Frame-Options", "DENY"))
    if page.retry_after is not None:
        fields.append(("Retry-After", str(page.retry_after)))
    return Reply(page.status, Headers([*fields, *headers]), html.encode())


@functools.cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(_file("page.html"))


@functools.cache
def _style() -> tuple[str, str]:
    """Return the style, safe to stand unescaped, and the digest that the policy allows."""
    style = _file("page.css")
    digest = hashlib.sha256(style.encode()).digest()
    return style, base64.b64encode(digest).decode()


def _file(name: str) -> str:
    return (
        resources.files("gatepost.plugins.openid_connect.pages").joinpath(name).read_text("utf-8")
    )
