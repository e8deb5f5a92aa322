"""Pages in HTML, from templates, under a policy that lets them do next to nothing."""

import functools
from collections.abc import Awaitable, Callable, Coroutine

from jinja2 import Environment, PackageLoader, StrictUndefined

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.endpoints import World
from gatepost.values import Headers, Reply

Fields = tuple[tuple[str, str], ...]

_PACKAGE = "gatepost.idp.browser"


def page(
    name: str,
    *,
    status: int = 200,
    headers: Fields = (),
    scripts: bool = False,
    frames: tuple[str, ...] = (),
    **values: object,
) -> Reply:
    """Return a page. name: of its template; values: what that needs; everything is escaped.

    scripts: whether ours may run. frames: origins that it may hold in frames.
    """
    policy = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        *(["script-src 'self'"] if scripts else []),
        *([f"frame-src {' '.join(sorted(set(frames)))}"] if frames else []),
        "base-uri 'none'",
        "frame-ancestors 'none'",
        # No form-action: browsers apply it to the redirects after a form too, and these lead to
        # the application, and from there to wherever it likes.
    ]
    text = _environment().get_template(f"{name}.html").render(values)
    fields = (
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", "; ".join(policy)),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        # With "no-referrer" a browser would hide the origin of our forms, also from ourselves.
        ("referrer-policy", "strict-origin"),
        ("cache-control", "no-store"),
    )
    return Reply(status, Headers((*fields, *headers)), text.encode())


def redirect(location: str, headers: Fields = ()) -> Reply:
    """Return a redirect that is followed with a GET (RFC 9110, 15.4.4)."""
    return Reply(303, Headers((("location", location), ("cache-control", "no-store"), *headers)))


def refusal(refused: RefusedError) -> Reply:
    """Return an error as a page, for a person who can go nowhere from here."""
    return page(
        "error",
        status=refused.status,
        headers=refused.headers,
        error=refused.error,
        description=refused.description,
    )


def paged(
    endpoint: Callable[[World, Asking], Awaitable[Reply]],
) -> Callable[[World, Asking], Coroutine[None, None, Reply]]:
    """Return an endpoint whose refusals are pages instead of JSON."""

    @functools.wraps(endpoint)
    async def answer(world: World, asking: Asking) -> Reply:
        try:
            return await endpoint(world, asking)
        except RefusedError as refused:
            return refusal(refused)

    return answer


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
