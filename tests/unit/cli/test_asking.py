from collections.abc import Iterator

import pytest
import typer

from gatepost.cli.admin_client import AdminClient
from gatepost.cli.asking import chosen, duration, make, short
from gatepost.values import Fault
from tests.unit.cli.answering import Served, serving

ITEMS = [{"id": "3f2a9c1e-1"}, {"id": "3f2a9c1e-2"}, {"id": "81b0d3aa-1"}]


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        yield running


def test_ids_are_shown_as_short_as_they_differ() -> None:
    assert short([]) == {}
    assert short(["81b0d3aa-1"]) == {"81b0d3aa-1": "81b0d3aa"}
    assert set(short([one["id"] for one in ITEMS]).values()) == {
        "3f2a9c1e-1",
        "3f2a9c1e-2",
        "81b0d3aa-1",
    }


def test_an_item_is_chosen_by_its_id_or_how_that_begins() -> None:
    for typed in ("81b0d3aa-1", "81b0", "81B0D3AA"):
        assert chosen(ITEMS, typed, "node", "gatepost nodes list") is ITEMS[2]


def test_what_is_not_clear_is_not_chosen() -> None:
    for typed in ("", "81b", "nobody", "-1"):
        with pytest.raises(Fault, match=r"There is no node with the id .* gatepost nodes list"):
            chosen(ITEMS, typed, "node", "gatepost nodes list")
    with pytest.raises(Fault, match=r"Several nodes .*: 3f2a9c1e-1, 3f2a9c1e-2"):
        chosen(ITEMS, "3f2a", "node", "gatepost nodes list")


def test_a_time_is_read_as_everywhere() -> None:
    assert duration("90m") == 5400
    with pytest.raises(typer.BadParameter) as caught:
        duration("soon")
    assert caught.value.param_hint == "--for"


def test_a_field_that_is_refused_is_told_as_it_was_typed(server: Served) -> None:
    client = AdminClient(server.url)
    server.answers["/x"] = (400, {"message": "schema", "fields": {"expires_in": "too long"}})
    with pytest.raises(typer.BadParameter) as caught:
        make(client, "/x", {}, {"expires_in": "--for"})
    assert (caught.value.param_hint, caught.value.message) == ("--for", "too long")
    with pytest.raises(Fault, match="schema"):
        make(client, "/x", {}, {"name": "NAME"})


def test_what_was_made_is_returned(server: Served) -> None:
    server.answers["/x"] = (201, {"id": "1"})
    assert make(AdminClient(server.url), "/x", {"a": 1}, {}) == {"id": "1"}
    assert server.last[3] == b'{"a": 1}'
