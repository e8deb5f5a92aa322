"""Answers that the provider signed: whose signature is believed, and to whom they are addressed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import final

from gatepost.oidc.answer import ANSWER_LIMIT, bad_answer
from gatepost.oidc.claim_types import WrongClaim
from gatepost.oidc.compact import Unverified, parse
from gatepost.oidc.jose import ASYMMETRIC
from gatepost.oidc.key_set import KeySet, UnknownKey, verify
from gatepost.values import By, Fault, Secret


@final
@dataclass(frozen=True, slots=True)
class Signer:
    """Who may sign an answer, and to whom it must be addressed.

    keys: of the provider. issuer: what ``iss`` must be. client_id: must be in ``aud``. secret:
    allows HS256 and its kin with this secret. leeway: seconds. algorithms: as in
    ``key_set.verify``.
    """

    keys: KeySet
    issuer: str
    client_id: str
    secret: Secret | None = field(default=None, repr=False)
    leeway: float = 0
    algorithms: frozenset[str] = ASYMMETRIC


Judge = Callable[[Unverified], Mapping[str, object]]
"""Takes a token whose signature is good, checks what it says and returns what was asked for."""


def read_signed(
    body: bytes, signer: Signer, judge: Judge, *, what: str
) -> tuple[Mapping[str, object], Secret]:
    """Return what a signed answer says, and its text; a broken one is the provider's failure.

    what: how messages call the endpoint. Raises Fault(by=PROVIDER): ``provider.bad_answer``,
    also where ``judge`` raises a Fault(by=CLIENT) or WrongClaim; or UnknownKey, code
    ``provider.unknown_key``, upon which a caller may fetch the keys again and read the same reply
    once more.
    """
    if len(body) > ANSWER_LIMIT:
        raise bad_answer(what, f"it is larger than {ANSWER_LIMIT} bytes")
    try:
        text = body.decode("ascii").strip()
        token = parse(text, limit=ANSWER_LIMIT)
        verify(token, signer.keys, algorithms=signer.algorithms, secret=signer.secret)
        claims = judge(token)
    except UnicodeDecodeError:
        raise bad_answer(what, "it is not a signed token") from None
    except WrongClaim as reason:
        raise bad_answer(what, str(reason)) from None
    except UnknownKey as reason:
        raise UnknownKey(
            "provider.unknown_key",
            "The identity provider signed its answer with a key that it has not published.",
            by=By.PROVIDER,
            cause=reason.cause,
        ) from None
    except Fault as reason:
        if reason.by is By.PROVIDER:
            raise
        raise bad_answer(what, f"{reason.code}, {reason.cause}") from None
    return claims, Secret(text)
