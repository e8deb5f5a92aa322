"""The authorization endpoint: a browser is sent there, and comes back with a code.

What comes back was in the hands of the browser, so of anybody: it is read as an attack. RFC 6749,
4.1.1 and 4.1.2; OpenID Connect Core 1.0, 3.1.2; RFC 9207.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc import pkce
from gatepost.oidc.client_auth import Pairs
from gatepost.oidc.extras import check_arguments
from gatepost.oidc.query import extended
from gatepost.values import By, Fault, Secret

DESCRIPTION_LIMIT: Final = 200
"""Characters of a provider's error description that are kept."""

_RESERVED: Final = frozenset(
    {
        "client_assertion",  # a client's proof never goes through a browser
        "client_assertion_type",
        "client_id",
        "client_secret",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "request",
        "request_uri",
        "response_type",
        "state",
    }
)
_ONCE: Final = ("code", "error", "error_description", "iss", "response", "state")
_ERROR: Final = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}")


@final
@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a provider is asked for when a login begins.

    response_mode: None where the default is wanted. code_challenge: of ``pkce.challenge``; None
    leaves PKCE out. max_age: seconds. extra: configured arguments, in order; ``scope``,
    ``audience``, ``max_age`` and ``response_mode`` among them take the place of ours.
    """

    client_id: str
    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    response_type: str = "code"
    response_mode: str | None = None
    scopes: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    code_challenge: str | None = field(default=None, repr=False)
    max_age: float | None = None
    extra: Pairs = field(default=(), repr=False)

    def parameters(self) -> Pairs:
        """Return the parameters in order, for ``url`` or for ``par.request``.

        Raises Fault(by=OPERATOR), code ``config.reserved_argument``, for an extra argument that
        the protocol sets, or that would carry a request or a proof past it.
        """
        check_arguments(self.extra, _RESERVED)
        ours: list[tuple[str, str]] = [
            ("client_id", self.client_id),
            ("response_type", self.response_type),
            ("redirect_uri", self.redirect_uri),
            ("state", self.state),
            ("nonce", self.nonce),
        ]
        if self.code_challenge is not None:
            ours.append(("code_challenge", self.code_challenge))
            ours.append(("code_challenge_method", pkce.METHOD))
        named = {name for name, _ in self.extra}
        ours.extend(pair for pair in self._replaceable() if pair[0] not in named)
        return (*ours, *self.extra)

    def _replaceable(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        if self.response_mode is not None:
            pairs.append(("response_mode", self.response_mode))
        if self.scopes:
            pairs.append(("scope", " ".join(self.scopes)))
        pairs.extend(("audience", value) for value in self.audience)
        if self.max_age is not None:
            # whole seconds (OpenID Connect Core 1.0, 3.1.2.1)
            pairs.append(("max_age", str(int(self.max_age))))
        return pairs


@final
@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """What came back: the code, and the state that says to which login it belongs."""

    code: Secret
    state: str = field(repr=False)


@final
class AuthorizationError(Fault):
    """The provider answered an error instead of a code (RFC 6749, 4.1.2.1).

    error: its code, ``invalid`` where it was none. description: its words, without what cannot
    be printed, cut, and to be escaped like any stranger's text; empty where it gave none. state:
    to which login it belongs.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        by: By,
        cause: str | None,
        error: str,
        description: str,
        state: str,
    ) -> None:
        super().__init__(code, message, by=by, cause=cause)
        self.error = error
        self.description = description
        self.state = state


def url(endpoint: str, parameters: Pairs) -> str:
    """Return where to send the browser; keeps the endpoint's own query (RFC 6749, 3.1).

    Raises Fault(by=OPERATOR), code ``config.endpoint_query``.
    """
    return extended(endpoint, parameters)


def read(
    parameters: Sequence[tuple[str, str]], *, issuer: str, iss_promised: bool
) -> AuthorizationResponse:
    """Read what a browser brought back, from query or form; unknown parameters are ignored.

    issuer: the one to which this login was sent. iss_promised: whether that provider's metadata
    say that ``iss`` is always there. Whether the state is that of a login which this browser
    began is the caller's to judge, before anything else is believed. Raises Fault(by=CLIENT):
    ``authorization.duplicate``, ``authorization.issuer``, ``authorization.issuer_missing``,
    ``authorization.no_state``, ``authorization.no_code``; AuthorizationError, code
    ``authorization.denied``.
    """
    found = single(parameters)
    _check_issuer(found, issuer, promised=iss_promised)
    state = found.get("state")
    if not state:  # RFC 6749, 4.1.2: required where it was sent, and it always is
        raise _not_believed(
            "authorization.no_state", "The provider's answer names no login (state)."
        )
    if "error" in found:
        raise _denied(found, state)
    code = found.get("code")
    if not code:
        raise _not_believed("authorization.no_code", "The provider's answer holds no code.")
    return AuthorizationResponse(Secret(code), state)


def single(parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters that an answer consists of, by name.

    Raises Fault(by=CLIENT), code ``authorization.duplicate``, when one is there twice: two
    readers would take two different ones (RFC 6749, 3.1).
    """
    times = Counter(name for name, _ in parameters)
    for name in _ONCE:
        if times[name] > 1:
            raise _not_believed(
                "authorization.duplicate",
                f"The provider's answer holds {name} more than once.",
            )
    return {name: value for name, value in parameters if name in _ONCE}


def _check_issuer(found: Mapping[str, str], issuer: str, *, promised: bool) -> None:
    """Defend against mix-up: the answer names who gave it (RFC 9207, 2.4), errors as well."""
    named = found.get("iss")
    if named is None:
        if promised:
            raise _not_believed(
                "authorization.issuer_missing",
                "The provider's answer does not say who gave it (iss), as its metadata promise.",
            )
        return
    if named != issuer:  # simple string comparison
        raise _not_believed(
            "authorization.issuer",
            "The provider's answer was given by another issuer than the one that was asked.",
            f"iss is {ascii(named)[:200]}, asked was {issuer[:200]}",
        )


def _denied(found: Mapping[str, str], state: str) -> AuthorizationError:
    given = found["error"]
    error = given if _ERROR.fullmatch(given) else "invalid"
    described = found.get("error_description", "")[: 4 * DESCRIPTION_LIMIT]
    printable = "".join(char if char.isprintable() else " " for char in described)
    return AuthorizationError(
        "authorization.denied",
        "The identity provider did not let the login happen.",
        by=By.CLIENT,
        cause=f"it said {error}",
        error=error,
        description=" ".join(printable.split())[:DESCRIPTION_LIMIT],
        state=state,
    )


def _not_believed(code: str, message: str, cause: str | None = None) -> Fault:
    return Fault(code, message, by=By.CLIENT, cause=cause)
