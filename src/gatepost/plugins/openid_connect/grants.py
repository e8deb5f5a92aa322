"""What a token endpoint granted, verified, and what follows from it: proof, tags, a session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast, final

from gatepost.oidc import Client, Tokens, Unverified, Verified, parse
from gatepost.plugin.auth_method import Json, Place, Proof
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import looks_like_jwt
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.session import Session
from gatepost.plugins.openid_connect.tags import issued_at, tags_of
from gatepost.values import Fault, Secret, Tag

Claims = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens that are believed, and who they are for.

    access: the access token where it is a JWT that is meant for us. identity: the id token.
    scope: what was granted; what was asked for where the provider does not say (RFC 6749, 5.1).
    headers: of the provider's answer, to be replayed to the client.
    """

    method: str
    issuer: str
    client: Client
    tokens: Tokens
    access: Verified | None = None
    identity: Verified | None = None
    scope: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def subject(self) -> str | None:
        """Who logged in, or whom the access token is about."""
        return _text(self._identity, "sub") or _text(self._access, "sub")

    @property
    def sid(self) -> str | None:
        """The provider's name of its own session."""
        return _text(self._identity, "sid") or _text(self._access, "sid")

    @property
    def sources(self) -> dict[str, Claims]:
        """The claims in the order in which they are searched."""
        return sources_of(self._access, self._identity, self.scope)

    @property
    def _access(self) -> Claims:
        return cast(Claims, self.access.claims) if self.access is not None else {}

    @property
    def _identity(self) -> Claims:
        return cast(Claims, self.identity.claims) if self.identity is not None else {}


@final
class Grants:
    """Verifies what was granted, as configured."""

    def __init__(
        self, config: OpenIdConnectConfig, source: Source, judge: Judge, instance: str
    ) -> None:
        self._config = config
        self._source = source
        self._judge = judge
        self._instance = instance

    async def settle(
        self,
        tokens: Tokens,
        client: Client,
        request: Request,
        runtime: Runtime,
        *,
        method: str,
        nonce: str | None = None,
        code: Secret | None = None,
        asked: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Granted:
        """Verify tokens and record what they rest on.

        asked: the scope that was asked for. Raises Fault(by=CLIENT) for tokens that are not
        believed, ``credential.revoked``, and Fault(by=PROVIDER).
        """
        issuer = await self._source.issuer(runtime)
        identity = None
        if tokens.id_token is not None:
            identity = await self._judge.id_token(
                tokens.id_token,
                client,
                runtime,
                method=method,
                nonce=nonce,
                access_token=tokens.access_token,
                code=code,
            )
        access = await self._access(tokens, request, runtime, method)
        granted = Granted(
            method, issuer, client, tokens, access, identity, tokens.scope or asked, headers
        )
        self.rest(granted, runtime)
        return granted

    def rest(self, granted: Granted, runtime: Runtime) -> None:
        """Record what a grant rests on. Raises Fault ``credential.revoked``."""
        runtime.rests_on(Tag.token(granted.tokens.access_token.reveal()))
        for verified in (granted.access, granted.identity):
            if verified is not None:
                tags = tags_of(
                    verified.claims, granted.issuer, instance=self._instance, key=verified.key
                )
                runtime.rests_on(*tags, issued_at=issued_at(verified.claims))

    def proof(self, granted: Granted, places: tuple[Place, ...] = ()) -> Proof:
        """Return the proof that a grant is."""
        access = granted.access
        return Proof(
            granted.method,
            places,
            issuer=granted.issuer,
            subject=granted.subject,
            claims=granted.sources,
            access_token=granted.tokens.access_token.reveal(),
            ends=access.until if access is not None else None,
            details={
                "granted": granted,
                "key": access.key if access is not None else None,
                "id_key": granted.identity.key if granted.identity is not None else None,
                "id_token": _revealed(granted.tokens.id_token),
                "refresh_token": _revealed(granted.tokens.refresh_token),
                "token_headers": granted.headers,
            },
        )

    async def _access(
        self, tokens: Tokens, request: Request, runtime: Runtime, method: str
    ) -> Verified | None:
        """Return the access token's claims where it is a JWT that is meant for us.

        Some providers give JWTs that are for an API of theirs, by another issuer; those are as
        good as opaque.
        """
        text = tokens.access_token.reveal()
        if not looks_like_jwt(text):
            return None
        try:
            return await self._judge.granted(text, request, runtime, method)
        except Fault as fault:
            if fault.code == "token.issuer" and tokens.id_token is not None:
                runtime.step("the access token is for somebody else's API", cause=fault.cause)
                return None
            raise


def session_of(granted: Granted, *, ident: str, created: float, bound: bytes) -> Session:
    """Return the session that a grant makes. created: wall seconds before tokens were asked for."""
    lifetime = granted.tokens.expires_in
    ends = created + lifetime if lifetime is not None else None
    if granted.access is not None and granted.access.until is not None:
        ends = granted.access.until if ends is None else min(ends, granted.access.until)
    return Session(
        id=ident,
        issuer=granted.issuer,
        client=granted.client.id,
        method=granted.method,
        subject=granted.subject,
        sid=granted.sid,
        created=created,
        began=created,
        renewed=created,
        touched=created,
        access_token=granted.tokens.access_token.reveal(),
        obtained=created,
        expires=ends,
        refresh_token=_revealed(granted.tokens.refresh_token),
        id_token=_revealed(granted.tokens.id_token),
        scope=granted.scope,
        bound=bound,
        opaque=granted.access is None,
    )


def sources_of(access: Claims, identity: Claims, scope: str | None) -> dict[str, Claims]:
    """Return sources of claims by name, in their order; empty ones are left out.

    An access token that cannot be read still has the scope that was granted with it.
    """
    found: dict[str, Claims] = {}
    if access:
        found["access_token"] = access
    elif scope:
        found["access_token"] = {"scope": scope}
    if identity:
        found["id_token"] = identity
    return found


def read_token(token: str | None) -> Unverified | None:
    """Take apart a token that was verified before; None for one that is no JWT."""
    if token is None or not looks_like_jwt(token):
        return None
    try:
        return parse(token)
    except Fault:
        return None


def claims_of(token: Unverified | None) -> Claims:
    """Return the claims of a token that was verified before; none of none."""
    return cast(Claims, token.payload) if token is not None else {}


def _text(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret is not None else None
