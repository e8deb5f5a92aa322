"""The story of ``explain`` for a person's eyes."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_COLOURS = {"forward": "green", "refused": "red", "answered": "yellow"}


def as_text(story: dict[str, Any], console: Console | None = None) -> None:
    """Print the story: request, route, plan, steps, reads, outcome, memory."""
    out = console or Console(highlight=False, soft_wrap=True)
    request = story["request"]
    out.print(f"[bold]{escape(request['method'])} {escape(request['url'])}[/]")
    for name, value in request["headers"]:
        out.print(f"  {escape(name)}: {escape(value)}")
    if "route" in story:
        _route(out, story["route"])
    if "plan" in story:
        _plan(out, story["plan"])
    if story.get("steps"):
        _steps(out, story["steps"])
    for proof in story.get("claims", ()):
        out.print(f"\n[bold]Who[/] {escape(_who(proof))} of {escape(str(proof['issuer']))}")
        for source, claims in proof["claims"].items():
            shown = ", ".join(f"{name}={value}" for name, value in claims.items())
            out.print(f"  {escape(source)}: {escape(shown)}")
    if story.get("read"):
        inside = [one["what"] for one in story["read"] if one["in_key"]]
        outside = [one["what"] for one in story["read"] if not one["in_key"]]
        out.print(f"\n[bold]Read[/] in the key: {escape(', '.join(inside) or 'nothing')}")
        if outside:
            out.print(f"  outside the key: {escape(', '.join(outside))}")
    _outcome(out, story)
    if "memory" in story:
        _memory(out, story["memory"])


def _route(out: Console, route: dict[str, Any]) -> None:
    name = escape(str(route["name"] or route["id"]))
    out.print(f"\n[bold]Route[/] {name} → service {escape(str(route['service']))}")
    fits = "; ".join(f"{key}: {_plain(value)}" for key, value in route["fits"].items())
    out.print(f"  fits by {escape(fits)}")
    out.print(f"  place {route['place']} of {route['of']} in the order in which routes are tried")


def _plan(out: Console, plan: dict[str, Any] | None) -> None:
    if plan is None:
        out.print("\n[bold]Plan[/] none: nobody is asked")
        return
    out.print(f"\n[bold]Plan[/] {plan['id'][:16]}… ({escape(plan['note'])})")
    out.print(f"  plugins: {escape(', '.join(plan['plugins']))}")
    out.print(f"  key: {escape(', '.join(plan['key']) or 'nothing of the request')}")
    for why in plan["never_remembered"]:
        out.print(f"  never remembered: {escape(why)}")


def _steps(out: Console, steps: list[dict[str, Any]]) -> None:
    table = Table(title="Steps", title_justify="left", box=None, padding=(0, 2, 0, 2))
    table.add_column("ms", justify="right")
    table.add_column("what")
    table.add_column("details", overflow="fold")
    for step in steps:
        details = " ".join(
            f"{key}={value}" for key, value in step.items() if key not in {"at_ms", "what"}
        )
        table.add_row(f"{step['at_ms']:.1f}", escape(step["what"]), escape(details))
    out.print()
    out.print(table)


def _outcome(out: Console, story: dict[str, Any]) -> None:
    outcome = story["outcome"]
    colour = _COLOURS[outcome]
    if outcome == "forward":
        upstream = story["upstream"]
        out.print(f"\n[bold {colour}]Forwarded[/] to {escape(upstream['url'])}")
        out.print(f"  Host: {escape(upstream['host'])}")
        for name, value in upstream["headers"]:
            shown = "(removed)" if value is None else escape(value)
            out.print(f"  {escape(name)}: {shown}")
        return
    code = f" {story['code']}" if "code" in story else ""
    message = escape(str(story.get("message", "")))
    out.print(f"\n[bold {colour}]{outcome.title()}[/] {story['status']}{escape(code)} {message}")
    for challenge in story.get("challenges", ()):
        out.print(f"  WWW-Authenticate: {escape(challenge)}")


def _memory(out: Console, memory: dict[str, Any]) -> None:
    if memory["remembered"]:
        out.print(
            f"\n[bold]Remembered[/] for {memory['seconds']} s, until {memory['until']}, "
            f"among the {'refusals' if memory['space'] == 'refusals' else 'accepted'}"
        )
    else:
        out.print("\n[bold]Not remembered[/]")
        for why in memory["why_not"]:
            out.print(f"  because {escape(why)}")
    if memory["tags"]:
        out.print("  forgotten when one of these is revoked:")
        for tag in memory["tags"]:
            out.print(f"    {escape(tag)}")


def _who(proof: dict[str, Any]) -> str:
    """Return the subject; of a token without one, as clients' own tokens are, the client."""
    if proof["subject"] is not None:
        return str(proof["subject"])
    for claims in proof["claims"].values():
        for name in ("client_id", "azp", "cid"):
            if isinstance(claims.get(name), str):
                return f"client {claims[name]}"
    return "somebody without a name"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
