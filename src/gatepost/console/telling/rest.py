"""The rest of a decision in words: its memory, what it rests on, what was read and changed."""

from datetime import datetime

from gatepost.console.parts.moments import duration, moment
from gatepost.console.telling.told import Values, number, words

_READ = {
    "header": "the header {}",
    "headers": "all headers {}",
    "query": "the query argument {}",
    "queries": "all query arguments {}",
    "cookie": "the cookie {}",
    "cookies": "the cookies {}",
    "method": "the method",
    "path": "the path",
    "body": "the body",
    "args": "the whole query",
}
_CONNECTION = {
    "scheme": "whether it is http or https",
    "host": "the host that was called",
    "port": "the port that was called",
    "address": "the caller's address",
    "trusted": "whether a trusted proxy sent it",
    "sni": "the server name of TLS",
    "client-certificate": "the caller's certificate",
}
_BITS = {
    "body": "whether the body may hold a credential",
    "preflight": "whether it is a preflight of a browser",
    "grpc": "whether it is gRPC",
    "navigation": "whether a person opens a page",
    "method": "whether the method is one of {}",
    "path-suffix": "whether the path ends with {}",
    "query": "whether the query has {}",
    "cookie-prefix": "whether a cookie begins with {}",
}
_TAGS = {
    "token": "this very token is revoked",
    "token-id": "the token with the id {1} is revoked",
    "issuer": "everything of the issuer {0} is revoked",
    "subject": "everything of {1} is revoked",
    "session": "the session {1} is revoked",
    "login": "whoever logged in logs out",
    "client": "everything of the application {1} is revoked",
    "consumer": "the consumer changes, goes, or is revoked",
    "lookup": "a consumer with {0} {1} comes or goes",
    "key": "the signing key {1} is revoked",
    "plugin": "the policy changes, or what it decided is revoked",
}
_WHY_NOT = {
    "it used random numbers": "it used random numbers, as a login does",
    "it used the raw time": "it depends on the exact time",
    "it is an answer in full": "the gateway answered by itself",
    "it claimed something": "it used something up that can be used once",
    "it changes the body": "it changes the body of the request",
    "it holds no longer than now": "the credential ends now",
    "the refusal does not follow from credential and configuration alone": (
        "the refusal may be over in a moment: it does not follow from the credential alone"
    ),
}


def memory_words(kept: Values | None) -> str:
    """Return whether a decision is remembered and until when, in a sentence or two."""
    if kept is None:
        return "Nothing was to be remembered."
    if kept.get("remembered") is not True:
        return "Not remembered: the next such request is decided anew."
    seconds, until = number(kept.get("seconds")), _moment(kept.get("until"))
    lasts = f" for {duration(seconds)}" if seconds else ""
    ends = f", until {until}" if until else ""
    told = f"Remembered{lasts}{ends}. Requests with the same credential are not asked about."
    over = _moment(kept.get("credential_ends"))
    return f"{told} The credential itself ends at {over}." if over else told


def why_not(reason: str) -> str:
    """Return why a decision is not remembered."""
    if reason.startswith("it read ") and reason.endswith(", which lies outside the key"):
        what = reason.removeprefix("it read ").removesuffix(", which lies outside the key")
        return f"it depends on {read_words(what)}, which is no part of what is compared"
    return _WHY_NOT.get(reason, reason)


def tag_words(tag: str) -> str:
    """Return what ends a remembered decision, of a tag such as ``subject ISSUER NAME``."""
    kind, _, rest = tag.partition(" ")
    parts = rest.split(" ")
    told = _TAGS.get(kind)
    if told is None:
        return tag
    first, last = parts[0], " ".join(parts[1:]) or rest
    return told.replace("{0}", first).replace("{1}", last)


def tag_target(tag: str) -> tuple[str, str] | None:
    """Return kind and id of the entity that a tag is about; None where it is about none."""
    kind, _, rest = tag.partition(" ")
    kinds = {"plugin": "plugins", "consumer": "consumers"}
    return (kinds[kind], rest) if kind in kinds and rest and "…" not in rest else None


def read_words(what: str) -> str:
    """Return what of a request was read, of ``header:authorization`` and its like."""
    kind, _, name = what.partition(":")
    if kind == "connection":
        return _CONNECTION.get(name, name)
    if kind == "bit":
        bit, _, argument = name.partition(":")
        return _BITS.get(bit, what).replace("{}", argument)
    return _READ.get(kind, what).replace("{}", name).strip()


def edit_words(name: str, value: str | None) -> tuple[str, str]:
    """Return what happens to a header (or argument, cookie) on its way, and what it becomes."""
    bare = name.removeprefix("(").removesuffix(")")
    return (f"{bare} is taken out", "") if value is None else (f"{bare} becomes", value)


def _moment(text: object) -> str:
    try:
        return moment(datetime.fromisoformat(words(text)).timestamp()) if text else ""
    except (ValueError, OverflowError):
        return ""
