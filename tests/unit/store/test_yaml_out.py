import json

import pytest
import yaml
from hypothesis import given, settings

from gatepost.store.yaml_out import yaml_text
from gatepost.store.yaml_text import Document
from tests.unit.store.whole import configs


@settings(deadline=None, max_examples=100)
@given(configs)
def test_what_is_written_is_read_as_it_was(data: dict[str, object]) -> None:
    text = yaml_text(data)
    document = Document(text)
    assert document.problems == []
    assert json.dumps(document.data) == json.dumps(data)


@settings(deadline=None, max_examples=60)
@given(configs)
def test_other_readers_understand_the_same_texts(data: dict[str, object]) -> None:
    read = yaml.safe_load(yaml_text(data))
    assert json.dumps(read, default=str) == json.dumps(data)


_ODD = """y No ~ null 1 1.5 0x1f 1e3 2024-01-01 10:20 - *a &a !a %a @a `a {a} [a] a: = << .inf ' "
\\ _1 a,b \ufeff \x00 \U0001f600"""


@pytest.mark.parametrize(
    "text", [*_ODD.split(), "", "a: b", "a #b", "- a", " a", "a ", "a\tb", "\x85", "\u2028"]
)
def test_text_stays_text(text: str) -> None:
    written = yaml_text({text: [text]})
    assert Document(written).data == yaml.safe_load(written) == {text: [text]}


def test_plain_words_are_written_without_quotes_and_certificates_as_blocks() -> None:
    data = {"url": "https://a.test/b", "about": "two words", "pem": "-----A-----\nb\n", "x": None}
    assert yaml_text(data) == (
        'url: https://a.test/b\nabout: two words\npem: "-----A-----\\nb\\n"\nx: null\n'
    )
    assert yaml_text({"pem": "A B\nc\n"}) == "pem: |\n  A B\n  c\n"
    assert yaml_text({"pem": "A B\nc"}) == "pem: |-\n  A B\n  c\n"


def test_empty_things_and_long_keys_are_written() -> None:
    data = {"a": {}, "b": [], "c": [[], {}, [1]], "k" * 2000: {"x": 1}, "l" * 2000: 1}
    assert yaml_text({}) == "{}\n"
    assert Document(yaml_text(data)).data == yaml.safe_load(yaml_text(data)) == data
