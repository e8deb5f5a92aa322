import json
from dataclasses import replace

import pytest

from gatepost.console.collection import Collection, NotOurs, insomnia, postman, read
from gatepost.console.collection.reading import LIMIT
from tests.unit.console.collection.calls import EVERY, OPEN, STRANGE

DATE = "2026-11-25T12:00:00Z"


def test_what_was_saved_for_insomnia_comes_back() -> None:
    seen = tuple(replace(one, expects=None, is_json=False) for one in EVERY.calls)
    opened = read(insomnia.exported(EVERY, DATE, with_secrets=True))
    assert opened == Collection("Orders", seen)
    assert read(insomnia.exported(STRANGE, DATE)) == STRANGE


def test_what_was_saved_for_postman_comes_back() -> None:
    assert read(postman.exported(EVERY, with_secrets=True)) == EVERY
    assert read(postman.exported(Collection("one", (OPEN,)))).calls == (OPEN,)


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "null", "no json", "[" * 100_000, "7", "{}", '{"_type": "export"}',
        '{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.0.0/"}}',
        " " * (LIMIT + 1),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_none_of_ours(content: str) -> None:
    with pytest.raises(NotOurs):
        read(content)


@pytest.mark.parametrize("wrong", [None, 7, [7], {"a": []}, "x", [[]], [{"request": 7}]])
def test_whatever_is_wrong_in_a_file_does_not_stop_it(wrong: object) -> None:
    exports = (insomnia.exported(EVERY, DATE), postman.exported(EVERY))
    for written in exports:
        value = json.loads(written)
        for name in ("resources", "item", "variable"):
            read(json.dumps({**value, name: wrong}))
        for part in value.get("resources") or value.get("item"):
            for name in list(part):
                spoiled = {**part, name: wrong}
                key = "resources" if "resources" in value else "item"
                read(json.dumps({**value, key: [spoiled]}))


def test_folders_in_folders_end_somewhere() -> None:
    deep: object = []
    for _ in range(200):
        deep = [{"item": deep}]
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    assert read(json.dumps({"info": {"schema": schema}, "item": deep})).calls == ()
