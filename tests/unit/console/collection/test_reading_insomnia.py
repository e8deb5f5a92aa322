from typing import Any

from gatepost.console.collection.reading_insomnia import collection, ordered


def request(**more: Any) -> dict[str, Any]:
    return {"_id": "req_1", "_type": "request", "name": "One", "url": "http://gw/a", **more}


def test_a_token_of_the_tools_own_form_is_taken_too() -> None:
    own = request(authentication={"type": "bearer", "token": "{{ _.t }}"})
    environment = {"_type": "environment", "data": {"t": "abc", "n": 7}}
    (call,) = collection({"resources": [own, environment]}).calls
    assert (call.way, call.token) == ("bearer", "abc")


def test_what_was_switched_off_is_left_out() -> None:
    off = [{"name": "X-A", "value": "1", "disabled": True}, {"name": "X-B", "value": "2"}]
    basic = {"type": "basic", "username": "a", "password": "b", "disabled": True}
    (call,) = collection({"resources": [request(headers=off, authentication=basic)]}).calls
    assert call.headers == (("X-B", "2"),)
    assert call.way == "none"


def test_a_variable_that_nobody_set_stays_as_it_is() -> None:
    (call,) = collection({"resources": [request(url="{{ _.base }}/a")]}).calls
    assert call.path == "/{{ _.base }}/a"


def test_a_grant_that_is_not_known_is_the_common_one() -> None:
    assert ordered("u", {"grant_type": "x:y"}, None).grant == "client_credentials"
    assert ordered("u", {"client_id": "a", "client_secret": "b"}, None).in_body
    assert not ordered("u", {}, ("a", "b")).in_body
