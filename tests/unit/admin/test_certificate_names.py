import pytest

from gatepost.admin.certificate_names import taken_out
from gatepost.admin.problem import Refused


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
