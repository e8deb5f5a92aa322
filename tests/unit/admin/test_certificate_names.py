import time

import pytest

from gatepost.admin.certificate_names import taken_out
from gatepost.admin.problem import Refused
from gatepost.feed.authority import issue_server, make_authority
from tests.admin_desk import Desk


def test_names_are_taken_out_of_certificates_alone() -> None:
    data = {"cert": "c", "snis": ["B.test", "a.test", "b.test"]}
    assert taken_out("certificates", data) == ({"cert": "c"}, ["b.test", "a.test"])
    assert taken_out("certificates", {"snis": None}) == ({}, [])
    assert taken_out("certificates", {"cert": "c"}) == ({"cert": "c"}, None)
    assert taken_out("routes", {"snis": ["a.test"]}) == ({"snis": ["a.test"]}, None)


@pytest.mark.parametrize("names", ["a.test", 1, {"a": 1}, [1], [["a"]]])
def test_what_is_no_list_of_names_is_refused(names: object) -> None:
    with pytest.raises(Refused) as caught:
        taken_out("certificates", {"snis": names})
    assert "snis" in caught.value.body["fields"]


@pytest.mark.anyio
async def test_if_match_is_about_the_certificate_and_not_about_its_new_names(desk: Desk) -> None:
    pem = issue_server(make_authority(now=time.time()), now=time.time()).decode()
    made = await desk.ask("POST", "/certificates", {"cert": pem, "key": pem, "snis": ["a.test"]})
    seen, path = made.headers["etag"], f"/certificates/{made.json()['id']}"
    for method, body in (("PATCH", {}), ("PUT", {"cert": pem, "key": pem})):
        names = ["a.test", f"{method.lower()}.test"]
        said = await desk.ask(method, path, {**body, "snis": names}, if_match=seen)
        assert (said.status, said.json().get("snis")) == (200, names), said.body
        seen = said.headers["etag"]
