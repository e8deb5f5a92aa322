from pathlib import Path

import pytest

from gatepost.cli.admin_client import AdminClient
from gatepost.cli.demo_plane import TAG, admission, furnish
from gatepost.values import Fault
from tests.unit.cli.answering import DONE, serving


def test_the_file_is_applied_to_what_is_the_demos_own(tmp_path: Path) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text("_format_version: '3.0'")
    with serving() as server:
        server.answers["/declarative/apply"] = (200, DONE)
        assert furnish(AdminClient(server.url), file) == 2
        method, path, _, body = server.last
    assert (method, path) == ("POST", f"/declarative/apply?select_tag={TAG}")
    assert body == file.read_bytes()


def test_a_refusal_is_told_in_the_control_planes_words(tmp_path: Path) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text("")
    with serving() as server:
        server.answers["/declarative/apply"] = (400, {"message": "routes: no paths"})
        with pytest.raises(Fault, match="routes: no paths"):
            furnish(AdminClient(server.url), file)


def test_a_token_is_made_and_kept_out_of_sight() -> None:
    with serving() as server:
        server.answers["/clustering/tokens"] = (201, {"token": "gpn_abc"})
        made = admission(AdminClient(server.url))
        assert server.last[:2] == ("POST", "/clustering/tokens")
    assert made.reveal() == "gpn_abc"
    assert "gpn_abc" not in repr(made)
