import itertools
from typing import Any

import pytest

from tests.kong.content import BadFile, Content
from tests.kong.kinds import (
    CERTIFICATE,
    CONSUMER,
    CREDENTIALS,
    GROUP,
    LEVELS,
    MEMBER,
    PLUGIN,
    ROUTE,
    SERVICE,
    SNI,
    TARGET,
    UPSTREAM,
)
from tests.kong.plan import Event, Learned, Stage, plan, requests
from tests.kong.state import State, comparable, decoded
from tests.kong.tiny_server import SCHEMAS, shown
from tests.kong.wanted import Builder, expand_ipv6, unwrap_url

LEARNED = Learned({"limit": SCHEMAS["plugins/limit"]}, {})


def built(content: Content, current: State | None = None, tags: tuple[str, ...] = ()) -> State:
    numbers = itertools.count(1)
    builder = Builder(content, current or State(), SCHEMAS, tags, lambda: f"new-{next(numbers)}")
    return builder.build()


def planned(content: Content, current: State | None = None) -> list[Stage]:
    known = current or State()
    return plan(known, built(content, known), LEARNED)


def names(stages: list[Stage]) -> list[str]:
    return [str(event) for stage in stages for event in stage.events]


def held(*entities: tuple[Any, dict[str, Any]]) -> State:
    state = State()
    for kind, entity in entities:
        state.add(kind, decoded(kind, entity))
    return state


SHOP = {"id": "s1", "name": "shop", "host": "shop.test", "protocol": "http", "port": 80}
SHOP["enabled"] = True


def test_an_entity_without_an_id_gets_that_of_the_one_with_its_name() -> None:
    wanted = built({"services": [{"name": "shop"}, {"name": "new"}]}, held((SERVICE, SHOP)))
    assert [service["id"] for service in wanted.all(SERVICE)] == ["s1", "new-1"]


def test_an_id_that_the_file_gives_stays() -> None:
    assert built({"services": [{"id": "mine", "name": "a"}]}).get(SERVICE, "mine")


def test_defaults_of_the_file_go_before_those_of_the_schema() -> None:
    content = {"_info": {"defaults": {"service": {"port": 81}}}, "services": [{"name": "a"}]}
    (service,) = built(content).all(SERVICE)
    assert (service["port"], service["protocol"]) == (81, "http")


def test_selected_tags_are_added_to_everything() -> None:
    content = {
        "services": [{"name": "a", "tags": ["x"], "routes": [{"name": "r"}]}],
        "certificates": [{"cert": "c", "key": "k", "snis": [{"name": "n"}]}],
    }
    wanted = built(content, tags=("x", "team"))
    tagged = {kind.name: wanted.all(kind)[0]["tags"] for kind in (SERVICE, ROUTE, CERTIFICATE, SNI)}
    assert tagged == {
        "service": ["x", "team"],
        "route": ["x", "team"],
        "certificate": ["x", "team"],
        "sni": ["x", "team"],
    }


def test_a_url_is_written_out_before_it_is_sent() -> None:
    service = {"url": "https://a.test/p"}
    unwrap_url(service)
    assert service == {"protocol": "https", "host": "a.test", "port": 443, "path": "/p"}


def test_an_ipv6_target_is_written_in_its_long_form() -> None:
    assert expand_ipv6("[::1]:80") == "[0000:0000:0000:0000:0000:0000:0000:0001]:80"
    assert expand_ipv6("::1") == "[0000:0000:0000:0000:0000:0000:0000:0001]:8000"
    assert expand_ipv6("a.test:80") == "a.test:80"


def test_nothing_is_done_when_there_is_no_difference() -> None:
    answer = {**SHOP, "path": None, "tags": [], "created_at": 1, "updated_at": 2, "new_field": 3}
    assert not planned(
        {"services": [{"name": "shop", "host": "shop.test"}]}, held((SERVICE, answer))
    )


def test_the_order_of_a_list_is_a_difference_and_an_empty_list_is_not_none() -> None:
    one = {"id": "r", "methods": ["GET", "POST"]}
    assert comparable(ROUTE, one) != comparable(ROUTE, {**one, "methods": ["POST", "GET"]})
    assert comparable(ROUTE, {**one, "hosts": []}) != comparable(ROUTE, one)
    assert comparable(ROUTE, {**one, "tags": []}) == comparable(ROUTE, one)
    assert comparable(GROUP, {**one, "tags": []}) != comparable(GROUP, one)


def test_the_order_of_a_list_in_a_config_is_no_difference() -> None:
    one = {"id": "p", "config": {"a": [{"b": [2, 1]}, {"b": []}], "n": 1.0}}
    two = {"id": "p", "config": {"a": [{"b": []}, {"b": [1, 2]}], "n": 1}}
    assert comparable(PLUGIN, one) == comparable(PLUGIN, two)


def test_a_password_is_not_compared_because_the_server_shows_a_hash() -> None:
    kind = CREDENTIALS["basicauth_credentials"]
    assert comparable(kind, {"id": "b", "password": "x"}) == comparable(kind, {"id": "b"})


