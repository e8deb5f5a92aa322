import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.cli.admin_client import AdminClient, Answer, waiting
from gatepost.values import Fault
from tests.integration.authority import Authority
from tests.ports import free_port
from tests.unit.cli.answering import Served, serving


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        yield running


def test_a_call_has_its_token_query_and_headers(server: Served) -> None:
    server.answers["/base/x"] = (200, {"a": 1})
    client = AdminClient(server.url + "/base/", "secret-token")
    answer = client.call("POST", "/x", b"body", {"X-A": "1"}, [("t", "a b"), ("t", "&")])
    assert client.good(answer) == {"a": 1}
    method, path, headers, body = server.last
    assert (method, path, body) == ("POST", "/base/x?t=a+b&t=%26", b"body")
    assert headers["authorization"] == "Bearer secret-token"
    assert headers["x-a"] == "1"


def test_a_token_comes_from_the_option_the_environment_or_a_file(
    server: Served, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("from-file\n")
    server.answers["/"] = (200, {})
    for given, environ, sent in (
        ("flag", {"GATEPOST_TOKEN": "variable"}, "Bearer flag"),
        (None, {"GATEPOST_TOKEN": "variable"}, "Bearer variable"),
        (f"@{tmp_path}/token", {}, "Bearer from-file"),
        (None, {}, None),
    ):
        environ = {"GATEPOST_ADMIN_URL": server.url, **environ}  # noqa: PLW2901
        AdminClient.find(None, given, environ).call("GET", "/")
        assert server.last[2].get("authorization") == sent


def test_a_token_that_cannot_be_one_is_told() -> None:
    for token in ("a b", "ä", "@/nowhere/token"):
        with pytest.raises(Fault, match="--token"):
            AdminClient.find(None, token, {})


def test_a_control_plane_is_found_by_name(server: Served) -> None:
    planes = "/v2/control-planes"
    server.answers[planes] = (200, {"data": [{"id": "1", "name": "ab"}, {"id": "2", "name": "a"}]})
    client = AdminClient.find(server.url, None, {}, "a")
    client.call("GET", "/x")
    assert server.last[1] == f"{planes}/2/core-entities/x"
    with pytest.raises(Fault, match="no control plane named 'b'"):
        AdminClient.find(server.url, None, {}, "b")


def test_refusals_are_told_with_what_to_do(server: Served) -> None:
    client = AdminClient(server.url)
    for status, value, words in (
        (
            401,
            {"message": "Send a token."},
            "Send a token. Give one with --token or GATEPOST_TOKEN.",
        ),
        (403, {"message": "This takes the role admin."}, "This takes the role admin."),
        (404, {"message": "Not found"}, "is it the Admin API of Gatepost"),
        (200, "<html>", "is it the Admin API of Gatepost"),
        (500, {"message": "An unexpected error occurred"}, "An unexpected error occurred"),
    ):
        server.answers["/x"] = (status, value)
        with pytest.raises(Fault) as caught:
            client.good(client.call("GET", "/x"))
        assert words in caught.value.message


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [
        ("gpa_x", 401, "does not take this token: it is not known, has ended or was revoked. Give"),
        ("gpn_x", 401, "This token admits a node; the Admin API wants one of gatepost tokens"),
        ("gpa_x", 404, "A token that is for one control plane wants --control-plane."),
    ],
)
def test_who_showed_a_token_is_told_what_is_wrong_with_it(
    server: Served, token: str, status: int, words: str
) -> None:
    server.answers["/x"] = (status, {"message": "Not found"})
    client = AdminClient(server.url, token, option="--admin-token")
    with pytest.raises(Fault) as caught:
        client.send("GET", "/x")
    assert words in caught.value.message
    assert status != 401 or "--admin-token or GATEPOST_TOKEN" in caught.value.message


def test_a_collection_is_read_to_its_end(server: Served) -> None:
    pages = [{"data": [1, 2], "offset": "b="}, {"data": [3], "next": None}]
    server.answers["/x"] = (200, lambda: pages.pop(0))
    found = AdminClient(server.url).all("/x")
    assert found.items == [1, 2, 3]
    assert abs(found.now - time.time()) < 5
    assert [path for _, path, _, _ in server.asked] == ["/x?size=1000", "/x?size=1000&offset=b%3D"]
    server.answers["/x"] = (200, {"hello": "world"})
    with pytest.raises(Fault, match="is it the Admin API"):
        AdminClient(server.url).all("/x")


def test_an_answer_without_content_is_good(server: Served) -> None:
    server.answers["/x"] = (204, None)
    assert AdminClient(server.url).send("DELETE", "/x") is None
    assert server.last[0] == "DELETE"


def test_the_time_is_that_of_who_answers() -> None:
    assert Answer(200, {"date": "Thu, 01 Jan 1970 00:01:00 GMT"}, b"").now == 60
    assert abs(Answer(200, {"date": "soon"}, b"").now - time.time()) < 5


def test_nobody_there_is_told() -> None:
    with pytest.raises(Fault, match=r"No control plane answers at http://127\.0\.0\.1:\d+ \("):
        AdminClient(f"127.0.0.1:{free_port()}").call("GET", "/")


def test_an_authority_of_ones_own_is_believed_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    (tmp_path / "authority.pem").write_text(authority.pem)
    with serving(authority.server("127.0.0.1")) as server:
        server.answers["/x"] = (200, {"a": 1})
        with pytest.raises(Fault, match="SSL_CERT_FILE"):
            AdminClient(server.url).call("GET", "/x")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert AdminClient(server.url).call("GET", "/x").json() == {"a": 1}


def test_an_address_that_is_none_is_told() -> None:
    for url in ("ftp://x", "http://", "http://h:99999999"):
        with pytest.raises(Fault, match="no address"):
            AdminClient(url)


def test_a_token_that_would_travel_in_the_open_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    AdminClient("http://admin.example", "t")
    assert "unencrypted" in capsys.readouterr().err
    AdminClient("http://localhost:8001", "t")
    AdminClient("https://admin.example", "t")
    assert capsys.readouterr().err == ""


def test_a_program_is_not_told_to_wait(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("Wait ..."):
        pass
    assert capsys.readouterr().err == ""
