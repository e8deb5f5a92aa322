import io
import json
from pathlib import Path

import pytest

from gatepost.cli.declared import Declared
from gatepost.values import Fault

HEAD = '_format_version: "3.0"\n'


def _files(tmp_path: Path, *texts: str) -> list[str]:
    names = []
    for number, text in enumerate(texts):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text)
        names.append(str(file))
    return names


def test_one_file_is_sent_as_it_is(tmp_path: Path) -> None:
    (name,) = _files(tmp_path, HEAD + "# a comment\n")
    declared = Declared([name])
    assert declared.text == (HEAD + "# a comment\n").encode()
    fault = declared.blamed([{"path": "services[0]", "line": 2, "message": "no"}])
    assert fault.message == f"{name} has 1 mistake:\nline 2: services[0]: no"


def test_several_files_are_joined_and_a_mistake_is_found_again_in_its_file(
    tmp_path: Path,
) -> None:
    names = _files(
        tmp_path,
        HEAD + "services:\n- name: a\n- name: b\n",
        HEAD + "services:\n- name: c\n  hots: x\nroutes:\n- name: r\n",
    )
    declared = Declared(names)
    assert json.loads(declared.text) == {
        "_format_version": "3.0",
        "services": [{"name": "a"}, {"name": "b"}, {"name": "c", "hots": "x"}],
        "routes": [{"name": "r"}],
    }
    told = declared.blamed(
        [
            {"path": "services[1].name", "line": 1, "message": "first"},
            {"path": "services[2].hots", "line": 1, "message": "second"},
            {"path": "routes[0]", "line": 1, "message": "third"},
            {"path": "", "line": None, "message": "whole"},
        ]
    ).message.splitlines()
    assert told == [
        "2 files have 4 mistakes:",
        f"{names[0]}: line 4: services[1].name: first",
        f"{names[1]}: line 4: services[0].hots: second",
        f"{names[1]}: line 6: routes[0]: third",
        "whole",
    ]


def test_files_that_cannot_be_joined_are_told(tmp_path: Path) -> None:
    names = _files(
        tmp_path,
        HEAD + "_info: {select_tags: [a]}\nservices: []\n",
        HEAD + "_info: {select_tags: [b]}\n",
        "- a\n",
        "a: [\n",
        HEAD + "services: {}\n",
    )
    with pytest.raises(Fault) as caught:
        Declared(names)
    told = caught.value.message
    assert f"{names[1]}: _info is not what another file says" in told
    assert f"{names[2]}: expected a map" in told
    assert f"{names[3]}: line 2: invalid YAML" in told
    assert f"{names[4]}: services: expected an array" in told


def test_stdin_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(HEAD.encode())))
    declared = Declared(["-"])
    assert declared.text == HEAD.encode()
    assert declared.blamed([]).message == "stdin has 0 mistakes:"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "nothing.yaml")):
        with pytest.raises(Fault, match="cannot be read"):
            Declared([name])
