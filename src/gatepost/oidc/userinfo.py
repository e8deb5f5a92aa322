"""The userinfo endpoint: claims about the user whose access token it is shown.

OpenID Connect Core 1.0, 5.3. What it says is about somebody only when its ``sub`` is the subject
of the login; an answer about another is thrown away whole (5.3.2, 5.3.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc import claim_types
from gatepost.oidc.answer import bad_answer, json_object
from gatepost.oidc.claim_types import WrongType
from gatepost.oidc.client_auth import Pairs
from gatepost.oidc.compact import Unverified
from gatepost.oidc.extras import check_arguments, check_headers
from gatepost.oidc.query import extended
from gatepost.oidc.signer import Signer, read_signed
from gatepost.values import By, Call, Clock, Fault, Headers, Reply, Secret, Transport

ACCEPTS: Final = ("application/json", "application/jwt")
"""The forms of an answer that may be asked for."""

_OUR_HEADERS: Final = frozenset(
    {"accept", "authorization", "connection", "content-length", "host", "transfer-encoding"}
)
# Claims that lie elsewhere are not fetched: the address is whatever the user's provider let into
# the answer, and following it lets strangers choose whom we call (5.6.2).
_ELSEWHERE: Final = ("_claim_names", "_claim_sources")


@final
@dataclass(frozen=True, slots=True)
class Userinfo:
    """What the provider says about a user.

    claims: without references to claims that lie elsewhere. raw: the body as it came. jwt: the
    signed form, where the answer was signed.
    """

    claims: Mapping[str, object] = field(repr=False)
    raw: bytes = field(repr=False)
    jwt: Secret | None = None


def request(
    url: str,
    token: Secret,
    *,
    accept: str = "application/json",
    headers: Pairs = (),
    args: Pairs = (),
    transport: Transport | None = None,
) -> Call:
    """Ask about the user of an access token, which travels in the header alone (RFC 6750, 2.1).

    headers, args: what the configuration adds. Raises Fault(by=CLIENT), code
    ``token.malformed``, for a token that no header can hold, and ``request.bad_header``;
    Fault(by=OPERATOR): ``config.reserved_argument``, ``config.reserved_header``,
    ``config.endpoint_query``.
    """
    text = token.reveal()
    if not text or any(not "!" <= char <= "~" for char in text):
        raise Fault(
            "token.malformed",
            "The token holds characters that a token must not hold.",
            by=By.CLIENT,
        )
    check_arguments(args, ("access_token",))  # never in an address (RFC 6750, 2.3; RFC 9700, 4.3)
    check_headers(headers, _OUR_HEADERS)
    fields = [("accept", accept), ("authorization", f"Bearer {text}"), *headers]
    return Call(
        "GET",
        extended(url, args),
        Headers(fields),
        purpose="userinfo",
        transport=transport or Transport(),
    )


def read(reply: Reply, *, subject: str | None, signer: Signer | None, clock: Clock) -> Userinfo:
    """Read the answer.

    subject: ``sub`` of the id token, None where there was no login. signer: None where signed
    answers are not expected; they are then refused. Raises Fault(by=CLIENT):
    ``token.userinfo_refused`` when the provider does not accept the token, ``userinfo.subject``;
    Fault(by=PROVIDER): ``provider.bad_status``, ``provider.bad_answer``, or UnknownKey, upon
    which a caller may fetch the keys again and read the same reply once more.
    """
    if reply.status == 401 or _too_little_scope(reply):
        raise Fault(
            "token.userinfo_refused",
            "The identity provider did not accept the access token at its userinfo endpoint.",
            by=By.CLIENT,
            cause=f"status {reply.status}",
        )
    if reply.status == 200 and reply.media_type() == "application/jwt":
        if signer is None:
            raise bad_answer("userinfo", "it is signed, which was not asked for")
        claims, jwt = _signed(reply.body, signer, clock)
    else:
        claims, jwt = json_object(reply, what="userinfo"), None
    _check_subject(claims, subject)
    kept = {name: value for name, value in claims.items() if name not in _ELSEWHERE}
    return Userinfo(kept, reply.body, jwt)


def _too_little_scope(reply: Reply) -> bool:
    """Return whether the token is good but not for this endpoint (RFC 6750, 3.1).

    Anybody can bring such a token, so it must not look like an outage.
    """
    challenges = reply.headers.all("www-authenticate")
    return reply.status == 403 and any("insufficient_scope" in text for text in challenges)


def _signed(body: bytes, signer: Signer, clock: Clock) -> tuple[Mapping[str, object], Secret]:
    def judge(token: Unverified) -> Mapping[str, object]:
        """Check a signed answer: iss and aud where they are there (OpenID Connect Core, 5.3.2)."""
        claims = token.payload
        if "+" in (token.typ or ""):  # RFC 8725, 3.11: a token of another kind says so
            raise bad_answer("userinfo", "its typ is that of another kind of token")
        if "iss" in claims and claims["iss"] != signer.issuer:
            raise bad_answer("userinfo", "it is signed by another issuer")
        audience = claim_types.audience(claims)
        if audience is not None and signer.client_id not in audience:
            raise bad_answer("userinfo", "it is for somebody else")
        claim_types.until(claims, signer.leeway, clock)
        return claims

    return read_signed(body, signer, judge, what="userinfo")


def _check_subject(claims: Mapping[str, object], expected: str | None) -> None:
    try:
        subject = claim_types.text(claims, "sub")
    except WrongType as reason:
        raise _subject(str(reason)) from None
    if subject is None:
        raise _subject("sub is missing")
    if expected is not None and subject != expected:
        raise _subject("sub is another one")


def _subject(cause: str) -> Fault:
    return Fault(
        "userinfo.subject",
        "What the userinfo endpoint says is not about the user who logged in.",
        by=By.CLIENT,
        cause=cause,
    )
