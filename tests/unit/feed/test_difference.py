import json
from typing import Any

import pytest

from gatepost.feed.difference import apply, difference, read
from gatepost.model import Snapshot
from gatepost.store import kong_yaml
from gatepost.values import Fault


def snapshot(*routes: str, retries: int = 5) -> Snapshot:
    listed = "".join(f"      - {{name: {name}, paths: [/{name}]}}\n" for name in routes)
    return kong_yaml.read(
        '_format_version: "3.0"\nservices:\n'
        f'  - name: a\n    url: "http://127.0.0.1:1"\n    retries: {retries}\n    routes:\n{listed}'
    )


OLD = snapshot("a", "b", "c")
NEW = snapshot("a", "b", "d", retries=7)


def test_a_difference_leads_from_one_to_the_other_and_keeps_what_is_the_same() -> None:
    made = apply(OLD, difference(OLD, NEW), NEW.hash)
    assert made == NEW
    assert made.hash == NEW.hash
    kept = {route.id: route for route in OLD.routes}
    assert sum(kept.get(route.id) is route for route in made.routes) == 2


def test_no_difference_is_next_to_nothing() -> None:
    assert difference(OLD, OLD) == b"{}"
    assert apply(OLD, b"{}", OLD.hash) == OLD


def test_a_difference_to_something_else_makes_nothing() -> None:
    with pytest.raises(Fault) as caught:
        apply(snapshot("z"), difference(OLD, NEW), NEW.hash)
    assert caught.value.code in {"feed.broken", "config.snapshot_unreadable"}
    with pytest.raises(Fault) as caught:
        apply(OLD, difference(OLD, NEW), "0" * 64)
    assert caught.value.code == "feed.broken"


def test_a_whole_one_is_read_with_what_was_the_same() -> None:
    made = read(NEW.to_bytes(), NEW.hash, OLD)
    assert made == NEW
    kept = {route.id: route for route in OLD.routes}
    assert sum(kept.get(route.id) is route for route in made.routes) == 2
    assert read(NEW.to_bytes(), NEW.hash) == NEW


def test_bytes_that_are_others_than_were_told_are_not_even_read() -> None:
    with pytest.raises(Fault) as caught:
        read(b"{", NEW.hash)
    assert caught.value.code == "feed.broken"


@pytest.mark.parametrize(
    "content",
    [
        None, [], {"routes": []}, {"routes": {"changed": {}, "removed": []}},
        {"routes": {"changed": [], "removed": None}}, {"nonsense": {}},
        {"routes": {"changed": [5], "removed": []}},
        {"routes": {"changed": [{"id": "no uuid"}], "removed": []}},
        {"services": {"changed": [], "removed": [OLD.services[0].id]}},
    ],
)  # fmt: skip
def test_a_difference_that_is_none_is_refused(content: Any) -> None:
    with pytest.raises(Fault) as caught:
        apply(OLD, json.dumps(content).encode(), NEW.hash)
    assert caught.value.code in {"feed.broken", "config.snapshot_unreadable"}


@pytest.mark.parametrize(
    "content", [{"format": 99}, {"format": 1, "nonsense": []}, {"format": 1, "routes": 5}, [], 5]
)
def test_a_whole_one_of_another_form_is_refused(content: Any) -> None:
    import hashlib

    data = json.dumps(content).encode()
    for known in (OLD, None):
        with pytest.raises(Fault) as caught:
            read(data, hashlib.sha256(data).hexdigest(), known)
        assert caught.value.code == "config.snapshot_unreadable"
