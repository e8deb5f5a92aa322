"""What was decided, in a title and a sentence or two."""

from dataclasses import dataclass

from gatepost.console.parts.moments import duration
from gatepost.console.reasons import reason
from gatepost.console.telling.steps import METHODS, refusal_words
from gatepost.console.telling.told import Told, Values, words

_PLAINLY = {
    "no Route matched with those values": (
        "No route fits the host, path and method of this request.",
        "Make a route for it, or check the address: routes compare host, path, method, headers.",
    ),
    "the route wants HTTPS": (
        "The route takes HTTPS only, and this came over HTTP.",
        "Call the https address.",
    ),
    "no Service found with those values": (
        "The route fits, but leads to no service.",
        "Give the route a service.",
    ),
}
_FOUND = {
    "asked": "Asked: this was decided anew.",
    "level1": "Remembered by the worker process that served it, so nobody was asked.",
    "level2": "Remembered by the node (another of its workers had asked), so nobody was asked.",
    "shared": "Decided together with another request that came at the same time.",
    "none": "There was nothing to decide: no policy is at work here.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided. by: the rule that decided. do: what helps, empty where nothing has to."""

    tone: str
    title: str
    sentence: str
    by: str = ""
    do: str = ""


def found_in(memory: str) -> str:
    """Return where a decision was found."""
    return _FOUND.get(memory, memory)


def verdict(told: Told) -> Verdict:
    """Return what was decided, and by which rule."""
    if told.forwarded:
        return _forwarded(told)
    if told.outcome == "answered":
        return _answered(told)
    return _refused(told)


def _forwarded(told: Told) -> Verdict:
    to = f" to {told.service.name}" if told.service and told.service.name else ""
    title = f"Let through{to}"
    if told.memory == "none":
        sentence = "No policy is on this route, so nobody is asked who calls."
        if told.api_failed:
            sentence += f" The status {told.status} is the API's own answer."
        return Verdict("good", title, sentence)
    proven = _last(told, "proven")
    who = told.consumer.called if told.consumer else _subject(told)
    if _last(told, "anonymous") is not None:
        sentence = "Nobody was authenticated; the anonymous consumer stands in."
    elif _last(told, "skipped") is not None:
        sentence = "This request needs no credential (a preflight)."
    elif proven is not None:
        method = words(proven.get("method"))
        sentence = f"It came with {METHODS.get(method, method)}, and that is good."
    else:
        sentence = "The policy accepted the credential."
    if who:
        sentence += f" The caller is {who}."
    if told.api_failed:
        sentence += f" The status {told.status} is the API's own answer."
    return Verdict("good", title, sentence, _rule(told, proven))


def _answered(told: Told) -> Verdict:
    status = f" with {told.status}" if told.status is not None else ""
    by = _rule(told, _last(told, "answered"))
    title = f"Answered by the gateway itself{status}"
    if _last(told, "login.begun") is not None:
        sentence = "Nobody is logged in yet, so the browser is sent to the provider to log in."
        return Verdict("plain", "Sent to log in", sentence, by)
    for event, sentence in (
        ("login.done", "The login is finished; the browser goes to the page that was wanted."),
        ("logout.done", "The session was ended."),
    ):
        if _last(told, event) is not None:
            return Verdict("plain", title, sentence, by)
    bad = _last(told, "rejected", "refused", "forbidden", "failed", "login.failed")
    if bad is not None:
        code = words(bad.get("code"))
        happened = refusal_words(bad, _before(told, bad))
        return Verdict("bad", title, happened, by, reason(code).do if code else "")
    return Verdict("plain", title, "It did not go on to the API.", by)


def _refused(told: Told) -> Verdict:
    title = "Refused" + (f" with {told.status}" if told.status is not None else "")
    plainly = _PLAINLY.get(told.message)
    if plainly is not None and told.code is None:
        return Verdict("bad", title, *_with_rule(plainly))
    step = _last(told, "rejected", "refused", "forbidden", "failed")
    if told.code is None:
        sentence = told.message or "The gateway did not pass this request on."
        return Verdict("bad", title, f"{sentence.rstrip('.')}.")
    about = step if step is not None and step.get("code") == told.code else {"code": told.code}
    sentence = refusal_words(about, _before(told, step) if about is step else ())
    return Verdict("bad", title, sentence, _rule(told, step), reason(told.code).do)


def _with_rule(plainly: tuple[str, str]) -> tuple[str, str, str]:
    return plainly[0], "", plainly[1]


def _rule(told: Told, step: Values | None) -> str:
    plugin = words(step.get("plugin")) if step is not None else ""
    if not plugin and told.plugins:
        plugin = told.plugins[0].partition(" ")[0]
    return f"Decided by the policy {plugin}." if plugin else ""


def _last(told: Told, *what: str) -> Values | None:
    return next((one for one in reversed(told.steps) if one.get("what") in what), None)


def _before(told: Told, step: Values | None) -> tuple[Values, ...]:
    for index, one in enumerate(told.steps):
        if one is step:
            return told.steps[:index]
    return told.steps


def _subject(told: Told) -> str:
    for one in told.claims:
        subject = words(one.get("subject"))
        if subject:
            return subject
    return ""


def took(told: Told) -> str:
    """Return how long it took, in words; empty where that is not known."""
    if told.seconds is None:
        return ""
    whole = spent(told.seconds)
    if told.upstream_seconds is None:
        return whole
    own = max(0.0, told.seconds - told.upstream_seconds)
    return f"{whole}: {spent(told.upstream_seconds)} in the API, {spent(own)} in the gateway"


def spent(seconds: float) -> str:
    """Return a length of time that was measured in milliseconds."""
    return "< 1 ms" if seconds < _MEASURED else duration(seconds)


_MEASURED = 0.001
