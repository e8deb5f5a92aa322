import json

import pytest

from gatepost.idp.asking import FIELD_LIMIT, Asking, RefusedError, json_reply

FORM = (b"content-type", b"application/x-www-form-urlencoded; charset=utf-8")


def test_a_form_is_read_with_and_without_escapes() -> None:
    assert Asking("POST", [FORM], b"a=1&b=&c").form() == {"a": "1", "b": "", "c": ""}
    assert Asking("POST", [FORM], b"a=1%202&b=x+y").form() == {"a": "1 2", "b": "x y"}
    assert Asking("POST", [FORM], b"").form() == {}


@pytest.mark.parametrize(
    "body",
    [
        b"a=1&a=2",
        b"a=1&%61=2",
        "a=ä".encode(),
        b"&".join(b"%d=%%20" % n for n in range(FIELD_LIMIT + 1)),
        b"&".join(b"%d=" % n for n in range(FIELD_LIMIT + 1)),
    ],
)
def test_a_form_that_repeats_itself_or_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        Asking("POST", [FORM], body).form()
    assert (caught.value.status, caught.value.error) == (400, "invalid_request")


def test_anything_but_a_form_is_refused() -> None:
    for headers in ([], [(b"content-type", b"application/json")]):
        with pytest.raises(RefusedError):
            Asking("POST", headers, b"a=1").form()


def test_a_repeated_header_is_refused() -> None:
    with pytest.raises(RefusedError):
        Asking("POST", [(b"a", b"1"), (b"a", b"1")], b"").header(b"a")


def test_a_refusal_is_answered_in_oauths_shape() -> None:
    reply = RefusedError(400, "invalid_scope", "why", headers=(("x", "y"),)).reply()
    assert reply.status == 400
    assert json.loads(reply.body) == {"error": "invalid_scope", "error_description": "why"}
    assert reply.headers.get("x") == "y"


def test_answers_with_tokens_are_not_stored() -> None:
    assert json_reply({}).headers.get("cache-control") == "no-store"
    assert json_reply({}, store=True).headers.get("cache-control") is None


def test_parameters_come_from_the_query_or_from_the_form() -> None:
    assert Asking("GET", [], b"a=2", b"a=1%202").parameters() == {"a": "1 2"}
    assert Asking("POST", [FORM], b"a=2", b"a=1").parameters() == {"a": "2"}
    for asking in (Asking("GET", [], b"", b"a=1&a=1"), Asking("PUT", [FORM], b"a=1")):
        with pytest.raises(RefusedError):
            asking.parameters()


def test_a_form_that_must_be_posted_is_not_taken_otherwise() -> None:
    assert Asking("POST", [FORM], b"a=1").posted() == {"a": "1"}
    with pytest.raises(RefusedError) as caught:
        Asking("GET", [FORM], b"a=1").posted()
    assert (caught.value.status, caught.value.headers) == (405, (("allow", "POST"),))


def test_a_cookie_is_read_by_its_whole_name_and_only_when_it_is_there_once() -> None:
    asking = Asking("GET", [(b"cookie", b"a=1; ab=2;c=3=4 ; d=5; d=6; e")], b"")
    found = {name: asking.cookie(name) for name in ("a", "ab", "b", "c", "d", "e")}
    assert found == {"a": "1", "ab": "2", "b": None, "c": "3=4", "d": None, "e": ""}
    assert Asking("GET", [], b"").cookie("a") is None


def test_its_repr_shows_nothing_of_what_was_sent() -> None:
    asking = Asking("POST", [(b"authorization", b"canary")], b"canary", b"canary")
    assert repr(asking) == "Asking(method='POST')"
