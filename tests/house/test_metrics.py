"""docs/metrics.md, node/families.py and what the source counts name the same metrics."""

import ast
import re

from gatepost.node.families import FAMILIES
from tests.house.source import ROOT, SRC, sources

ROW = re.compile(r"^\| `(gatepost_[a-z_]+)` \| (counter|gauge|histogram) \|", re.MULTILINE)
EVENT = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \|", re.MULTILINE)
NAME = re.compile(r"gatepost_[a-z0-9_]+")

COUNTERS = {
    "authorizer/audit.py",
    "authorizer/counts.py",
    "node/errands.py",
    "node/report.py",
    "outside/call_counts.py",
}

# Made of a counter of nginx's that has no label: gatepost_<its name>_total (node/report.py).
BARE = re.compile(r'add\("([a-z_]+)",')


def told(page: str) -> dict[str, str]:
    """Return the kind of each metric that a page has a row for."""
    return dict(ROW.findall(page))


def counted() -> set[str]:
    """Return the families that the source adds samples to."""
    found = {
        name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
        for source in sources()
        if source.name in COUNTERS
        for _, text in source.strings()
        for name in NAME.findall(text)
    }
    lua = (SRC / "engine/lua/gatepost/metrics.lua").read_text(encoding="utf-8")
    bare = {f"gatepost_{name}_total" for name in BARE.findall(lua)}
    assert bare, "no counters in metrics.lua: the reader is broken"
    return {name for name in found if not name.endswith("_")} | bare


def test_every_metric_has_its_row_in_the_page() -> None:
    page = told((ROOT / "docs/metrics.md").read_text(encoding="utf-8"))
    assert page == {name: kind for name, (kind, _) in FAMILIES.items()}


def test_every_metric_that_the_source_counts_is_a_family_and_no_family_is_idle() -> None:
    assert counted() == set(FAMILIES)


def test_every_event_of_a_policy_has_its_row_in_the_page() -> None:
    events = {
        node.args[0].value
        for source in sources()
        if source.package == "plugins"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "tell"
        and isinstance(node.args[0], ast.Constant)
    }
    page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    assert set(EVENT.findall(page)) == events
    assert events, "no policy tells of anything: the reader is broken"


def test_a_row_is_read() -> None:
    assert told("| `gatepost_x_total` | counter | | it |\n| `other` | gauge | | it |\n") == {
        "gatepost_x_total": "counter"
    }
