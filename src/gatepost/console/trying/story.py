"""A trace or an explanation on the page, with what the page knows names of."""

from collections.abc import Mapping
from typing import Any

from gatepost.console.parts.story import draw_story
from gatepost.console.searching import page_of
from gatepost.console.trying.desk import Desk


def story(desk: Desk, told: Mapping[str, Any]) -> None:
    """Draw it."""
    known = (desk.trial.route, desk.trial.service)
    names = {str(one["id"]): str(one.get("name") or one["id"]) for one in known if one}
    draw_story(told, lambda kind, ident: desk.view.href(page_of(kind, ident)), names)
