from typing import Any

from gatepost.console.collection.reading_postman import collection


def item(name: str, script: str = "", **request: Any) -> dict[str, Any]:
    told = {"url": {"raw": "http://gw/a?b=c"}, "method": "GET", **request}
    return {"name": name, "request": told, "event": [{"script": {"exec": script}}]}


def bearer(token: str) -> dict[str, Any]:
    return {"type": "bearer", "bearer": [{"key": "token", "value": token}]}


def test_calls_are_found_in_folders() -> None:
    whole = {"item": [{"name": "folder", "item": [item("deep")]}, item("flat")]}
    calls = collection(whole).calls
    assert [one.name for one in calls] == ["deep", "flat"]
    assert (calls[0].base, calls[0].path) == ("http://gw", "/a?b=c")


def test_only_what_others_use_is_a_request_for_a_token() -> None:
    sets = item("Sets", 'pm.environment.set("t", 1)', url="http://idp/token")
    assert [one.name for one in collection({"item": [sets, item("Call")]}).calls] == [
        "Sets", "Call",
    ]  # fmt: skip
    (call,) = collection({"item": [sets, item("Call", auth=bearer("{{t}}"))]}).calls
    assert call.way == "chained"
    assert call.order is not None
    assert call.order.url == "http://idp/token"


def test_a_token_that_stands_in_the_file_is_a_pasted_one() -> None:
    (call,) = collection({"item": [item("Call", auth=bearer("abc"))]}).calls
    assert (call.way, call.token) == ("bearer", "abc")
