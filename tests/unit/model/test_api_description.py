import json
import time

import pytest

from gatepost.model.api_description import MAX_DEPTH, check_description

BOMB = "openapi: 3.1.0\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        '{"openapi":"3.1.0"}',
        ' \n{"swagger": "2.0", "paths": {}}',
        "openapi: 3.1.0\ninfo:\n  title: Orders\n",
        "---\n# comment\nswagger: '2.0'\n...\n",
        "{openapi: 3.1.0, paths: {}}",
        "base: &base {type: string}\nopenapi: 3.0.3\none: *base\ntwo: {<<: *base}\n",
        "openapi: 3.1.0\ninfo: !!map {title: !!str 1}\n",
    ],
)
def test_json_and_yaml_are_read(text: str) -> None:
    check_description(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "openapi"),
        ("just words", "openapi"),
        ("[openapi]", "openapi"),
        ("- openapi\n- swagger\n", "openapi"),
        ('{"info":{"openapi":"3"}}', "openapi"),
        ("info:\n  openapi: 3\n", "openapi"),
        ("title: openapi\n", "openapi"),
        ("openapi: 3\n\tx: 1", "line 2"),
        ("{", "neither JSON nor YAML"),
        ("a: [1", "neither JSON nor YAML"),
        ("openapi: \x01", "character"),
        ("openapi: 3\n---\nopenapi: 3\n", "one YAML document"),
        ("openapi: !!python/object/apply:os.system [ls]", "tags"),
        ("openapi: !include /etc/passwd", "tags"),
        ("openapi: *nothing", "alias"),
        ("openapi: &a [*a]", "alias"),
        (BOMB, "too many"),
        ('{"openapi":' + "[" * 200 + "]" * 200 + "}", "deep"),
        ('{"openapi":' + "[" * 100_000 + "]" * 100_000 + "}", "deep"),
        ("openapi: " + "[" * 200 + "]" * 200, "deep"),
        ("openapi: " + "[" * 100_000, "deep"),
    ],
)
def test_what_nobody_should_read_is_refused(text: str, words: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match=words):
        check_description(text)
    assert time.monotonic() - begun < 2


def test_the_deepest_that_is_allowed_is_the_same_in_both() -> None:
    inner = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    check_description(f'{{"openapi":{inner}}}')
    check_description(f"openapi: {inner}")
    for text in (f'{{"openapi":[{inner}]}}', f"openapi: [{inner}]"):
        with pytest.raises(ValueError, match="deep"):
            check_description(text)


def test_a_mebibyte_takes_no_time_worth_mentioning() -> None:
    paths = {f"/p{n}": {"get": {"summary": f"number {n}", "tags": ["a"]}} for n in range(12_000)}
    begun = time.monotonic()
    check_description(json.dumps({"openapi": "3.1.0", "paths": paths}))
    assert time.monotonic() - begun < 1
