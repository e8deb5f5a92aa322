"""The token endpoint: a client trades its credential for an access token (RFC 6749, 4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc.answer import bad_answer, bad_status, json_object
from gatepost.oidc.client import Client
from gatepost.oidc.form_call import NOTHING, Extra, form_call
from gatepost.values import By, Call, Fault, Reply, Secret, Transport

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


def client_credentials(
    url: str,
    client: Client,
    method: str,
    *,
    scopes: Sequence[str] = (),
    audience: Sequence[str] = (),
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Ask for a token in the client's own name.

    An extra argument ``scope`` or ``audience`` takes the place of the configured ones. A client
    without authentication cannot use this grant (RFC 6749, 4.4), so ``none`` becomes
    ``client_secret_post``. Raises the faults of ``form_call``.
    """
    named = {name for name, _ in extra.args}
    form = [("grant_type", "client_credentials")]
    if scopes and "scope" not in named:
        form.append(("scope", " ".join(scopes)))
    if "audience" not in named:
        form.extend(("audience", value) for value in audience)
    return form_call(
        url,
        tuple(form),
        client=client,
        method="client_secret_post" if method == "none" else method,
        purpose="token",
        extra=extra,
        transport=transport,
    )


def read(reply: Reply) -> Tokens:
    """Read what the endpoint answered (RFC 6749, 5).

    Raises Fault(by=CLIENT), code ``credential.refused``, when the provider refused the client's
    credential or what it asked for; Fault(by=PROVIDER), ``provider.bad_status`` or
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
        return Fault(
            "credential.refused",
            "The identity provider did not accept the client's credential or its request.",
            by=By.CLIENT,
            cause=f"it said {error}",
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
