import pytest

from gatepost.engine import Asked, match, places
from gatepost.engine.match import host_fits, split_port
from gatepost.model import Route
from gatepost.values import Fault

ID = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"


@pytest.mark.parametrize(
    ("pattern", "host", "port", "fits"),
    [
        ("a.test", "a.test", 80, True),
        ("a.test.", "a.test", 80, True),
        ("a.test", "b.a.test", 80, False),
        ("a.test:81", "a.test", 80, False),
        ("a.test:81", "a.test", 81, True),
        ("*.test", "a.b.test", 80, True),
        ("*.test", "test", 80, False),
        ("*.test", ".test", 80, False),
        ("a.*", "a.b.c", 80, True),
        ("a.*", "a.", 80, False),
        ("a.*", "ab.c", 80, False),
        ("*.test:81", "a.test", 80, False),
        ("[::1]", "[::1]", 80, True),
    ],
)
def test_hosts(pattern: str, host: str, port: int, fits: bool) -> None:
    assert host_fits(pattern, Asked(host=host, path="/", port=port)) is fits


def test_a_port_is_split_from_a_name_and_not_from_an_address() -> None:
    assert split_port("a.test:80") == ("a.test", 80)
    assert split_port("[::1]") == ("[::1]", None)
    assert split_port("[::1]:80") == ("[::1]", 80)


def test_a_place_whose_conditions_fail_makes_way_for_a_shorter_prefix() -> None:
    long = Route(id=ID, paths=("/a/b",), methods=("POST",))
    short = Route(id=OTHER, paths=("/a",), methods=("GET",))
    found = match(places([long, short]), Asked(host="x", path="/a/b/c"))
    assert found is not None
    assert (found.place.route.id, found.length) == (OTHER, 2)


def test_headers_compare_without_case_and_each_one_must_fit() -> None:
    route = Route(id=ID, headers={"X-A": ("One", "two"), "x-b": ("~*^v[0-9]$",)})
    every = places([route])
    good = {"x-a": ("zero", "ONE"), "x-b": ("V7",)}
    assert match(every, Asked(host="x", path="/", headers=good))
    assert not match(every, Asked(host="x", path="/", headers={**good, "x-b": ("v77",)}))
    assert not match(every, Asked(host="x", path="/", headers={"x-a": ("one",)}))


def test_server_names_count_on_tls_alone() -> None:
    every = places([Route(id=ID, protocols=("https",), snis=("*.test",))])
    assert match(every, Asked(host="x", path="/", sni=None))
    assert match(every, Asked(host="x", path="/", sni="A.test."))
    assert not match(every, Asked(host="x", path="/", sni="other"))


def test_a_regex_is_anchored_at_the_start_for_all_of_its_branches() -> None:
    every = places([Route(id=ID, paths=("~/a|/b+",))])
    found = match(every, Asked(host="x", path="/bbb/c"))
    assert found is not None
    assert found.length == 4
    assert not match(every, Asked(host="x", path="/x/b"))


def test_named_groups_are_read_and_what_python_cannot_read_is_said() -> None:
    assert match(places([Route(id=ID, paths=("~/(?<id>[0-9]+)$",))]), Asked(host="x", path="/7"))
    unread = places([Route(id=ID, paths=(r"~/\p{Lu}+$",))])
    with pytest.raises(Fault) as refused:
        match(unread, Asked(host="x", path="/A"))
    assert refused.value.code == "engine.regex_unread"
