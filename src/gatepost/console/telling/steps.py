"""Steps of a decision in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from gatepost.console.reasons import known, reason
from gatepost.console.telling.claims import cause_words, lack_words
from gatepost.console.telling.told import Values, words

METHODS = {
    "bearer": "a token that is a JWT (bearer)",
    "introspection": "a token to ask the provider about (introspection)",
    "userinfo": "a token that userinfo accepts",
    "client_credentials": "a client id and secret (client_credentials)",
    "password": "a username and password",
    "refresh_token": "a refresh token",
    "session": "a session cookie",
    "authorization_code": "a page view that begins a login (authorization_code)",
    "logout": "a wish to log out",
    "frontchannel_logout": "a logout that the provider asks for in a frame",
    "backchannel_logout": "a logout message of the provider",
    "doors": "an answer of the provider, or a logout",
}
"""What each way to be authenticated looks for."""
CALLS = {
    "discovery": "What are your addresses? (discovery)",
    "jwks": "Which keys do you sign with? (JWKS)",
    "introspection": "Is this token active? (introspection)",
    "token": "A token for this credential (token endpoint)",
    "userinfo": "Who is this? (userinfo)",
    "par": "Keep this login request (PAR)",
    "revocation": "This token is over (revocation)",
}
"""What the gateway says to a provider, by purpose."""
_KNOWN_ALREADY = {
    "discovery": "The provider's addresses were known already.",
    "jwks": "The provider's keys were known already.",
    "introspection": "What the provider says of this token was known already.",
    "token": "The token for this credential was known already.",
    "userinfo": "Who this is was known already.",
}
_SOURCES = {
    "kept": "",
    "stale": "The provider is away, so what it said before still counts.",
    "shared": "Another request had just asked the same.",
}
_PLAIN = {
    "login.begun": "A login begins: the browser goes to the provider.",
    "login.done": "Somebody has logged in.",
    "login.failed": "The login failed.",
    "login.forbidden": "The login worked, but whoever logged in may not be here.",
    "login.looping": "The login goes round in circles, so it is stopped.",
    "login.repeated": "This login was finished already.",
    "login.unavailable": "The login could not go on.",
    "logout.done": "Somebody has logged out.",
    "logout.refused": "The logout is refused.",
    "refresh.failed": "The session's token could not be renewed.",
    "session.ended": "The session was ended.",
    "skipped": "This request is let through unasked (a preflight).",
    "revoked": "Something that the credential rests on was revoked.",
    "too late": "It took too long, so it was given up.",
    "surprise": "The gateway made a mistake, and so lets nobody through.",
    "anonymous": "Nobody was authenticated; the anonymous consumer stands in.",
    "stepped aside: somebody is authenticated": "Somebody is authenticated already.",
    "judged anew: something changed meanwhile": "Something changed meanwhile: judged anew.",
    "the access token is for somebody else's API": "The access token is for another API.",
    "no session in the cookie": "The session cookie holds no session that counts.",
    "the session is not in the store": "The session is over: it is not in the store.",
    "the session does not count": "There is a session, but it does not count.",
}
_BAD = {
    "login.failed", "login.forbidden", "login.looping", "login.unavailable", "logout.refused",
    "refresh.failed", "revoked", "too late", "surprise",
}  # fmt: skip
_REFUSED = {"rejected", "refused", "forbidden", "failed", "credential refused"}


@dataclass(frozen=True, slots=True)
class Doing:
    """One step in words. step: as it was told. more: details for who knows the terms."""

    step: Values
    words: str
    more: str = ""
    tone: str = "plain"


def doings(steps: Iterable[Values]) -> list[Doing]:
    """Return steps in words; what the next step says better is left to it."""
    every = list(steps)
    found = []
    for index, step in enumerate(every):
        following = every[index + 1] if index + 1 < len(every) else {}
        if not _said_again(step, following, every[index + 1 :]):
            found.append(_doing(step, every[:index]))
    return found


def _said_again(step: Values, following: Values, later: list[Values]) -> bool:
    what = step.get("what")
    if what == "answered":
        return True  # it is what the diagram ends with
    if what == "credential found":
        method = step.get("method")
        proven = any(one.get("what") == "proven" and one.get("method") == method for one in later)
        return proven or following.get("what") in {"rejected", "answered"}
    if what == "credential refused":
        code = step.get("code")
        return any(one.get("what") == "rejected" and one.get("code") == code for one in later)
    if what == "lacks":
        return following.get("what") in {"forbidden", "rejected"}
    return False


def _doing(step: Values, before: list[Values]) -> Doing:
    what = words(step.get("what"))
    code = words(step.get("code"))
    if what == "provider":
        purpose = words(step.get("purpose"))
        already = _KNOWN_ALREADY.get(purpose, "What the provider says was known already.")
        return Doing(step, already, _SOURCES.get(words(step.get("source")), ""), "quiet")
    if what in _REFUSED:
        return Doing(step, refusal_words(step, before), code, "bad")
    if what == "no credential":
        return Doing(step, f"Looked for {_method(step)}: none.", tone="quiet")
    if what == "credential found":
        return Doing(step, f"Found {_method(step)}.")
    if what == "proven":
        return Doing(step, f"Accepted {_method(step)}.", tone="good")
    if what == "consumer looked up":
        by = words(step.get("by")) or "name"
        found = "found" if step.get("found") is True else "nobody"
        return Doing(step, f"Looked for a consumer with this {by}: {found}.", tone="quiet")
    if what == "holds until":
        return Doing(step, f"This holds for a while only: {words(step.get('why'))}", tone="quiet")
    tone = "bad" if what in _BAD else "plain"
    more = code or cause_words(words(step.get("cause")) or words(step.get("why")))
    plain = _PLAIN.get(what)
    if plain is None:
        plain = f"{what[:1].upper()}{what[1:]}." if what else "Something happened."
    return Doing(step, plain, more, tone)


def refusal_words(step: Values, before: Iterable[Values]) -> str:
    """Return why a step refuses, as exactly as is known: with the claims that decided."""
    code = words(step.get("code"))
    earlier = list(before)
    lacks = next((one for one in reversed(earlier) if one.get("what") == "lacks"), None)
    if lacks is not None and step.get("what") in {"forbidden", "rejected"}:
        return lack_words(code, lacks)
    cause = words(step.get("cause")) or next(
        (
            words(one.get("cause"))
            for one in reversed(earlier)
            if one.get("what") == "credential refused" and one.get("code") == code
        ),
        "",
    )
    told = cause_words(cause)
    if told.endswith("."):
        return told  # a sentence of its own
    happened = reason(code).happened
    if not known(code) and words(step.get("reason")):
        happened = words(step.get("reason"))
    return f"{happened.rstrip('.')} ({told})." if told else happened


def _method(step: Values) -> str:
    name = words(step.get("method"))
    return METHODS.get(name, name.replace("_", " ") or "a credential")
