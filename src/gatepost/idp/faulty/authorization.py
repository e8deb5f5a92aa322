"""Lies in the answer to an authorization request (RFC 9207; JARM)."""

from collections.abc import Callable

from gatepost.idp.draft import ANSWER_SECONDS, Change
from gatepost.idp.faulty.drafts import expired, flipped, suffixed, unsigned, without
from gatepost.idp.orders import Order

Parameters = tuple[tuple[str, str], ...]
"""The parameters of an answer, in order; one may be there twice."""

ChangeAnswer = Callable[[Parameters, Order], Parameters]


def _suffixed(name: str, tail: str) -> ChangeAnswer:
    return lambda right, _order: tuple(
        (key, value + tail if key == name else value) for key, value in right
    )


def _without(name: str) -> ChangeAnswer:
    return lambda right, _order: tuple(pair for pair in right if pair[0] != name)


def _second_issuer(right: Parameters, _order: Order) -> Parameters:
    """Name another issuer after the right one."""
    return (*right, ("iss", "https://issuer.invalid/other"))


def _second_code(right: Parameters, _order: Order) -> Parameters:
    """Give the code twice, the very same, so that taking either would work."""
    return (*right, *(pair for pair in right if pair[0] == "code"))


def _error(right: Parameters, order: Order) -> Parameters:
    """Refuse, with the error, error_description and error_uri that were ordered."""
    told = {"error": "login_required", **{name: str(v) for name, v in order.members.items()}}
    kept = [pair for pair in right if pair[0] in ("state", "iss")]
    return (*told.items(), *kept)


def _as_it_is(right: Parameters, _order: Order) -> Parameters:
    return right


ANSWER: dict[str, ChangeAnswer] = {
    "response-invalid-state": _suffixed("state", "1"),
    "response-missing-state": _without("state"),
    "response-error": _error,
    "response-slow": _as_it_is,
}
"""Faults of any answer; ``response-slow`` waits for the order's seconds."""

PLAIN_ANSWER: dict[str, ChangeAnswer] = {
    "response-invalid-iss": _suffixed("iss", "1"),
    "response-missing-iss": _without("iss"),
    "response-other-iss-twice": _second_issuer,
    "response-duplicate-code": _second_code,
}
"""Faults of an answer that is not a JWT."""

SIGNED_ANSWER: dict[str, Change] = {
    "jarm-missing-iss": without("iss"),
    "jarm-missing-aud": without("aud"),
    "jarm-missing-exp": without("exp"),
    "jarm-invalid-iss": suffixed("iss", "1"),
    "jarm-invalid-aud": suffixed("aud", "1"),
    "jarm-expired": expired(ANSWER_SECONDS),
    "jarm-invalid-sig": flipped,
    "jarm-alg-none": unsigned,
}
"""Faults of an answer that is a JWT."""

ROTATES = frozenset({"rotate-keys"})
"""All keys are replaced, and the old ones withdrawn, when a request arrives."""

AUTHORIZE_FAULTS = (*ANSWER, *PLAIN_ANSWER, *SIGNED_ANSWER, *ROTATES)

SLOW = "response-slow"
