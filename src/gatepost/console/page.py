"""A page of the console, and how all of them are found: by scanning, as plugins are."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gatepost.console import pages
from gatepost.console.view import View

Build = Callable[[View], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. path: such as ``/services/{service}``; build: puts its elements on the page.

    icon: of the navigation, empty for a page that is reached from others. group: the heading that
    it stands under there. order: within the group. within: path of the page whose entry is marked.
    """

    path: str
    title: str
    build: Build
    icon: str = ""
    group: str = ""
    order: int = 100
    within: str = ""


GROUPS = ("", "Gateway", "Who calls", "Look", "This control plane")
"""Headings of the navigation, in order; what has none comes first."""


def found() -> tuple[Page, ...]:
    """Return what the modules of ``pages`` call ``PAGES``, in the navigation's order."""
    every: list[Page] = []
    for module in sorted(one.name for one in pkgutil.iter_modules(pages.__path__)):
        every += importlib.import_module(f"{pages.__name__}.{module}").PAGES
    paths = [one.path for one in every]
    if len(paths) != len(set(paths)):
        raise ValueError("two pages have the same path")
    unknown = {one.group for one in every} - set(GROUPS)
    if unknown:
        raise ValueError(f"a page stands under a heading that is none: {unknown}")
    return tuple(sorted(every, key=lambda one: (GROUPS.index(one.group), one.order, one.path)))
