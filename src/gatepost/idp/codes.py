"""Authorization codes: redeemed once, within a minute, by whom they were made for."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from gatepost.idp.asking import RefusedError
from gatepost.idp.directory import Application
from gatepost.idp.expiring import Expiring
from gatepost.idp.families import Family
from gatepost.values import Clock

CODE_SECONDS = 60
"""How long a code may be redeemed (RFC 6749, 4.1.2: ten minutes at most)."""

_REMEMBERED = 3_600  # seconds; a code that comes again within them ends what it gave
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.1


@dataclass(slots=True, eq=False)
class Code:
    """What a code stands for. challenge: of PKCE with S256, if there was one."""

    family: Family
    redirect_uri: str
    challenge: str | None = field(repr=False)
    expires: float
    used: bool = False


class Codes:
    """Every code that was given lately."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: Expiring[Code] = Expiring(clock)

    def give(self, family: Family, *, redirect_uri: str, challenge: str | None) -> str:
        """Make a code and return its text."""
        text = secrets.token_urlsafe(32)
        code = Code(family, redirect_uri, challenge, self._clock.now() + CODE_SECONDS)
        self._given.put(text, code, seconds=_REMEMBERED)
        return text

    def redeem(
        self, text: str, application: Application, *, redirect_uri: str | None, verifier: str | None
    ) -> Family:
        """Return what a code stands for, and use it up.

        An attempt of its own application uses it up also when it fails; one of another does not,
        so that nobody breaks a login with a code that was seen somewhere. A second use ends all
        that the first one gave (RFC 6749, 4.1.2). Raises RefusedError ``invalid_grant``.
        """
        code = self._given.find(text)
        if code is None or code.family.application is not application:
            raise _refused("the code is not known to be this application's, or too old")
        if code.used:
            code.family.ended = True
            raise _refused("the code was used before; what it gave is revoked")
        code.used = True
        if self._clock.past(code.expires):
            raise _refused(f"the code is older than {CODE_SECONDS} seconds")
        if redirect_uri != code.redirect_uri:  # RFC 6749, 4.1.3
            raise _refused("redirect_uri is not that of the authorization request")
        _check_verifier(code.challenge, verifier)
        session = code.family.session
        if not code.family.gives(self._clock) or (session is not None and session.ended):
            raise _refused("the user, the application or the session has ended")
        return code.family


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Compare the verifier with the challenge (RFC 7636, 4.6)."""
    if challenge is None:
        if verifier is not None:  # RFC 9700, 2.1.1: else PKCE could be stripped from a login
            raise _refused("code_verifier, but there was no code_challenge")
        return
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        raise _refused("code_verifier is missing, or not 43 to 128 unreserved characters")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(digest, challenge.encode()):
        raise _refused("code_verifier does not belong to code_challenge")


def _refused(description: str) -> RefusedError:
    return RefusedError(400, "invalid_grant", description)
