"""A trace or an explanation on the page, with what the page knows names of."""

from collections.abc import Mapping
from typing import Any

from gatepost.console.parts.story import draw_story, draw_verdict, named
from gatepost.console.searching import page_of
from gatepost.console.telling import read_told
from gatepost.console.trying.desk import Desk


def story(desk: Desk, told: Mapping[str, Any]) -> None:
    """Draw all of it."""
    draw_story(told, lambda kind, ident: desk.view.href(page_of(kind, ident)), _names(desk))


def short(desk: Desk, told: Mapping[str, Any]) -> None:
    """Draw what was decided, and by which rule."""
    draw_verdict(named(read_told(told), _names(desk)))


def _names(desk: Desk) -> dict[str, str]:
    known = (desk.trial.route, desk.trial.service)
    return {str(one["id"]): str(one.get("name") or one["id"]) for one in known if one}
