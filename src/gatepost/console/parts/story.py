"""A decision on a page: a diagram of what happened, and beside it in words why."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nicegui import ui

from gatepost.console.parts.bits import badge, card, facts, heading, link, prose, text
from gatepost.console.parts.diagram import draw_diagram
from gatepost.console.parts.moments import moment
from gatepost.console.telling import (
    Named,
    Told,
    diagram,
    edit_words,
    found_in,
    memory_words,
    read_told,
    read_words,
    tag_target,
    tag_words,
    took,
    verdict,
    why_not,
)

Where = Callable[[str, str], str]
"""Returns the address of the page of an entity: kind (``routes``) and id."""
Names = Mapping[str, str]
"""What entities are called, by id."""

_LEFT_OUT = "Too much to keep; left out: {}."


def draw_story(value: Mapping[str, Any], where: Where, names: Names | None = None) -> Told:
    """Draw a trace of ``GET /traces/{id}`` or a story of ``POST /explain``; return what was read.

    names: of routes, services and consumers, where the page knows them.
    """
    told = named(read_told(value), names or {})
    with ui.element("div").classes("gp-story"):
        with ui.element("div").classes("gp-story-what"):
            draw_verdict(told)
            with card("What happened"):
                draw_diagram(diagram(told))
                if told.left_out:
                    text(_LEFT_OUT.format(", ".join(told.left_out)), "quiet small")
            _memory(told, where)
            _read(told)
        with ui.element("div").classes("gp-story-why"):
            _who(told, where)
            _claims(told)
            _edits(told)
    return told


def draw_verdict(told: Told) -> None:
    """Draw what was decided, by which rule, and what to do."""
    shown = verdict(told)
    with ui.element("section").classes(f"gp-card gp-verdict gp-tone-{shown.tone}"):
        with ui.element("div").classes("gp-verdict-head"):
            ui.icon(_ICONS[shown.tone]).props('aria-hidden="true"')
            heading(shown.title, 2)
            if told.code:
                badge(told.code, "quiet")
            if told.supposed:
                badge("what if", "warn")
        text(shown.sentence, "verdict-sentence", tag="p")
        if shown.do:
            with ui.element("p").classes("gp-verdict-do"):
                text("What to do: ", "strong")
                text(shown.do)
        if shown.by:
            text(f"{shown.by} {found_in(told.memory)}", "quiet small", tag="p")
        else:
            text(found_in(told.memory), "quiet small", tag="p")
        if told.unresolved:
            names = ", ".join(told.unresolved)
            prose(f"Nodes know what is in {names}; it was not known here, so a node may differ.")
        if not told.whole and told.memory != "none":
            prose(
                "Its story is not known any more: only some decisions are kept with all of it, "
                "and for a day at most. Mark a request (Gatepost-Trace) to be sure of it."
            )


_ICONS = {"good": "check_circle", "bad": "block", "plain": "reply", "quiet": "reply"}


def named(told: Told, names: Names) -> Told:
    """Return the same with names for what has only an id."""

    def known(one: Named | None) -> Named | None:
        return one if one is None or one.name else Named(one.id, names.get(one.id, ""))

    return replace(
        told,
        route=known(told.route),
        service=known(told.service),
        consumer=known(told.consumer),
    )


def _who(told: Told, where: Where) -> None:
    def entity(kind: str, one: Named | None) -> Callable[[], Any] | None:
        if one is None:
            return None
        if not one.id:
            return lambda: text(one.called)
        return lambda: link(one.called, where(kind, one.id))

    pairs = [
        ("Route", entity("routes", told.route)),
        ("Service", entity("services", told.service)),
        ("Consumer", entity("consumers", told.consumer)),
        ("Policies", ", ".join(told.plugins) or None),
        ("Sent to", told.sent_to or None),
        ("Took", took(told) or None),
        ("Challenges", (lambda: _lines(told.challenges)) if told.challenges else None),
    ]
    shown = [(name, value) for name, value in pairs if value is not None]
    if shown:
        with card("Where"):
            facts(shown)


def _lines(several: tuple[str, ...]) -> None:
    for one in several:
        text(one, "mono", tag="div")


def _claims(told: Told) -> None:
    for proof in told.claims:
        sources = proof.get("claims")
        with card(f"Who the caller is ({proof.get('method')})"):
            facts([("Issuer", proof.get("issuer")), ("Subject", proof.get("subject"))])
            for source, found in (sources if isinstance(sources, Mapping) else {}).items():
                if isinstance(found, Mapping) and found:
                    _table(f"Claims of the {str(source).replace('_', ' ')}", found)


def _table(title: str, found: Mapping[str, Any]) -> None:
    with ui.element("details").classes("gp-more") as more:
        more.props["open"] = len(found) <= _FEW
        with ui.element("summary"):
            text(f"{title} ({len(found)})")
        facts([(name, _value(name, value)) for name, value in found.items()])


_FEW = 14
_MOMENTS = {"auth_time", "exp", "iat", "nbf", "updated_at"}
_LATEST = 253_402_300_799  # the end of the year 9999


def _value(name: str, value: Any) -> Callable[[], Any]:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def draw() -> None:
        text(shown, "mono")
        if name in _MOMENTS and type(value) in (int, float) and 0 < value < _LATEST:
            text(f" {moment(value)}", "quiet small")

    return draw


def _memory(told: Told, where: Where) -> None:
    if told.kept is None:
        return
    remembered = told.kept.get("remembered") is True
    with card("Is it remembered?"):
        text(memory_words(told.kept), tag="p")
        if told.origin:
            with ui.element("p"):
                text("It rests on another request: ")
                link(told.origin, where("traces", told.origin), "mono")
        if remembered:
            tags = [one for one in told.kept.get("tags") or () if isinstance(one, str)]
            if tags:
                text("It is forgotten earlier when:", "quiet", tag="p")
                with ui.element("ul").classes("gp-words"):
                    for tag in tags:
                        _tag(tag, where)
        else:
            reasons = [one for one in told.kept.get("why_not") or () if isinstance(one, str)]
            if reasons:
                text("Because:", "quiet", tag="p")
                with ui.element("ul").classes("gp-words"):
                    for one in reasons:
                        text(why_not(one), tag="li")


def _tag(tag: str, where: Where) -> None:
    target = tag_target(tag)
    with ui.element("li"):
        if target is None:
            text(tag_words(tag))
        else:
            link(tag_words(tag), where(*target))


def _read(told: Told) -> None:
    if not told.read:
        return
    with card("What of the request was read"):
        prose("Whatever is compared may be remembered: the same again gets the same decision.")
        with ui.element("ul").classes("gp-words"):
            for one in told.read:
                with ui.element("li"):
                    text(read_words(str(one.get("what") or "")))
                    text(" ")
                    if one.get("in_key") is True:
                        badge("compared", "good")
                    else:
                        badge("not compared", "warn")


def _edits(told: Told) -> None:
    if not told.forwarded or not told.whole:
        return
    with card("What the API was told"):
        if not told.edits:
            prose("The request went on unchanged.")
            return
        with ui.element("ul").classes("gp-words"):
            for name, value in told.edits:
                said, becomes = edit_words(name, value)
                with ui.element("li"):
                    text(f"{said} ")
                    if becomes:
                        text(becomes, "mono")
