import time
from typing import Any

import pytest

from gatepost.store import yaml_text
from gatepost.store.yaml_text import Document


def _data(text: str | bytes) -> Any:
    document = Document(text)
    assert document.problems == []
    return document.data


def _problems(text: str | bytes) -> list[str]:
    return [str(problem) for problem in Document(text).problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("On", True), ("TRUE", True), ("no", False), ("off", False), ("~", None),
        ("null", None), ("", None), ("y", "y"), ("'yes'", "yes"), ('"1"', "1"), ("1", 1),
        ("-5", -5), ("0", 0), ("1.5", 1.5), ("1e3", 1000.0), ("3.0", 3.0), ("007", "007"),
        ("0x1f", "0x1f"), ("1_000", "1_000"), ("12:30", "12:30"), ("2026-01-01", "2026-01-01"),
        (".inf", ".inf"), (".nan", ".nan"), ("-", [None]), ("!!str 5", "5"), ("! x", "x"),
        ("9" * 30, "9" * 30), ("=", "="), ("1.2.3", "1.2.3"),
    ],
)  # fmt: skip
def test_a_plain_word_is_read_as_yaml_1_1_without_its_traps(text: str, value: Any) -> None:
    read = _data(f"a: {text}" if text != "-" else "a:\n-")["a"] if text else _data("a:")["a"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_always_text() -> None:
    assert _data("{on: 1, 5: 2, ~: 3}") == {"on": 1, "5": 2, "~": 3}


def test_json_is_read() -> None:
    assert _data('{"a": [1, 2.5, true, null, "x\\u00e9\\/"],\n\t"b": {}}') == {
        "a": [1, 2.5, True, None, "x\u00e9/"],
        "b": {},
    }


def test_json_that_yaml_does_not_take_is_read_too() -> None:
    assert _data('{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_anchors_and_merge_keys_work_and_what_is_written_out_wins() -> None:
    text = "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {<<: [*x, {c: 4}], a: 5}\nk: &k key\n*k : v"
    data = _data(text)
    assert data["y"] == {"a": 1, "b": 3}
    assert data["z"] == {"a": 5, "b": 2, "c": 4}
    assert data["key"] == "v"


def test_a_quoted_merge_key_is_a_key() -> None:
    assert _data('{"<<": 1}') == {"<<": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: a: the key 'a' stands twice"),
        ("a: !!python/object:os.system x", "is not allowed"),
        ("a: !!binary aGk=", "is not allowed"),
        ("a: !!python/tuple [1]", "is not allowed"),
        ("a: 1\n---\nb: 2", "more than one YAML document"),
        ("a: *b", "no anchor 'b'"),
        ("a: &a [*a]", "an alias to what it stands in"),
        ("{[1]: 2}", "a key must be text"),
        ("{? {a: 1} : 2}", "a key must be text"),
        ("a: &a [1]\n*a : 1", "a key must be text"),
        ("a: [1", "invalid YAML"),
        ("a:\n\t- 1", "line 2: invalid YAML"),
        ("a: b: c", "line 1: invalid YAML"),
        ("a: 1e999", "too large"),
        ("<<: 5", "must name a map"),
        ("a: \x00", "invalid YAML"),
        ('a: ${{ env "DECK_X" }}', "use {vault://env/NAME}"),
        (b"a: 1\nb: \xff", "line 2: the file is not UTF-8"),
        ("a: \ud800", "surrogate"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": "\\ud83d\\ude00", "a": 1}', "the key 'a' stands twice"),
        ('{"a": "\\ud83d\\ude00", "b": NaN}', "not a number"),
        ('{"a": "\\ud83d\\ude00", "b": 1e999}', "not a number"),
        ('{"a": "\\ud83d\\ude00",\n}', "line 2: invalid JSON"),
    ],
)
def test_what_is_out_of_order_is_refused(text: str | bytes, words: str) -> None:
    (problem,) = _problems(text)
    assert words in problem


@pytest.mark.parametrize(
    "deep", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "[" * 100 + "]" * 100]
)
def test_depth_is_bounded_and_costs_little(deep: str) -> None:
    started = time.monotonic()
    (problem,) = _problems(deep)
    assert "64 levels" in problem
    assert time.monotonic() - started < 1


def test_deep_json_is_bounded_too() -> None:
    assert "nested" in _problems('{"x": "\\ud83d\\ude00", "a": ' + "[" * 100_000)[0]


def test_aliases_cannot_blow_up() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    (problem,) = _problems(text)
    assert "expand to too many values" in problem


def test_merge_keys_cannot_blow_up() -> None:
    text = "a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\n"
    text += "".join(f"b{n}: {{<<: *a0}}\n" for n in range(1100))
    assert "expand to too many values" in _problems(text)[0]


def test_the_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_BYTES", 10)
    assert "larger than" in _problems("a: 1234567890")[0]


def test_a_byte_order_mark_is_dropped() -> None:
    assert _data(b"\xef\xbb\xbfa: 1") == {"a": 1}
    assert _data("\ufeffa: 1") == {"a": 1}


def test_a_line_is_found_for_what_is_there_and_for_what_is_missing() -> None:
    document = Document("a:\n- b: 1\n  c:\n    d: 2\n- &x {e: 1}\n- *x\n- <<: *x\n  f: 2\n")
    assert document.line(("a", 0, "c", "d")) == 4
    assert document.line(("a", 0, "missing")) == 2
    assert document.line(("a", 7)) == 2
    assert document.line(("a", 2, "e")) == 5
    assert document.line(("a", 3, "e")) == 5
    assert document.line(()) == 1


def test_no_line_is_made_up_for_json_that_only_the_json_reader_takes() -> None:
    assert Document('{"a": "\\ud83d\\ude00"}').line(("a",)) is None
