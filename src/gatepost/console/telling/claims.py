"""Claims that decided, in words: which one, what it holds, and what would have done."""

import re

from gatepost.console.parts.moments import moment
from gatepost.console.telling.told import Values, words

_TIME = re.compile(r"(exp|nbf|iat) is ([0-9]{1,11})(?:\.[0-9]+)?")
_ACCEPTED = re.compile(r"(iss|aud) is (.{0,600}?), accepted: (.{0,600})", re.DOTALL)
_TIMES = {
    "exp": "The token ended at {} (exp).",
    "nbf": "The token is good from {} only (nbf).",
    "iat": "The token says that it was issued at {} (iat).",
}
_WHOSE = {
    "groups.missing": "Whoever calls is in {has} ({claim}), but this route wants {wants}.",
    "roles.missing": "Whoever calls has {has} ({claim}), but this route wants {wants}.",
    "consumer.unknown": "No consumer here stands for {has} (the token's {claim}).",
}


def lack_words(code: str, lacks: Values) -> str:
    """Return what was lacking. lacks: a step with claim, wants and has."""
    claim, wants, has = (words(lacks.get(name)) for name in ("claim", "wants", "has"))
    if code == "claims.forbidden":
        return f"The token has the claim {claim}, which this route forbids."
    if not has:
        if code == "consumer.unknown":
            return f"The token has no {claim} that could name a consumer."
        return f"The token has no {claim}, but this route wants {wants}."
    told = _WHOSE.get(code, "The token's {claim} is {has}, but this route wants {wants}.")
    return told.format(claim=claim, wants=wants, has=has)


def cause_words(cause: str) -> str:
    """Return what lies behind a refusal; a sentence (with a full stop) where that says it all."""
    at = _TIME.fullmatch(cause)
    if at is not None:
        return _TIMES[at[1]].format(moment(float(at[2])))
    accepted = _ACCEPTED.fullmatch(cause)
    if accepted is not None:
        claim, found, wanted = accepted.groups()
        return f"The token's {claim} is {_bare(found)}, but this route wants {_bare(wanted)}."
    return cause.rstrip(".")


def _bare(found: str) -> str:
    """Return what Python quoted without its quotes."""
    return ", ".join(part.strip().strip("'\"") for part in found.split(","))
