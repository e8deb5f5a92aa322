from pathlib import Path
from typing import Any

import pytest

from gatepost.cli.explanation import described, explanation
from gatepost.values import Fault

TEXT = """
_format_version: "3.0"
services:
  - name: api
    url: http://127.0.0.1:1/base
    routes:
      - {name: open, paths: [/open]}
      - {name: sealed, paths: [/sealed], protocols: [https], https_redirect_status_code: 301}
      - name: guarded
        paths: [/guarded]
        plugins:
          - name: openid-connect
            config:
              issuer: http://127.0.0.1:1
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [bearer]
              bearer_token_param_type: [header]
routes:
  - {name: lonely, paths: [/lonely]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kong.yaml"
    path.write_text(TEXT)
    return path


def told(file: Path, url: str, *headers: str, data: str | None = None) -> dict[str, Any]:
    return explanation(file, described(url, None, list(headers), data, "127.0.0.1"), vault={})


def test_a_route_without_policy_is_forwarded_where_nginx_would_send_it(file: Path) -> None:
    story = told(file, "http://h/open/a")
    assert (story["outcome"], story["plan"]) == ("forward", None)
    assert story["upstream"]["url"] == "http://127.0.0.1:1/base/a"
    assert (story["route"]["name"], story["route"]["fits"]) == ("open", {"path": "/open"})


@pytest.mark.parametrize(
    ("url", "status"),
    [("http://h/nowhere", 404), ("http://h/sealed", 301), ("http://h/lonely", 503)],
)
def test_what_routing_refuses_has_its_status(file: Path, url: str, status: int) -> None:
    story = told(file, url)
    assert (story["outcome"], story["status"]) == ("refused", status)


def test_an_absent_credential_is_a_challenge(file: Path) -> None:
    story = told(file, "http://h/guarded")
    assert (story["status"], story["message"]) == (401, "Unauthorized")
    assert story["challenges"]
    assert story["plan"]["plugins"] == ["openid-connect (priority 1050)"]


def test_a_provider_that_is_away_is_503_and_not_remembered(file: Path) -> None:
    token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjEifQ.c2ln"
    story = told(file, "http://h/guarded", f"Authorization: Bearer {token}")
    assert story["status"] == 503
    assert story["memory"]["remembered"] is False
    assert token not in str(story)


def test_the_same_credential_twice_is_400(file: Path) -> None:
    twice = ("Authorization: Bearer a", "Authorization: Bearer b")
    assert told(file, "http://h/guarded", *twice)["status"] == 400


def test_a_body_makes_it_a_post_of_a_form() -> None:
    asked = described("http://h/", None, [], "a=b", "127.0.0.1")
    assert (asked.method, asked.body) == ("POST", b"a=b")
    assert asked.headers.get("content-type") == "application/x-www-form-urlencoded"
    assert asked.headers.get("content-length") == "3"


def test_a_body_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"\x00\xff")
    asked = described("http://h/", "PUT", [], f"@{tmp_path / 'body'}", "::1")
    assert (asked.method, asked.body) == ("PUT", b"\x00\xff")


def test_credentials_are_not_printed_with_the_request() -> None:
    asked = described("http://h/", None, ["X-Key: hush-hush"], "hush-hush", "127.0.0.1")
    assert "hush-hush" not in repr(asked)


def test_a_file_with_mistakes_is_a_fault(file: Path) -> None:
    file.write_text("services: 7\n")
    with pytest.raises(Fault, match="mistake"):
        told(file, "http://h/")