@pytest.mark.parametrize("written", [{"redis_host": "h"}, {"redis": {"host": "h"}}])
def test_a_plugin_settles_in_either_spelling(written: dict[str, Any]) -> None:
    answer = {"id": "p", "name": "limit", "protocols": ["http", "https"], "enabled": True}
    current = held((PLUGIN, {**answer, "config": shown(written)}))
    assert not planned({"plugins": [{"name": "limit", "config": written}]}, current)
    other = {"plugins": [{"name": "limit", "config": {**written, "minute": 5}}]}
    assert names(planned(other, current)) == ["update plugin limit"]


def test_a_plugin_is_sent_as_the_file_has_it_with_its_protocols() -> None:
    (stage,) = planned({"plugins": [{"name": "limit", "config": {"redis_host": "h"}}]})
    sent = stage.events[0].entity
    assert sent["config"] == {"redis_host": "h"}
    assert (sent["protocols"], sent["enabled"]) == (["http", "https"], True)


def test_makes_go_down_the_levels_and_deletes_go_up() -> None:
    content: Content = {
        "plugins": [{"name": "limit", "route": "r"}],
        "routes": [{"name": "r", "service": "s"}],
        "services": [{"name": "s"}],
        "upstreams": [{"name": "u", "targets": [{"target": "t:1"}]}],
        "consumers": [{"username": "ann", "keyauth_credentials": [{"key": "k"}]}],
        "certificates": [{"cert": "c", "key": "k", "snis": [{"name": "n"}]}],
    }
    makes = [stage.name for stage in planned(content)]
    order = [kind.name for level in LEVELS for kind in level]
    assert makes == sorted(makes, key=order.index)
    everything = built(content)
    deletes = [stage.name.removeprefix("delete ") for stage in plan(everything, State(), LEARNED)]
    levels = {kind.name: number for number, level in enumerate(LEVELS) for kind in level}
    assert [levels[name] for name in deletes] == sorted((levels[n] for n in makes), reverse=True)


def test_a_service_whose_name_the_file_gives_to_another_id_goes_first_with_its_routes() -> None:
    route = {"id": "r1", "name": "r", "service": {"id": "s1"}}
    current = held((SERVICE, SHOP), (ROUTE, route))
    stages = planned({"services": [{"id": "s2", "name": "shop", "host": "h"}]}, current)
    assert names(stages) == [
        "delete route r",
        "delete service shop",
        "create service shop",
    ]


def test_an_update_carries_the_time_at_which_the_entity_was_made() -> None:
    current = held((SERVICE, {**SHOP, "created_at": 77}))
    (stage,) = planned({"services": [{"name": "shop", "host": "b.test"}]}, current)
    assert requests(stage.events[0])[0][2]["created_at"] == 77


def test_a_certificate_that_changes_takes_its_server_names_along() -> None:
    certificate = {"id": "c1", "cert": "c", "key": "k"}
    sni = {"id": "n1", "name": "a.test", "certificate": {"id": "c1"}}
    content = {
        "certificates": [{"cert": "c", "key": "k", "tags": ["t"], "snis": [{"name": "a.test"}]}]
    }
    stages = planned(content, held((CERTIFICATE, certificate), (SNI, sni)))
    assert names(stages) == ["update certificate c1"]
    assert requests(stages[0].events[0])[0][2]["snis"] == ["a.test"]


def test_where_things_are_written() -> None:
    credential = CREDENTIALS["keyauth_credentials"]
    owned = {"id": "k1", "key": "x", "consumer": {"id": "c1", "username": "ann"}}
    assert requests(Event("create", credential, owned)) == [
        ("PUT", "consumers/c1/key-auth/k1", owned)
    ]
    target = {"id": "t1", "target": "a:1", "upstream": {"id": "u1"}}
    assert requests(Event("create", TARGET, target)) == [("POST", "upstreams/u1/targets", target)]
    assert requests(Event("update", TARGET, target))[0][:2] == ("PUT", "upstreams/u1/targets/t1")
    assert requests(Event("delete", UPSTREAM, {"id": "u1"})) == [("DELETE", "upstreams/u1", None)]
    assert requests(Event("update", GROUP, {"id": "g1"}))[0][:2] == ("PATCH", "consumer_groups/g1")


def test_a_member_of_a_group_is_posted_and_one_that_changed_leaves_and_joins() -> None:
    state = State()
    state.join({"id": "g1", "name": "gold"}, {"id": "c1", "username": "ann"})
    (member,) = state.all(MEMBER)
    join = ("POST", "consumer_groups/g1/consumers", {"consumer": "ann"})
    leave = ("DELETE", "consumer_groups/g1/consumers/ann", None)
    assert requests(Event("create", MEMBER, member)) == [join]
    assert requests(Event("update", MEMBER, member)) == [leave, join]


def test_a_consumer_is_found_by_either_of_its_names() -> None:
    current = held((CONSUMER, {"id": "c1", "username": "ann", "custom_id": "1"}))
    assert [c["id"] for c in built({"consumers": [{"custom_id": "1"}]}, current).all(CONSUMER)] == [
        "c1"
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"routes": [{"name": "r", "service": "nobody"}]},
        {"plugins": [{"name": "limit", "_config": "nobody"}]},
        {"services": [{"name": "s", "plugins": [{"name": "limit", "route": "r"}]}]},
        {"routes": [{"name": "r", "protocols": ["grpc"], "strip_path": True}]},
        {"consumers": [{"username": "a", "groups": [{"name": "nobody"}]}]},
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(content: Content) -> None:
    with pytest.raises(BadFile):
        built(content)
