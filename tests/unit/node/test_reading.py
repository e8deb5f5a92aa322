import json
from pathlib import Path

import pytest

from gatepost.model import Snapshot
from gatepost.node import reading
from gatepost.node.reading import Kept, configure, read_file
from gatepost.plugin import Plan, PlanDefinition, Registry, bind
from gatepost.values import Fault

NODE = b"n" * 32
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
        written(tmp_path, GUARDED),
        secret=SECRET,
        node_secret=NODE,
        vault={"GATEWAY_SECRET": "hush-hush"},
    )
    assert sorted(plan is None for plan in read.plan_of.values()) == [False, True]
    assert read.issuers == {"https://issuer.example", "https://other.example"}
    assert "hush-hush" not in repr(read)
    assert b"hush-hush" not in read.snapshot.to_bytes()


def test_plans_that_were_built_before_are_not_built_again(tmp_path: Path) -> None:
    vault = {"GATEWAY_SECRET": "hush-hush"}
    file = written(tmp_path, GUARDED)
    first = read_file(file, secret=SECRET, node_secret=NODE, vault=vault)
    again = read_file(file, secret=SECRET, node_secret=NODE, vault=vault, known=first.plans)
    assert all(again.plans[name] is plan for name, plan in first.plans.items())


def test_a_variable_that_is_missing_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read_file(written(tmp_path, GUARDED), secret=SECRET, node_secret=NODE, vault={})
    assert caught.value.code == "configuration.invalid"
    assert "client_secret" in caught.value.message
    assert "GATEWAY_SECRET" in caught.value.message


def test_every_mistake_is_on_a_line_of_its_own(tmp_path: Path) -> None:
    text = '_format_version: "3.0"\nservices: [{name: a}, {name: b, colour: red}]\nx: 1\n'
    with pytest.raises(Fault) as caught:
        read_file(written(tmp_path, text), secret=SECRET, node_secret=NODE, vault={})
    lines = caught.value.message.splitlines()
    assert lines[0].endswith(f"has {len(lines) - 1} mistakes:")
    assert len(lines) >= 4


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read_file(tmp_path / "nothing.yaml", secret=SECRET, node_secret=NODE, vault={})
    assert caught.value.code == "configuration.unreadable"
    assert "nothing.yaml" in caught.value.message


def test_an_empty_snapshot_can_be_run() -> None:
    assert configure(Snapshot(), "it", secret=SECRET, node_secret=NODE, vault={}).plan_of == {}


@pytest.mark.slow
def test_a_change_among_ten_thousand_routes_binds_one_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound: list[str] = []

    def counted(definition: PlanDefinition, registry: Registry) -> Plan:
        bound.append(definition.id)
        return bind(definition, registry)

    monkeypatch.setattr(reading, "bind", counted)
    kept = Kept()
    first = read_file(
        written(tmp_path, many(10_000)), secret=SECRET, node_secret=NODE, vault={}, kept=kept
    )
    assert len(bound) == 10_000
    bound.clear()
    second = read_file(
        written(tmp_path, many(10_001)),
        secret=SECRET,
        node_secret=NODE,
        vault={},
        known=first.plans,
        kept=kept,
    )
    assert len(bound) == 1
    assert all(second.plans[name] is plan for name, plan in first.plans.items())
    # nor was any of them serialised again, or a route validated
    assert all(second.definitions[name] is one for name, one in first.definitions.items())
    assert all(
        new is old for new, old in zip(second.snapshot.routes, first.snapshot.routes, strict=False)
    )


def many(routes: int) -> str:
    plugin = {
        "name": "openid-connect",
        "config": {
            "issuer": "https://issuer.example",
            "client_id": ["gateway"],
            "client_secret": ["hush-hush"],
            "auth_methods": ["introspection"],
        },
    }
    service = {
        "name": "api",
        "url": "http://127.0.0.1:1",
        "routes": [{"name": f"r{n}", "paths": [f"/r{n}"]} for n in range(routes)],
        "plugins": [plugin],
    }
    return json.dumps({"_format_version": "3.0", "services": [service]})


def ids(text: str, tmp_path: Path, kept: Kept, **vault: str) -> set[str]:
    return set(
        read_file(
            written(tmp_path, text), secret=SECRET, node_secret=NODE, vault=vault, kept=kept
        ).plans
    )


def test_a_plan_is_made_anew_when_anything_in_it_changes(tmp_path: Path) -> None:
    kept = Kept()
    before = ids(GUARDED, tmp_path, kept, GATEWAY_SECRET="hush-hush")
    assert ids(GUARDED, tmp_path, kept, GATEWAY_SECRET="hush-hush") == before
    for text, secret in (
        (GUARDED, "another"),
        (GUARDED.replace("introspection]", "bearer]"), "hush-hush"),
        (
            GUARDED.replace("paths: [/guarded]", "paths: [/guarded]\n        protocols: [https]"),
            "x",
        ),
        (GUARDED.replace("name: guarded", "name: other"), "hush-hush"),
    ):
        changed = ids(text, tmp_path, kept, GATEWAY_SECRET=secret)
        assert changed == ids(text, tmp_path, Kept(), GATEWAY_SECRET=secret)
        assert changed.isdisjoint(before)


def test_a_variable_that_went_away_is_missed_though_the_file_is_as_it_was(tmp_path: Path) -> None:
    kept = Kept()
    ids(GUARDED, tmp_path, kept, GATEWAY_SECRET="hush-hush")
    with pytest.raises(Fault, match="GATEWAY_SECRET"):
        ids(GUARDED, tmp_path, kept)


def test_warnings_are_about_the_values_that_references_stand_for(tmp_path: Path) -> None:
    secret = 'session_secret: "{vault://env/SESSION_SECRET}"'
    text = GUARDED.replace(
        "[introspection]", f"[authorization_code, session]\n              {secret}"
    )
    file, kept = written(tmp_path, text), Kept()

    def told(file: Path, **vault: str) -> str:
        vault["GATEWAY_SECRET"] = "hush-hush"
        found = read_file(file, secret=SECRET, node_secret=NODE, vault=vault, kept=kept)
        return "\n".join(found.warnings)

    assert "session_secret has" not in told(file, SESSION_SECRET="x" * 32)
    mine = "vaults:\n  - {name: env, prefix: mine, config: {prefix: MY_}}\n"
    moved = written(tmp_path, text.replace("env/SESSION", "mine/SESSION") + mine)
    assert "session_secret has 7 characters" in told(moved, MY_SESSION_SECRET="a" * 7)
    moved = written(tmp_path, moved.read_text().replace("MY_", "OUR_"))
    assert "session_secret has 8 characters" in told(moved, OUR_SESSION_SECRET="a" * 8)


def test_warnings_are_told_of_every_reading(tmp_path: Path) -> None:
    text = many(1).replace("https://issuer.example", "http://issuer.example")
    kept = Kept()
    first = read_file(written(tmp_path, text), secret=SECRET, node_secret=NODE, vault={}, kept=kept)
    again = read_file(written(tmp_path, text), secret=SECRET, node_secret=NODE, vault={}, kept=kept)
    assert first.warnings
    assert again.warnings == first.warnings
