"""What is other in one story of a request than in another: the decision, and what leads to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.console.trying.claims import written

Story = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What it is about, as it is, and as it would be."""

    what: str
    now: str
    then: str


def decision(story: Story) -> str:
    """Return what becomes of a request, in a few words."""
    outcome = story.get("outcome")
    if outcome == "forward":
        return "let through"
    words = {"refused": "refused", "answered": "answered by the gateway"}.get(
        str(outcome), "unknown"
    )
    code = f", {story['code']}" if story.get("code") else ""
    return f"{words} with {story.get('status')}{code}"


def differences(now: Story, then: Story) -> list[Difference]:
    """Return what differs, the decision first."""
    return [
        Difference(what, before, after)
        for what, before, after in _pairs(now, then)
        if before != after
    ]


def _pairs(now: Story, then: Story) -> Iterator[tuple[str, str, str]]:
    yield "Decision", decision(now), decision(then)
    yield "Reason", str(now.get("message") or ""), str(then.get("message") or "")
    yield "Challenge", _lines(now.get("challenges")), _lines(then.get("challenges"))
    before, after = _plugins(now), _plugins(then)
    yield "Plugins", before, after
    yield "Recognised by", _who(now), _who(then)
    for name, old, new in _both(_upstream(now), _upstream(then)):
        yield f"To the upstream: {name}", old, new
    yield "Remembered", _memory(now), _memory(then)


def _both(now: dict[str, str], then: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*now, *then]):
        yield name, now.get(name, "not set"), then.get(name, "not set")


def _upstream(story: Story) -> dict[str, str]:
    upstream = story.get("upstream") or {}
    fields = {
        str(name): "taken away" if v is None else str(v)
        for name, v in upstream.get("headers") or ()
    }
    if upstream.get("url"):
        fields["address"] = str(upstream["url"])
    return fields


def _plugins(story: Story) -> str:
    return _lines((story.get("plan") or {}).get("plugins"))


def _who(story: Story) -> str:
    found = [
        " ".join(str(one[name]) for name in ("method", "subject") if one.get(name))
        for one in story.get("claims") or ()
    ]
    return ", ".join(found) or "nothing"


def _memory(story: Story) -> str:
    memory = story.get("memory")
    if not isinstance(memory, Mapping):
        return "no"
    return "yes" if memory.get("remembered") else f"no: {_lines(memory.get('why_not'))}"


def _lines(values: Any) -> str:
    return "; ".join(written(one) for one in values or ())
