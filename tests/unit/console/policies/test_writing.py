import json
import shlex
import subprocess
from typing import Any

import yaml

from gatepost.console.policies.draft import Draft
from gatepost.console.policies.writing import TYPED, as_curl, as_json, as_yaml, in_short
from tests.unit.console.policies.schemas import OIDC

SECRET = "hush-hush"
HOSTILE = "it's $(rm -rf ~) `x` \" \\ <script>\u202e"


def draft(stored: bool = False, **config: Any) -> Draft:
    body: dict[str, Any] = {"name": "openid-connect", "enabled": True, "config": {}}
    if stored:
        body["id"] = "p1"
    made = Draft(OIDC, body)
    for path, value in config.items():
        made.put(path.replace("__", "."), value)
    return made


def test_a_secret_that_was_typed_is_in_no_text() -> None:
    made = draft(
        issuer="https://i", client_secret=[SECRET], session_secret=SECRET, redis__password=SECRET
    )
    for words in (as_json(made), as_yaml(made, {}), as_curl(made, "http://a", token=False)):
        assert SECRET not in words
        assert words.count(TYPED) == 3
    assert in_short(OIDC, "config.client_secret", [SECRET]) == f'["{TYPED}"]'


def test_masks_and_references_stand_as_they_are() -> None:
    made = draft(client_secret=["{masked}", "{vault://env/X}"])
    assert json.loads(as_json(made))["config"]["client_secret"] == ["{masked}", "{vault://env/X}"]


def test_a_kong_yaml_names_what_it_applies_to() -> None:
    made = draft(issuer="https://i")
    made.set("service", {"id": "s1"})
    document = yaml.safe_load(as_yaml(made, {"s1": "orders"}))
    assert document == {
        "_format_version": "3.0",
        "plugins": [
            {
                "name": "openid-connect",
                "service": "orders",
                "enabled": True,
                "config": {"issuer": "https://i"},
            }
        ],
    }


def test_a_command_holds_whatever_it_is_about_as_one_word() -> None:
    made = draft(issuer=HOSTILE)
    command = as_curl(made, "http://127.0.0.1:1", token=False)
    printed = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {command.partition(' ')[2]}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    sent = json.loads(printed[printed.index("--data\n") + len("--data\n") :])
    assert sent["config"]["issuer"] == HOSTILE


def test_a_command_for_what_is_stored_changes_it_and_shows_no_token() -> None:
    made = draft(stored=True)
    assert shlex.split(as_curl(made, "http://a", token=False))[2] == "PUT"
    made.put("leeway", 5)
    words = as_curl(made, "http://a", token=True)
    assert words.startswith("curl -X PATCH http://a/plugins/p1")
    assert '"Authorization: Bearer $GATEPOST_TOKEN"' in words


def test_a_long_value_is_cut() -> None:
    assert len(in_short(OIDC, "config.issuer", "x" * 10_000)) <= 201
    assert in_short(OIDC, "config.leeway", None) == "nothing"
