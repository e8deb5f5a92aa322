"""Where sessions lie between requests: in the cookie itself, or in a Redis with a handle in the
cookie. Whatever lies outside is sealed, and bound to what it is, so that nothing passes for
anything else.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugin.sealing import NotOurs, from_text
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session.cookies import Jar, TooLarge
from gatepost.plugins.openid_connect.session.record import Session, pack, unpack
from gatepost.plugins.openid_connect.session.seals import Seals
from gatepost.plugins.openid_connect.session.times import Times
from gatepost.values import By, Fault

_WHOLE: Final = b"\x01"
_HANDLE: Final = b"\x02"
_HANDLE_BYTES: Final = 16

SESSION: Final = "session"
REMEMBER: Final = "remember"


@dataclass(frozen=True, slots=True)
class Found:
    """A session as it was found.

    stored: its record as it lies in the store, empty where it is the cookie itself. handle: by
    which it is found there. lasting: it came from the lasting cookie. aged: sealed with an earlier
    secret, or in another place than sessions are kept now.
    """

    session: Session
    stored: bytes = field(default=b"", repr=False)
    handle: bytes = field(default=b"", repr=False)
    lasting: bool = False
    aged: bool = False


@final
class Keeper:
    """Loads, saves and drops the sessions of one configuration."""

    def __init__(self, config: OpenIdConnectConfig, seals: Seals, times: Times) -> None:
        self._seals = seals
        self._times = times
        self._remember = config.session_remember
        self._room = config.room if config.session_storage == "redis" else None
        self._index = config.session_store_metadata
        self.jar = _jar(config, config.session_cookie_name)
        self.lasting_jar = _jar(config, config.session_remember_cookie_name)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``load`` reads from a request."""
        return self.jar.attributes + (self.lasting_jar.attributes if self._remember else ())

    @property
    def cookies(self) -> tuple[str, ...]:
        """The names of all cookies that may be ours."""
        return self.jar.names + (self.lasting_jar.names if self._remember else ())

    async def load(self, request: Request, runtime: Runtime) -> AsyncIterator[Found]:
        """Yield the sessions of a request as they lie there; nothing of them is judged yet.

        That of the session cookie comes first, then that of the lasting one. Raises
        Fault(by=OURS) ``store.unreachable``.
        """
        for kind, jar in self._jars():
            found = await self._from(kind, jar, request, runtime)
            if found is not None:
                yield found

    def brought(self, request: Request) -> bool:
        """Return whether a request brings any cookie of a session, good or not."""
        return any(jar.present(request) for _, jar in self._jars())

    async def save(
        self, session: Session, request: Request, runtime: Runtime, found: Found | None = None
    ) -> tuple[str, ...] | None:
        """Write a session and return the Set-Cookie lines for it.

        found: what it was made from; None for a new login. Returns None when the record was
        changed or dropped by somebody else meanwhile. Raises Fault ``session.too_large`` (by
        OPERATOR: it has to be stored elsewhere), ``store.unreachable``.
        """
        scheme = request.connection("scheme")
        if self._room is None:
            return self._in_cookies(session, scheme, request, runtime)
        now = runtime.clock.now()
        seconds = max(1.0, self._times.until(session, remember=self._remember) - now)
        store = runtime.store(self._room)
        new = found is None or not found.handle
        handle = runtime.random(_HANDLE_BYTES) if found is None or new else found.handle
        key = _key(handle)
        record = self._seals.close(pack(session), "record", key, random=runtime.random)
        if found is None or new:
            await store.put(key, record, seconds=seconds)
        elif not await store.replace(key, found.stored, record, seconds=seconds):
            return None
        if self._index and new:
            for name in _indexes(session):
                await store.note(name, key, seconds=seconds)
        if found is not None and not new and not found.lasting and not found.aged:
            return ()  # the cookie says what it said
        return self._written(_HANDLE + handle, _HANDLE + handle, scheme, request, runtime)

    async def drop(self, found: Found, runtime: Runtime) -> None:
        """Delete a session's record where it has one; its cookie dies by revocation."""
        if found.handle and self._room is not None:
            await runtime.store(self._room).delete(_key(found.handle))

    async def drop_indexed(self, runtime: Runtime, issuer: str, *names: str) -> int:
        """Delete the records of a subject or of a session of the provider; return how many."""
        if self._room is None or not self._index:
            return 0
        store = runtime.store(self._room)
        keys = {key for name in names for key in await store.noted(_index(issuer, name))}
        for key in keys:
            await store.delete(key)
        return len(keys)

    def clear(self, request: Request) -> tuple[str, ...]:
        """Return the lines that make a browser forget the session cookies that it sent."""
        scheme = request.connection("scheme")
        return tuple(
            line
            for _, jar in self._jars()
            for line in jar.delete(jar.present(request), scheme=scheme)
        )

    def _jars(self) -> Iterator[tuple[str, Jar]]:
        yield SESSION, self.jar
        if self._remember:
            yield REMEMBER, self.lasting_jar

    async def _from(self, kind: str, jar: Jar, request: Request, runtime: Runtime) -> Found | None:
        every = [
            found
            for text in jar.texts(request)
            if (found := await self._opened(kind, jar, text, runtime)) is not None
        ]
        if len({found.session.id for found in every}) > 1:
            # Somebody put a session of theirs beside this one; neither can be trusted to be meant.
            runtime.step("two sessions in one request: none is taken", cookie=jar.name)
            return None
        return max(every, key=lambda found: found.session.version, default=None)

    async def _opened(self, kind: str, jar: Jar, text: str, runtime: Runtime) -> Found | None:
        try:
            sealed = from_text(text)
            content = self._seals.open(sealed, kind, jar.name)
            aged = self._seals.aged(sealed)
            if content[:1] == _WHOLE:
                session = unpack(content[1:])
                moved = self._room is not None
                return Found(session, lasting=kind == REMEMBER, aged=aged or moved)
            if content[:1] != _HANDLE or self._room is None:
                raise NotOurs("it lies in a store that is not configured")
        except NotOurs as reason:
            runtime.step("no session in the cookie", cookie=jar.name, why=str(reason))
            return None
        return await self._fetched(content[1:], kind, aged, runtime)

    async def _fetched(
        self, handle: bytes, kind: str, aged: bool, runtime: Runtime
    ) -> Found | None:
        if self._room is None:
            return None
        key = _key(handle)
        record = await runtime.store(self._room).get(key)
        if record is None:
            runtime.step("the session is not in the store")
            runtime.once("a session that is not in the store")
            return None
        try:
            session = unpack(self._seals.open(record, "record", key))
        except NotOurs as reason:
            runtime.step("no session in the store", why=str(reason))
            runtime.once("a record that is not ours")
            return None
        return Found(session, record, handle, kind == REMEMBER, aged or self._seals.aged(record))

    def _in_cookies(
        self, session: Session, scheme: str, request: Request, runtime: Runtime
    ) -> tuple[str, ...]:
        lasting = session
        if session.refresh_token:  # the access token can be had again
            lasting = session.with_(access_token="", version=session.version)
        whole = _WHOLE + pack(session)
        kept = _WHOLE + pack(lasting) if self._remember else b""
        return self._written(whole, kept, scheme, request, runtime)

    def _written(
        self, content: bytes, lasting: bytes, scheme: str, request: Request, runtime: Runtime
    ) -> tuple[str, ...]:
        lines: tuple[str, ...] = ()
        try:
            for kind, jar in self._jars():
                held = content if kind == SESSION else lasting
                age = None if kind == SESSION else self._times.remember_age
                text = self._seals.close_text(held, kind, jar.name, random=runtime.random)
                lines += jar.write(text, scheme=scheme, old=jar.present(request), age=age)
            if sum(map(len, lines)) > _MOST:
                raise TooLarge(sum(map(len, lines)))
        except TooLarge as reason:
            raise Fault(
                "session.too_large",
                "The session does not fit into cookies; set session_storage to redis.",
                by=By.OPERATOR,
                cause=str(reason),
            ) from None
        return lines


_MOST: Final = 12_500
"""Characters of all Set-Cookie lines. What comes back must fit into a request's header, which
servers bound at 16 KB, beside what tells of the last logins and the application's own cookies.
"""


def _jar(config: OpenIdConnectConfig, name: str) -> Jar:
    return Jar(
        name,
        path=config.session_cookie_path,
        domain=config.session_cookie_domain,
        same_site=config.session_cookie_same_site,
        http_only=config.session_cookie_http_only,
        secure=config.session_cookie_secure,
    )


def _key(handle: bytes) -> str:
    """Return a record's key: a digest, so that who reads the store cannot make a cookie of it."""
    return f"session:{hashlib.sha256(handle).hexdigest()}"


def _indexes(session: Session) -> Iterator[str]:
    for name in (session.subject, session.sid):
        if name:
            yield _index(session.issuer, name)


def _index(issuer: str, name: str) -> str:
    text = f"{len(issuer)}:{issuer}{name}"
    return f"index:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
