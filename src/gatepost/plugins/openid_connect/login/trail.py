"""What this browser's last logins came to: for an answer that comes twice, and for loops.

A browser that is logged in and comes back without a session would be sent around for ever. After
a few rounds it gets a page that names the cause instead.
"""

from typing import Final, final

import msgspec

from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.login.flow import Flows
from gatepost.plugins.openid_connect.session import NotOurs, Seals

ROUNDS: Final = 3
"""Logins within WINDOW after which the next is not begun."""

WINDOW: Final = 60.0
"""Seconds."""

_KEPT: Final = 5


class Trail(msgspec.Struct, frozen=True, array_like=True):
    """done: (name, wall seconds, target) of the logins that were completed, oldest first."""

    done: tuple[tuple[str, float, str], ...] = ()

    def target(self, name: str) -> str | None:
        """Return where the login of that name went on to, if it is remembered."""
        return next((target for known, _, target in self.done if known == name), None)

    def rounds(self, now: float) -> int:
        """Return how many logins were completed within the window."""
        return sum(now - WINDOW < at <= now + 1 for _, at, _ in self.done)

    def with_(self, name: str, at: float, target: str) -> "Trail":
        """Return the trail with one more login; long targets are forgotten but for the last."""
        earlier = tuple(
            (one, when, where if len(where) < 200 else "") for one, when, where in self.done
        )
        return Trail((*earlier, (name, at, target))[-_KEPT:])


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Trail)


@final
class Trails:
    """Reads and writes the trail of a browser."""

    def __init__(self, config: OpenIdConnectConfig, flows: Flows, seals: Seals) -> None:
        self._flows = flows
        self._seals = seals
        # Not among the names of logins in progress: it is there long after they are over, and
        # must not make requests look as if one were.
        self.name = f"{config.authorization_cookie_name}-trail"

    def read(self, request: Request) -> Trail:
        """Return the trail that a request brings; an empty one where it brings none of ours."""
        jar = self._flows.named_jar(self.name, request.connection("scheme"))
        for text in jar.texts(request):
            try:
                return _decoder.decode(self._seals.open_text(text, "trail", jar.name))
            except (NotOurs, msgspec.MsgspecError):
                continue
        return Trail()

    def write(self, name: str, target: str, request: Request, runtime: Runtime) -> tuple[str, ...]:
        """Return the Set-Cookie lines that note a completed login."""
        scheme = request.connection("scheme")
        trail = self.read(request).with_(name, runtime.clock.now(), target)
        jar = self._flows.named_jar(self.name, scheme)
        content = _encoder.encode(trail)
        text = self._seals.close_text(content, "trail", jar.name, random=runtime.random)
        return jar.write(text, scheme=scheme, age=self._flows.seconds)

    def forget(self, request: Request) -> tuple[str, ...]:
        """Return the lines that delete it."""
        scheme = request.connection("scheme")
        jar = self._flows.named_jar(self.name, scheme)
        return jar.delete(jar.present(request), scheme=scheme)
