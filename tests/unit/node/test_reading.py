from pathlib import Path

import pytest

from gatepost.model import Snapshot
from gatepost.node.reading import configure, read_file
from gatepost.values import Fault

SECRET = b"s" * 32
GUARDED = """
_format_version: "3.0"
services:
  - name: api
    url: http://127.0.0.1:1
    routes:
      - name: open
        paths: [/open]
      - name: guarded
        paths: [/guarded]
        plugins:
          - name: openid-connect
            config:
              issuer: https://issuer.example/.well-known/openid-configuration
              issuers_allowed: [https://other.example]
              client_id: [gateway]
              client_secret: ["{vault://env/gateway-secret}"]
              auth_methods: [introspection]
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "kong.yaml"
    file.write_text(text)
    return file


def test_a_good_file_gives_plans_and_the_issuers_they_name(tmp_path: Path) -> None:
    read = read_file(
        written(tmp_path, GUARDED), secret=SECRET, vault={"GATEWAY_SECRET": "hush-hush"}
    )
    assert sorted(plan is None for plan in read.plan_of.values()) == [False, True]
    assert read.issuers == {"https://issuer.example", "https://other.example"}
    assert "hush-hush" not in repr(read)
    assert b"hush-hush" not in read.snapshot.to_bytes()


def test_plans_that_were_built_before_are_not_built_again(tmp_path: Path) -> None:
    vault = {"GATEWAY_SECRET": "hush-hush"}
    file = written(tmp_path, GUARDED)
    first = read_file(file, secret=SECRET, vault=vault)
    again = read_file(file, secret=SECRET, vault=vault, known=first.plans)
    assert all(again.plans[name] is plan for name, plan in first.plans.items())


def test_a_variable_that_is_missing_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read_file(written(tmp_path, GUARDED), secret=SECRET, vault={})
    assert caught.value.code == "configuration.invalid"
    assert "client_secret" in caught.value.message
    assert "GATEWAY_SECRET" in caught.value.message


def test_every_mistake_is_on_a_line_of_its_own(tmp_path: Path) -> None:
    text = '_format_version: "3.0"\nservices: [{name: a}, {name: b, colour: red}]\nx: 1\n'
    with pytest.raises(Fault) as caught:
        read_file(written(tmp_path, text), secret=SECRET, vault={})
    lines = caught.value.message.splitlines()
    assert lines[0].endswith(f"has {len(lines) - 1} mistakes:")
    assert len(lines) >= 4


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read_file(tmp_path / "nothing.yaml", secret=SECRET, vault={})
    assert caught.value.code == "configuration.unreadable"
    assert "nothing.yaml" in caught.value.message


def test_an_empty_snapshot_can_be_run() -> None:
    assert configure(Snapshot(), "it", secret=SECRET, vault={}).plan_of == {}
