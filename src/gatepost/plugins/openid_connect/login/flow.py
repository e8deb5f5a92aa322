"""A login in progress: what has to be known again when the browser comes back.

Each lies sealed in a cookie of its own, so that logins in several tabs do not disturb each other.
The state that travels to the provider and back is the name of that cookie and a proof that we
wrote it: so an answer to a login of ours is told from whatever else an application calls state.
"""

import re
from collections.abc import Iterable
from typing import Final, final

import msgspec

from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session import Jar, NotOurs, Seals
from gatepost.plugins.openid_connect.session.cookies import PARTS
from gatepost.values import By, Fault

MOST: Final = 5
"""Logins that one browser may have in progress; of more the oldest is forgotten."""

ROOM: Final = 9_000
"""Characters that all of them may take together: servers take about 16 KB of all cookies."""

_CLEARED: Final = 20
"""Logins that one answer makes a browser forget at most: anybody can send hundreds of cookies."""

_CHANCE: Final = 10
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_TIME: Final = 9
"""Digits of the time, to base 36, with which a name begins: names sort by age."""

_TICKS: Final = 10_000
"""Ticks of that time in a second: a browser that is started opens its tabs within one or two
milliseconds of each other."""

_NAMED: Final = re.compile(rf"([0-9a-z]{{{_TIME}}}[0-9a-f]{{{2 * _CHANCE}}})[2-{PARTS}]?")
"""The name of a login, and which part of its cookie it is."""


class Flow(msgspec.Struct, frozen=True, array_like=True):
    """name: unique. issuer, client: whom the login is for. target: path and query to go on to.

    verifier: of PKCE, None without it. began: wall seconds.
    """

    name: str
    issuer: str
    client: str
    redirect_uri: str
    target: str
    nonce: str
    verifier: str | None
    began: float

    def __repr__(self) -> str:
        return f"Flow(name={self.name!r}, client={self.client!r})"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Flow)


@final
class Flows:
    """The logins in progress of one configuration."""

    def __init__(self, config: OpenIdConnectConfig, seals: Seals) -> None:
        self._config = config
        self._seals = seals
        self._prefix = f"{config.authorization_cookie_name}_"
        self.seconds = config.authorization_rolling_timeout or 600.0

    @property
    def prefix(self) -> str:
        """What the names of all these cookies begin with."""
        return self._prefix

    def name(self, now: float, runtime: Runtime) -> str:
        """Return a new name."""
        digits, rest = "", int(now * _TICKS)
        for _ in range(_TIME):
            rest, digit = divmod(rest, 36)
            digits = _DIGITS[digit] + digits
        return digits + runtime.random(_CHANCE).hex()

    def begin(self, flow: Flow, request: Request, runtime: Runtime) -> tuple[str, ...]:
        """Return the Set-Cookie lines that begin a login, and forget what is too much."""
        scheme = request.connection("scheme")
        jar = self.jar(flow.name, scheme)
        kind, cookie = "flow", jar.name
        text = self._seals.close_text(_encoder.encode(flow), kind, cookie, random=runtime.random)
        held, room, kept = self._held(request), ROOM - len(text), 0
        for name in reversed(held):
            room -= sum(held[name].values())
            if kept == MOST - 1 or room < 0:
                break
            kept += 1
        old = list(held)[: len(held) - kept]
        return jar.write(text, scheme=scheme, age=self.seconds) + self._cleared(old, held, scheme)

    def state(self, flow: Flow) -> str:
        """Return what the provider has to give back."""
        return f"{flow.name}.{self._seals.mark(flow.name)}"

    def named(self, state: str) -> str | None:
        """Return the name of the login that a state belongs to; None where it is not ours."""
        name, dot, proof = state.rpartition(".")
        return name if dot and self._seals.marked(name, proof) else None

    def find(self, name: str, request: Request, runtime: Runtime) -> Flow:
        """Return the login of that name, which must have been begun by this browser.

        Raises Fault(by=CLIENT): ``callback.other_browser``, ``callback.too_late``.
        """
        jar = self.jar(name, request.connection("scheme"))
        for text in jar.texts(request):
            try:
                flow = _decoder.decode(self._seals.open_text(text, "flow", jar.name))
            except (NotOurs, msgspec.MsgspecError):
                continue
            if flow.name != name:  # its seal says so already
                continue
            if runtime.clock.past(flow.began + self.seconds):
                raise Fault("callback.too_late", "The login took too long.", by=By.CLIENT)
            return flow
        raise Fault(
            "callback.other_browser",
            "This login was not begun in this browser, or is over.",
            by=By.CLIENT,
            cause=f"no cookie {jar.name} that is ours",
        )

    def forget(self, name: str, request: Request) -> tuple[str, ...]:
        """Return the lines that delete a login's cookie, where the browser has it."""
        scheme = request.connection("scheme")
        jar = self.jar(name, scheme)
        return jar.delete(jar.present(request), scheme=scheme)

    def clear(self, request: Request) -> tuple[str, ...]:
        """Return the lines that delete the cookies of all logins in progress."""
        held = self._held(request)
        return self._cleared(held, held, request.connection("scheme"))

    def _cleared(
        self, names: Iterable[str], held: dict[str, dict[str, int]], scheme: str
    ) -> tuple[str, ...]:
        lines: tuple[str, ...] = ()
        for name in list(names)[:_CLEARED]:
            lines += self.jar(name, scheme).delete(held[name], scheme=scheme)
        return lines

    def _held(self, request: Request) -> dict[str, dict[str, int]]:
        """Return the logins in progress by name, oldest first: their cookies, and how long those
        are. In one pass, and whoever looks as if it were one counts.
        """
        start = len(self._prefix)
        found: dict[str, dict[str, int]] = {}
        for cookie, value in request.cookies():
            if cookie.startswith(self._prefix) and (named := _NAMED.fullmatch(cookie[start:])):
                found.setdefault(named[1], {})[cookie] = len(cookie) + len(value)
        return dict(sorted(found.items()))

    def jar(self, name: str, scheme: str) -> Jar:
        """Return the cookie of a login."""
        return self.named_jar(f"{self._prefix}{name}", scheme)

    def named_jar(self, cookie: str, scheme: str) -> Jar:
        """Return a cookie that travels as those of logins do.

        A provider that posts its answer does so from its own site, and such a request carries
        only cookies that say SameSite=None, which browsers take over https alone.
        """
        config = self._config
        same_site = config.authorization_cookie_same_site
        secure = config.authorization_cookie_secure
        if same_site == "Default":
            posted = config.response_mode.startswith("form_post") and scheme == "https"
            same_site = "None" if posted and secure is not False else "Lax"
        return Jar(
            cookie,
            path=config.authorization_cookie_path,
            domain=config.authorization_cookie_domain,
            same_site=same_site,
            http_only=config.authorization_cookie_http_only,
            secure=secure,
        )
