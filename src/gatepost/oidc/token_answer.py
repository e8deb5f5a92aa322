"""What a token endpoint answers: tokens, or that it refuses (RFC 6749, 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc.answer import bad_answer, bad_status, json_object
from gatepost.values import By, Fault, Reply, Secret

TOKEN_LIMIT: Final = 32_768
"""Characters of a token that is accepted from a provider."""

MAX_LIFETIME: Final = 315_360_000
"""Seconds (ten years) beyond which a lifetime is taken for nonsense."""

_REFUSALS: Final = frozenset(
    {
        "access_denied",  # what one large provider says of a wrong secret
        "invalid_client",
        "invalid_grant",
        "invalid_request",  # what another says of a client that may not use this grant
        "invalid_scope",
        "invalid_target",  # RFC 8707, 2
        "unauthorized_client",
    }
)


@final
@dataclass(frozen=True, slots=True)
class Tokens:
    """What a token endpoint granted. expires_in: seconds, or None when it does not say."""

    access_token: Secret
    expires_in: float | None
    scope: str | None
    refresh_token: Secret | None
    id_token: Secret | None
    raw: Mapping[str, object] = field(repr=False)


@final
class GrantRefused(Fault):
    """The provider answered that it does not grant what was asked for.

    error: what it said, one of RFC 6749, 5.2 (or RFC 8707, 2): ``invalid_grant`` when the code,
    refresh token or password is not good, or not good any more; ``invalid_client`` when the
    client that asked is not, which is ourselves where the grant was somebody else's.
    """

    def __init__(self, code: str, message: str, *, by: By, cause: str | None, error: str) -> None:
        super().__init__(code, message, by=by, cause=cause)
        self.error = error


def read(reply: Reply) -> Tokens:
    """Read what the endpoint answered (RFC 6749, 5).

    Raises GrantRefused(by=CLIENT), code ``credential.refused``, when the provider refused the
    client's credential or what it asked for; Fault(by=PROVIDER), ``provider.bad_status`` or
    ``provider.bad_answer``, for everything else that is not a Bearer token.
    """
    if reply.status in (400, 401, 403):
        raise _refusal(reply)
    answer = json_object(reply, what="token")
    kind = answer.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise bad_answer("token", "the token is not of type Bearer")
    access_token = _token(answer, "access_token")
    if access_token is None:
        raise bad_answer("token", "there is no access_token in it")
    scope = answer.get("scope")
    if scope is not None and not isinstance(scope, str):
        raise bad_answer("token", "scope is not text")
    return Tokens(
        access_token,
        _lifetime(answer.get("expires_in")),
        scope,
        _token(answer, "refresh_token"),
        _token(answer, "id_token"),
        answer,
    )


def _refusal(reply: Reply) -> Fault:
    try:
        error = json_object(reply, what="token", statuses=(reply.status,)).get("error")
    except Fault:
        return bad_status(reply, what="token")
    if isinstance(error, str) and error in _REFUSALS:
        return GrantRefused(
            "credential.refused",
            "The identity provider did not accept the client's credential or its request.",
            by=By.CLIENT,
            cause=f"it said {error}",
            error=error,
        )
    return bad_status(reply, what="token")


def _token(answer: dict[str, object], name: str) -> Secret | None:
    value = answer.get(name)
    if value is None:
        return None
    # RFC 6750, 2.1: a token goes into a header, so it must be visible ASCII
    if not isinstance(value, str) or not value or len(value) > TOKEN_LIMIT:
        raise bad_answer("token", f"{name} is not a token")
    if any(not "!" <= char <= "~" for char in value):
        raise bad_answer("token", f"{name} holds characters that a token must not hold")
    return Secret(value)


def _lifetime(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)  # one large provider's older endpoint writes a text
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_answer("token", "expires_in is not a number")
    if not 0 <= value <= MAX_LIFETIME:
        raise bad_answer("token", "expires_in is out of range")
    return float(value)
