from pathlib import Path

import pytest
import typer

from gatepost.cli.admin_client import AdminClient
from gatepost.cli.declared import Declared
from gatepost.cli.planning import in_pipelines, judged, planned, send
from gatepost.values import By, Fault
from tests.unit.cli.answering import PLAN, serving


@pytest.mark.parametrize("by", [By.OPERATOR, By.CLIENT, By.OURS])
def test_every_failure_is_exit_code_1(by: By) -> None:
    with pytest.raises(typer.Exit) as caught, in_pipelines("diff"):
        raise Fault("settings.invalid", "No.", by=by)
    assert caught.value.exit_code == 1


def test_a_plan_is_asked_for_with_file_and_tags(tmp_path: Path) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text("x: y")
    with serving() as server:
        server.answers["/declarative/plan"] = (200, PLAN)
        client = AdminClient(server.url)
        assert planned(client, Declared([str(file)]), ["a", "b"]) == PLAN
        method, path, headers, body = server.last
        assert (method, path) == ("POST", "/declarative/plan?select_tag=a&select_tag=b")
        assert (headers["content-type"], body) == ("application/yaml", b"x: y")
        send(client, "/declarative/plan", Declared([str(file)]), [], If_Match='"3"')
        assert server.last[2]["if-match"] == '"3"'


def test_mistakes_of_the_file_are_the_files(tmp_path: Path) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text("x: y")
    declared = Declared([str(file)])
    with serving() as server:
        problem = {"path": "x", "line": 1, "message": "unknown field"}
        server.answers["/p"] = (400, {"message": "invalid", "problems": [problem]})
        client = AdminClient(server.url)
        with pytest.raises(Fault, match="line 1: x: unknown field"):
            judged(client, declared, client.call("POST", "/p"))
        server.answers["/p"] = (400, {"message": "If-Match holds an ETag"})
        with pytest.raises(Fault, match="If-Match"):
            judged(client, declared, client.call("POST", "/p"))
