"""Telling applications that a session has ended (OpenID Connect Back-Channel Logout 1.0)."""

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit

import aiohttp

from gatepost.idp.deliveries import Delivery
from gatepost.idp.directory import Application
from gatepost.idp.draft import LOGOUT_TOKEN_SECONDS, Draft
from gatepost.idp.endpoints import World
from gatepost.idp.faulty.logout_tokens import LOGOUT_FAULTS, LOGOUT_TOKEN, REPLAY, form
from gatepost.values import Address

NAME = "backchannel"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to tell about which person; sid None: all sessions of that person."""

    application: Application
    subject: str
    sid: str | None


@dataclass(frozen=True, slots=True)
class _Message:
    """A form to post, and what will be noted about it; ``times`` 2 is a replay."""

    body: bytes = field(repr=False)
    noted: Delivery
    times: int


async def tell(world: World, notices: Iterable[Notice]) -> None:
    """Send a logout token to every application that registered where; wait for all answers.

    All at once, five seconds at most; what became of each is among ``world.deliveries``.
    """
    heard = [one for one in notices if _hears(one.application)]
    if not heard:
        return
    messages = [_message(world, notice) for notice in heard]
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
        await asyncio.gather(*(_deliver(world, http, message) for message in messages))


def logout_token(world: World, notice: Notice) -> Draft:
    """Return the token that a notice is sent as (2.4)."""
    now = int(world.clock.now())
    claims: dict[str, object] = {
        "iss": world.issuer,
        "aud": notice.application.id,
        "iat": now,
        "exp": now + LOGOUT_TOKEN_SECONDS,
        "jti": "LT." + secrets.token_urlsafe(24),
        "sub": notice.subject,
        "events": {EVENT: {}},
    }
    if notice.sid is not None:
        claims["sid"] = notice.sid
    return Draft(claims, "logout+jwt")


def _hears(application: Application) -> bool:
    return application.life.active and application.seed.backchannel_logout_uri != ""


def _message(world: World, notice: Notice) -> _Message:
    draft = logout_token(world, notice)
    order = world.orders.take(NAME, LOGOUT_FAULTS)
    fault = None if order is None else order.fault
    if fault in LOGOUT_TOKEN:
        draft = LOGOUT_TOKEN[fault](draft)
    token = draft.signed(world.keys, notice.application.secret)
    noted = Delivery(
        application=notice.application.id,
        url=notice.application.seed.backchannel_logout_uri,
        kind="back-channel",
        sid=notice.sid,
        fault=fault,
    )
    return _Message(urlencode(form(token, fault)).encode(), noted, 2 if fault == REPLAY else 1)


async def _deliver(world: World, http: aiohttp.ClientSession, message: _Message) -> None:
    for _ in range(message.times):
        world.deliveries.add(await _posted(http, message))


async def _posted(http: aiohttp.ClientSession, message: _Message) -> Delivery:
    url = message.noted.url
    try:
        async with http.post(
            url,
            data=message.body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            allow_redirects=False,
            # On this machine certificates are made by hand, and nothing secret is sent.
            ssl=not Address(urlsplit(url).hostname or "", 0).loopback,
        ) as answer:
            return replace(message.noted, status=answer.status)
    except TimeoutError:
        return replace(message.noted, error=f"no answer within {TIMEOUT_SECONDS:g} seconds")
    except aiohttp.ClientError as error:
        return replace(message.noted, error=type(error).__name__)
