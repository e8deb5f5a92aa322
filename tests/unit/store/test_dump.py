import yaml
from hypothesis import given, settings

from gatepost.engine.rank import places
from gatepost.model import Snapshot
from gatepost.store.dump import Options, dump
from gatepost.store.kong_yaml import read
from tests.unit.store.whole import Forms, everything, snapshot_of, snapshots, uid

ALL = Options(with_id=True, reveal=True)


def _matched(snapshot: Snapshot) -> list[tuple[str | None, ...]]:
    return [
        (place.path, *place.route.hosts, *place.route.methods, place.route.name, *place.route.tags)
        for place in places(snapshot.routes)
    ]


def test_what_was_dumped_with_ids_and_secrets_is_read_as_it_was() -> None:
    whole = everything()
    assert read(dump(whole, ALL)).hash == whole.hash


@settings(deadline=None, max_examples=50)
@given(snapshots())
def test_whatever_is_dumped_with_ids_is_read_as_it_was(snapshot: Snapshot) -> None:
    text = dump(snapshot, ALL)
    assert read(text).hash == snapshot.hash
    assert yaml.safe_load(text)["_format_version"] == "3.0"  # every reader takes it


@settings(deadline=None, max_examples=50)
@given(snapshots())
def test_without_ids_routes_are_still_tried_in_the_same_order(snapshot: Snapshot) -> None:
    again = read(dump(snapshot))
    assert len(again.routes) == len(snapshot.routes)
    assert _ties(again) == _ties(snapshot)


def _ties(snapshot: Snapshot) -> list[object]:
    """Return who wins among routes that differ in their age alone."""
    groups: dict[object, list[object]] = {}
    for place in places(snapshot.routes):
        for host in place.route.hosts or ("",):
            for method in place.route.methods or ("",):
                length = len(place.path or "") if place.regex else place.path
                key = (place.tier, length, "" if "1" in place.tier[3:4] else host, method)
                groups.setdefault(str(key), []).append((place.path, place.route.tags))
    return sorted(groups.items(), key=str)


def test_entities_nest_in_what_they_belong_to_and_are_sorted_by_name() -> None:
    data = yaml.safe_load(dump(everything()))
    assert [one.get("name") for one in data["services"]] == [None, "orders"]
    orders = data["services"][1]
    assert [route["name"] for route in orders["routes"]] == ["list"]
    assert [plugin["name"] for plugin in orders["routes"][0]["plugins"]] == ["key-auth"]
    ann = next(one for one in data["consumers"] if one.get("username") == "ann")
    assert ann["groups"] == [{"name": "gold"}]
    assert ann["keyauth_credentials"][0]["key"] == "{masked}"
    snis = [one["snis"] for one in data["certificates"] if "snis" in one]
    assert snis == [[{"name": "a.example.com"}]]
    assert data["key_sets"][0]["keys"][0]["name"] == "signing"
    assert {"10.0.0.1:8080", "[::1]:8080"} == {
        one["target"] for one in data["upstreams"][0]["targets"]
    }


def test_what_has_several_scopes_stands_at_the_top_with_names() -> None:
    data = yaml.safe_load(dump(everything()))
    own = next(one for one in data["plugins"] if one["name"] == "acl")
    assert (own["service"], own["consumer"]) == ("orders", "ann")


def test_defaults_times_and_ids_are_left_out() -> None:
    one = snapshot_of(
        services=[{"id": uid(1), "name": "a", "host": "h", "created_at": 5, "updated_at": 6}]
    )
    assert yaml.safe_load(dump(one))["services"] == [{"name": "a", "host": "h"}]


def test_an_id_is_kept_where_leaving_it_out_would_lose_something() -> None:
    data = yaml.safe_load(dump(everything()))
    ids = {"services": [uid(19), None], "consumers": [None, uid(8)]}
    assert [one.get("id") for one in data["services"]] == ids["services"]
    # referred to by id, as certificates have no name
    assert {one.get("id") for one in data["certificates"]} == {None, uid(2)}
    assert data["ca_certificates"][0]["id"] == uid(3)
    # the hash of a password is salted with the consumer's id
    assert next(one for one in data["consumers"] if one.get("username") == "ann")["id"] == uid(8)
    ann = next(one for one in data["consumers"] if one.get("username") == "ann")
    assert ann["keyauth_credentials"][0]["id"] == uid(12)


def test_secrets_are_masked_unless_they_are_asked_for() -> None:
    hidden = dump(everything(), None, Forms())
    shown = dump(everything(), Options(reveal=True), Forms())
    for secret in ("open-sesame", "PRIVATE KEY", "$scrypt$", "c2VjcmV0", "hush"):
        assert secret not in hidden
        assert secret in shown
    assert "{vault://env/KEY}" in hidden


def test_a_selection_holds_what_has_all_of_its_tags_and_says_so() -> None:
    data = yaml.safe_load(dump(everything(), Options(select_tags=("team",))))
    assert data["_info"] == {"select_tags": ["team"]}
    assert data.keys() == {"_format_version", "_info", "services", "consumers", "service_packages"}
    assert data["consumers"][0]["groups"] == [{"name": "gold"}]
    assert "keyauth_credentials" not in data["consumers"][0]


def test_ages_are_written_when_the_order_of_the_file_would_decide_otherwise() -> None:
    services = [{"id": uid(n), "name": name, "host": "h"} for n, name in enumerate("ab")]
    younger = {"id": uid(10), "name": "y", "service": uid(0), "paths": ["/"], "created_at": 9}
    older = {"id": uid(11), "name": "o", "service": uid(1), "paths": ["/"], "created_at": 8}
    crossed = snapshot_of(services=services, routes=[younger, older])
    assert dump(crossed).count("created_at") == 2
    assert [route.name for route in read(dump(crossed)).routes] == ["o", "y"]
    apart = snapshot_of(services=services, routes=[younger, {**older, "paths": ["/x"]}])
    assert "created_at" not in dump(apart)


def test_a_name_that_looks_like_an_id_is_written_so_that_it_stays_a_name() -> None:
    tricky = snapshot_of(
        services=[{"id": uid(1), "name": uid(2), "host": "a"}, {"id": uid(2), "host": "b"}],
        plugins=[{"id": uid(3), "name": "acl", "service": uid(1), "consumer": uid(4)}],
        consumers=[{"id": uid(4), "username": "ann"}],
    )
    assert read(dump(tricky, ALL)).hash == tricky.hash


def test_nothing_is_an_empty_file() -> None:
    assert dump(Snapshot()) == '_format_version: "3.0"\n'
