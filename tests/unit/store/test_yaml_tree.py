import pytest
import yaml

from gatepost.store.yaml_tree import Refused, Tree


def _tree(text: str, *, lines: bool = False) -> Tree:
    tree = Tree(lines=lines)
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        tree.take(event)
    return tree


def test_lines_stand_beside_the_values() -> None:
    tree = _tree("a:\n- 1\n- b: 2\n", lines=True)
    line, inner = tree.lines
    assert line == 1
    assert inner["a"][1][1] == (3, {"b": (3, None)})


def test_a_mistake_has_its_place_and_line() -> None:
    tree = _tree("a:\n- b: 1\n  b: 2\n")
    assert tree.problems == [(("a", 0, "b"), "the key 'b' stands twice in this map", 3)]


def test_the_parser_of_pure_python_gives_the_same_values() -> None:
    assert _tree("{a: [1, x, yes], b: {c: ~}}").data == {"a": [1, "x", True], "b": {"c": None}}


def test_reading_ends_after_a_thousand_mistakes() -> None:
    with pytest.raises(Refused, match="too many mistakes"):
        _tree("\n".join(["a: 1"] * 2000))
