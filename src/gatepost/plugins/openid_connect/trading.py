"""Trading a credential for tokens, and keeping what was granted as long as it lives.

For credentials that come with every request. Only the provider knows whether such a credential is
right, so the trade is the proof.
"""

from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import final

from gatepost.oidc import Tokens, parse, token
from gatepost.plugin.errand import Errand
from gatepost.plugin.runtime import Freshness, Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import looks_like_jwt
from gatepost.plugins.openid_connect.keeping import Keeping
from gatepost.plugins.openid_connect.tags import number
from gatepost.values import By, Call, Clock, Fault, Reply, Tag


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint said: tokens, or that it refused; and the headers to replay.

    ends: wall seconds when the access token says it ends; believed only to let go of it in time.
    dead: it had ended when it was granted.
    """

    tokens: Tokens | None
    refused: Fault | None = None
    headers: tuple[tuple[str, str], ...] = ()
    ends: float | None = None
    dead: bool = False


@final
class Trader:
    """Trades for one method, under the cache fields of one configuration."""

    def __init__(self, config: OpenIdConnectConfig, method: str, instance: str) -> None:
        self._keeping = Keeping(config, on=config.cache_tokens)
        self._salt = config.cache_tokens_salt or f"instance {instance}"
        self._leeway = config.leeway
        grants = config.token_headers_grants or ()
        self._replay = (config.token_headers_replay or ()) if method in grants else ()

    async def trade(
        self,
        call: Call,
        own: tuple[Tag, ...],
        runtime: Runtime,
        *,
        errand: Errand | None = None,
    ) -> tuple[Tokens, Grant, bool]:
        """Return the tokens, all that was said, and whether it was said to this request.

        own: what the credential rests on. errand: where the credential is spent by it; what is
        granted may then have been granted to somebody else some time ago, and ``ends`` is always
        said where the provider says it. Raises Fault(by=CLIENT), ``credential.refused``, and
        Fault(by=PROVIDER).
        """
        clock = runtime.clock
        just_now: list[bool] = []

        def read(reply: Reply) -> Grant:
            just_now.append(True)
            if errand is None:
                return self._read(reply)
            granted = said_at(reply, clock.now(), oldest=errand.grace)
            return _ending(self._read(reply), granted)

        grant = await runtime.fact(
            call,
            read=read,
            keep=lambda found: self._freshness(found, own, clock),
            settings=("token", self._salt, *self._replay, errand.name if errand else ""),
            errand=errand,
        )
        if grant.tokens is None:
            raise (grant.refused or _nothing()).with_traceback(None)
        return grant.tokens, grant, bool(just_now)

    def _read(self, reply: Reply) -> Grant:
        try:
            tokens = token.read(reply)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            return Grant(None, fault)
        headers = tuple((name, value) for name in self._replay for value in reply.headers.all(name))
        return Grant(tokens, headers=headers, ends=_end(tokens))

    def _freshness(self, grant: Grant, own: tuple[Tag, ...], clock: Clock) -> Freshness:
        if grant.tokens is None:
            # A refused credential is often repaired at the provider, so it is kept only on demand.
            return self._keeping.negative(own, unset=0.0)
        tags = (*own, Tag.token(grant.tokens.access_token.reveal()))
        if grant.ends is not None and clock.past(grant.ends + self._leeway):
            return Freshness(0, tags=tags)
        bounded = grant.ends is not None
        return self._keeping.positive(grant.tokens.expires_in, tags, bounded=bounded)


def _ending(grant: Grant, granted: float) -> Grant:
    """Return a grant that says when it ends, also where only its lifetime was told."""
    if grant.tokens is None:
        return grant
    lifetime = grant.tokens.expires_in
    ends = [end for end in (grant.ends, lifetime and granted + lifetime) if end is not None]
    end = min(ends, default=None)
    return replace(grant, ends=end, dead=end is not None and end <= granted)


def said_at(reply: Reply, now: float, *, oldest: float) -> float:
    """Return when a reply was given (its Date), which others may have asked for before us."""
    try:
        said = parsedate_to_datetime(reply.headers.get("date") or "").timestamp()
    except (TypeError, ValueError, IndexError):
        return now
    return said if now - oldest <= said <= now else now


def _end(tokens: Tokens) -> float | None:
    text = tokens.access_token.reveal()
    if not looks_like_jwt(text):
        return None
    try:
        return number(parse(text).payload, "exp")
    except Fault:  # whoever verifies it says what is wrong
        return None


def _nothing() -> Fault:
    return Fault("provider.bad_answer", "The token endpoint granted nothing.", by=By.PROVIDER)
