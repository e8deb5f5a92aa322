"""The first page: what needs attention, and what is going on."""

from gatepost.console.page import Page
from gatepost.console.parts import toolbar
from gatepost.console.view import View


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Overview", f"What happens at {view.api.url}"):
        pass


PAGES = (Page("/", "Overview", build, icon="dashboard"),)
