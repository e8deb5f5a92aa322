"""docs/tutorials and the walk in README.md, typed at a control plane and a node of it."""

from collections.abc import Iterator, Mapping

import pytest

from gatepost.cli.demo_plane import TAG
from tests.integration.plane_world import PlaneWorld
from tests.integration.shell import ROOT, Shell
from tests.integration.world import ANY_REFUSALS
from tests.integration.written import missing, moved, type_in

pytestmark = pytest.mark.integration

BY_CURL = ("client-credentials", "introspection", "access", "try-it")
PAGES = ("README.md", *(f"docs/tutorials/{name}.md" for name in BY_CURL))


@pytest.fixture(scope="module")
def ports() -> Iterator[Mapping[int, int]]:
    """Run what `make demo` runs, on other ports; yield them by the demo's own."""
    with PlaneWorld.start() as world:
        yield furnished(world)


def furnished(world: PlaneWorld) -> dict[int, int]:
    """Give the plane the demo's routes and start a node; return the ports by the demo's."""
    ports = {
        8001: world.admin_port,
        8180: world.world.idp.port,
        8280: world.world.echo.port,
    }
    text = moved((ROOT / "examples/demo/kong.yaml").read_text(), ports)
    done = world.admin.send("POST", f"/declarative/apply?select_tag={TAG}", text.encode())
    assert done.status == 200, done.body
    node = world.node("node", *ANY_REFUSALS)
    return {**ports, 8000: node.proxy.port, 8007: node.status.port}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_does_what_the_page_says(
    ports: Mapping[int, int], page: str
) -> None:
    type_in(page, ports)


def test_every_tutorial_is_typed_by_a_test() -> None:
    there = {page.stem for page in (ROOT / "docs/tutorials").glob("*.md")} - {"README"}
    assert there == {*BY_CURL, "login"}, "login is typed in tests/browser"


def test_a_promise_that_is_not_kept_is_found() -> None:
    shown = 'HTTP/1.1 200 OK\r\n  "a": "Bearer eyJabc",\n  "b": 1\n'
    assert missing('"a": "Bearer …",\n"b": 1', shown) == []
    assert missing('"b": 1\n"a": "Bearer …",', shown) == ['"a": "Bearer …",']
    assert missing('"c"', shown) == ['"c"']


def test_a_shell_keeps_what_a_command_set_and_tells_answers() -> None:
    with Shell() as shell:
        shell.run("X=$(printf %s one)")
        assert shell.run('echo "$X"').shown.strip() == "one"
        assert shell.run("printf 'HTTP/1.1 404 Not Found\\n'").statuses == [404]
        assert shell.run("printf 'HTTP/1.1 200 OK\\r\\n\\r\\n{}'").json() == {}
