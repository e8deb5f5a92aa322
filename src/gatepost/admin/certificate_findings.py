"""Certificates that end: of listeners and upstreams, and those that upstreams and callers need."""

from collections.abc import Iterator
from functools import lru_cache

from gatepost.admin.findings import DAY, Finding, short
from gatepost.model import Snapshot
from gatepost.model.certificate import read_chain

SOON = 30 * DAY
"""Seconds before its end at which a certificate is told of."""

_WORDS = {"certificates": "Certificate", "ca_certificates": "CA certificate"}
_RENEW = "Get a new certificate, and PATCH it in with its key; no connection is cut."
_TRUST = "Add the authority's new certificate, let services use it, and delete this one."


def of_certificates(snapshot: Snapshot, now: float) -> Iterator[Finding]:
    """Yield certificates that have ended or end soon; of a chain, its first end counts."""
    names: dict[str, str] = {}
    for sni in snapshot.snis:
        names.setdefault(sni.certificate, sni.name)
    for one in snapshot.certificates:
        ends = [end for pem in (one.cert, one.cert_alt) if pem and (end := ends_at(pem))]
        if ends:
            yield from _told("certificates", one.id, names.get(one.id), min(ends) - now)
    for authority in snapshot.ca_certificates:
        end = ends_at(authority.cert)
        if end:
            yield from _told("ca_certificates", authority.id, None, end - now)


def _told(kind: str, ident: str, name: str | None, left: float) -> Iterator[Finding]:
    if left >= SOON:
        return
    word, do = _WORDS[kind], _RENEW if kind == "certificates" else _TRUST
    called, code = f"{word} {short(name or ident)}", kind.removesuffix("s")
    if left <= 0:
        says = f"{called} has ended: {days(-left)} ago."
        yield Finding(f"{code}.ended", "problem", says, do, kind, ident, name)
    else:
        says = f"{called} ends in {days(left)}."
        yield Finding(f"{code}.ends", "warning", says, do, kind, ident, name)


def days(seconds: float) -> str:
    """Return a time in words that fit it."""
    for size, word in ((DAY, "day"), (3600, "hour"), (60, "minute")):
        number = int(seconds // size)
        if number >= 1:
            return f"{number} {word}{'s' if number > 1 else ''}"
    return "less than a minute"


@lru_cache(maxsize=4096)
def ends_at(pem: str) -> float | None:
    """Return when the first certificate of a PEM text ends, None for a reference to a vault."""
    try:
        return min(one.not_valid_after_utc.timestamp() for one in read_chain(pem))
    except ValueError:
        return None
