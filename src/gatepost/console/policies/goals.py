"""From what people want of ``openid-connect`` to its fields, and back.

A policy that somebody else wrote is recognised by the same table. Pure: what a field holds is asked
of a function, what changes is returned.
"""

import ipaddress
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gatepost.console.policies.goal_table import (
    ALL_METHODS,
    QUESTIONS,
    STRICTNESSES,
    WAYS,
    Part,
    Question,
    Strictness,
)

Get = Callable[[str], Any]
"""What a field holds, by its path."""


def chosen(methods: Collection[str] | None) -> tuple[str, ...]:
    """Return the ways that a list of methods stands for; none where nobody chose."""
    if nobody_chose(methods):
        return ()
    named = set(methods or ())
    return tuple(way.name for way in WAYS if way.methods[0] in named)


def nobody_chose(methods: Collection[str] | None) -> bool:
    """Say whether a list of methods is Kong's default, which takes whatever can work."""
    return not methods or set(methods) >= ALL_METHODS


def others(methods: Collection[str] | None) -> tuple[str, ...]:
    """Return the methods that belong to no way; they are kept whatever is chosen."""
    if nobody_chose(methods):
        return ()
    ours = {name for way in WAYS for name in way.methods}
    alone = set() if "authorization_code" in (methods or ()) else {"session"}
    return tuple(name for name in methods or () if name not in ours - alone)


def methods_for(ways: Collection[str], before: Collection[str] | None) -> list[str]:
    """Return the methods for these ways, with those of before that belong to none."""
    named = {name for way in WAYS if way.name in ways for name in way.methods}
    return sorted(named | set(others(before)))


def turned(way: str, *, on: bool, get: Get, default: Get) -> dict[str, Any]:
    """Return the fields that change when a way is chosen or taken away.

    With a way come the strictnesses that are proposed for it, where nobody decided otherwise.
    """
    methods = get("auth_methods")
    ways = [one for one in chosen(methods) if one != way] + ([way] if on else [])
    change: dict[str, Any] = {"auth_methods": methods_for(ways, methods)}
    change |= _openid(ways, get("scopes"), default("scopes"))
    for one in STRICTNESSES:
        if not one.proposed or way not in one.ways or (not on and set(one.ways) & set(ways)):
            continue
        for path, strict in one.fields.items():
            if on and get(path) == default(path):
                change[path] = strict
            elif not on and get(path) == strict:
                change[path] = default(path)
    return change


def _openid(ways: Collection[str], scopes: Any, proposed: Any) -> dict[str, Any]:
    """Return what the scopes become: ``openid``, Kong's default, is about people, and a provider
    may refuse it to an application (OpenID Connect Core 1.0, 3.1.2.1; Okta does).
    """
    alone = "applications" in ways and "people" not in ways
    if alone:
        return {"scopes": []} if scopes == proposed else {}
    return {"scopes": proposed} if scopes == [] else {}


def is_on(one: Strictness, get: Get) -> bool:
    """Say whether a configuration is as strict as that."""
    return all(get(path) == strict for path, strict in one.fields.items())


def asked(ways: Collection[str], part: Part) -> list[Question]:
    """Return the questions of a part of the form, for these ways."""
    return [
        one for one in QUESTIONS if one.part == part and (not one.ways or set(one.ways) & set(ways))
    ]


def answer(question: Question, value: Any) -> Any:
    """Return what a question's input shows of its field."""
    if question.single:
        return value[0] if isinstance(value, list) and value else None
    return value


def written(question: Question, given: Any, before: Any) -> Any:
    """Return what the field holds after an answer; further entries of a list stay."""
    if not question.single:
        return given
    rest = list(before[1:]) if isinstance(before, list) else []
    if given in (None, ""):
        return rest or None
    return [given, *rest]


def headers(get: Get) -> list[tuple[str, str]]:
    """Return (claim, header) of what the upstream is told, in Kong's two parallel lists."""
    claims, names = get("upstream_headers_claims") or [], get("upstream_headers_names") or []
    return [(str(c), str(n)) for c, n in zip(claims, names, strict=False)]


def told(pairs: Collection[tuple[str, str]]) -> dict[str, Any]:
    """Return the fields that tell the upstream these; a pair that is empty is none."""
    kept = [(claim.strip(), name.strip()) for claim, name in pairs if claim.strip() or name.strip()]
    return {
        "upstream_headers_claims": [claim for claim, _ in kept] or None,
        "upstream_headers_names": [name for _, name in kept] or None,
    }


@dataclass(frozen=True, slots=True)
class Advice:
    """What somebody should think about before saving. path: of the field that it is about."""

    path: str
    words: str


def advice(ways: Collection[str], get: Get) -> Iterator[Advice]:
    """Yield what is accepted and yet not wise."""
    issuer = str(get("issuer") or "")
    if issuer.startswith("http://") and not is_loopback(issuer):
        yield Advice(
            "issuer",
            "This issuer is spoken to without TLS: whoever stands between can let anybody in. "
            "Use its https:// address.",
        )
    if not get("audience_required") and set(ways) & {"tokens", "introspection"}:
        yield Advice(
            "audience_required",
            "Without an audience, a token that was issued for another API of the same provider "
            "is taken here as well.",
        )
    if "people" in ways and not get("session_secret"):
        yield Advice(
            "session_secret",
            "Without a session secret, people have to log in again whenever they come to another "
            "node, or their node starts anew.",
        )
    for path, words in (
        ("verify_signature", "Signatures are not checked: anybody can write such a token."),
        ("verify_claims", "Whether a token has ended, and whose it is, is not checked."),
        ("ssl_verify", "The provider's certificate is not checked."),
    ):
        if get(path) is False:
            yield Advice(path, f"{words} Switch {path} on.")


def is_loopback(address: str) -> bool:
    """Say whether an address is of this machine."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
