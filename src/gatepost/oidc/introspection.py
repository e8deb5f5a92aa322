"""The introspection endpoint: the provider says whether a token lives (RFC 7662, RFC 9701).

Only ``"active": true`` in a well-formed answer is active. An answer that cannot be read, or any
status but 200, says nothing about the token: it is the provider's failure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc.answer import bad_answer, bad_status, json_object
from gatepost.oidc.client import Client
from gatepost.oidc.compact import Unverified
from gatepost.oidc.extras import NOTHING, Extra
from gatepost.oidc.form_call import form_call
from gatepost.oidc.registered_claims import Expected, check_claims
from gatepost.oidc.signer import Signer, read_signed
from gatepost.values import By, Call, Clock, Fault, Reply, Secret, Transport

ACCEPTS: Final = ("application/json", "application/jwt", "application/token-introspection+jwt")
"""The forms of an answer that may be asked for."""


@final
@dataclass(frozen=True, slots=True)
class Introspection:
    """What the provider says about one token.

    claims: the members of the answer. raw: its body as it came. jwt: the signed form, where the
    answer was signed.
    """

    active: bool
    claims: Mapping[str, object] = field(repr=False)
    raw: bytes = field(repr=False)
    jwt: Secret | None = None


def request(
    url: str,
    token: Secret,
    client: Client,
    method: str,
    *,
    hint: str | None = "access_token",
    parameter: str = "token",
    accept: str = "application/json",
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Ask about a token; it travels in the body, never in the address (RFC 7662, 2.1).

    hint: ``token_type_hint``, None to leave it out. parameter: the name of the form field.
    Raises the faults of ``form_call``.
    """
    form = [(parameter, token.reveal())]
    if hint:
        form.append(("token_type_hint", hint))
    return form_call(
        url,
        tuple(form),
        client=client,
        method=method,
        purpose="introspection",
        accept=accept,
        extra=extra,
        transport=transport,
    )


def read(reply: Reply, signer: Signer | None, clock: Clock) -> Introspection:
    """Read the answer; ``active`` may still be False, and nothing else in it is checked yet.

    signer: None where signed answers are not expected; they are then refused. Raises
    Fault(by=PROVIDER): ``provider.refused_our_credentials``, ``provider.bad_status``,
    ``provider.bad_answer``, or UnknownKey, upon which a caller may fetch the keys again and read
    the same reply once more; Fault(by=CLIENT), ``token.unsupported``, for a kind of token that the
    provider does not answer about.
    """
    if reply.status in (401, 403):
        raise bad_status(reply, what="introspection", code="provider.refused_our_credentials")
    if reply.status != 200:
        raise _unsupported(reply) or bad_status(reply, what="introspection")
    media = reply.media_type()
    if media in ("application/jwt", "application/token-introspection+jwt"):
        if signer is None:
            raise bad_answer("introspection", "it is signed, which was not asked for")
        claims, jwt = read_signed(
            reply.body,
            signer,
            lambda token: _members(token, media, signer, clock),
            what="introspection",
        )
    else:
        claims, jwt = json_object(reply, what="introspection"), None
    if not claims:
        raise bad_answer("introspection", "it is empty")
    return Introspection(claims.get("active") is True, claims, reply.body, jwt)


def check(answer: Introspection, expected: Expected, clock: Clock) -> float | None:
    """Check an active answer's own claims (RFC 7662, 4), and return the instant of its end.

    Claims that the answer leaves out are missed only where ``expected`` asks for their value
    (audience, domains, max_age). Raises Fault(by=CLIENT) as
    ``registered_claims.check_claims``.
    """
    return check_claims(answer.claims, expected, clock, complete=False)


def _unsupported(reply: Reply) -> Fault | None:
    """Return the fault of a token of a kind that is not introspected, if that is what it says.

    The error is RFC 7009's (2.2.1), which some providers also use here, about every JWT. Anybody
    can send such a token, so it must not look like an outage.
    """
    try:
        error = json_object(reply, what="introspection", statuses=(400,)).get("error")
    except Fault:
        return None
    if reply.status != 400 or error != "unsupported_token_type":
        return None
    return Fault(
        "token.unsupported",
        "The identity provider does not introspect tokens of this kind.",
        by=By.CLIENT,
    )


def _members(token: Unverified, media: str, signer: Signer, clock: Clock) -> Mapping[str, object]:
    """Return the answer inside the signed token.

    The standard form wraps it in ``token_introspection`` and is addressed to us (RFC 9701, 5).
    ``application/jwt`` is older: it may also be the claims themselves, then only ``iss`` binds it.
    """
    payload = token.payload
    inner = payload.get("token_introspection")
    standard = media == "application/token-introspection+jwt"
    if standard and token.typ != "token-introspection+jwt":
        raise bad_answer("introspection", "its typ is not token-introspection+jwt")
    if inner is None and not standard:
        if payload.get("iss") != signer.issuer:
            raise bad_answer("introspection", "it is signed by another issuer")
        return payload
    if not isinstance(inner, dict):
        raise bad_answer("introspection", "there is no token_introspection in it")
    check_claims(
        payload, Expected(signer.issuer, audience=(signer.client_id,), leeway=signer.leeway), clock
    )
    return inner
