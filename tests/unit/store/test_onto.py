import pytest

from gatepost.model import Snapshot
from gatepost.store.kong_yaml import KongYamlError
from gatepost.store.onto import Judge, Wanted, read_onto
from tests.unit.store.whole import Forms, everything, snapshot_of, uid

NOW = 1_800_000_000
HEAD = '_format_version: "3.0"\n'


def onto(current: Snapshot, text: str, *tags: str) -> Wanted:
    return read_onto(HEAD + text, current, Judge(Forms()), now=NOW, select_tags=tags or None)


def problems(current: Snapshot, text: str, *tags: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(KongYamlError) as caught:
        onto(current, text, *tags)
    return [(each.path, each.line, each.message) for each in caught.value.problems]


def test_an_entity_of_the_file_is_the_one_with_its_name() -> None:
    current = snapshot_of(
        services=[{"id": uid(1), "name": "a", "host": "h", "created_at": 7, "updated_at": 8}],
        routes=[{"id": uid(2), "name": "r", "service": uid(1), "paths": ["/"], "created_at": 9}],
    )
    text = "services: [{name: a, host: new, routes: [{name: r, paths: [/]}]}]"
    wanted = onto(current, text).snapshot
    assert [(one.id, one.created_at) for one in wanted.services] == [(uid(1), 7)]
    assert [(one.id, one.created_at) for one in wanted.routes] == [(uid(2), 9)]


def test_what_the_file_names_by_id_keeps_it_and_is_renamed_with_all_that_refers_to_it() -> None:
    current = snapshot_of(
        services=[{"id": uid(1), "name": "old", "host": "h"}],
        plugins=[{"id": uid(3), "name": "cors", "service": uid(1)}],
    )
    text = f"services: [{{id: {uid(1)}, name: new, host: h, plugins: [{{name: cors}}]}}]"
    wanted = onto(current, text).snapshot
    assert [(one.id, one.name) for one in wanted.services] == [(uid(1), "new")]
    assert [(one.id, one.service) for one in wanted.plugins] == [(uid(3), uid(1))]


def test_an_id_that_a_renamed_entity_was_given_stays_its_own() -> None:
    first = onto(Snapshot(), "services: [{name: a, host: h}]").snapshot
    ident = first.services[0].id
    renamed = snapshot_of(services=[{"id": ident, "name": "b", "host": "h"}])
    both = onto(renamed, "services: [{name: a, host: h}, {name: b, host: h}]").snapshot
    assert len(both.services) == 2
    assert {one.name: one.id for one in both.services}["b"] == ident
    assert both == onto(both, "services: [{name: a, host: h}, {name: b, host: h}]").snapshot


def test_a_version_that_a_file_does_not_select_lets_go_of_a_service_that_goes() -> None:
    current = snapshot_of(
        services=[{"id": uid(1), "name": "a", "host": "h", "tags": ["t"]}],
        service_packages=[{"id": uid(2), "name": "p"}],
        service_versions=[
            {"id": uid(3), "version": "1", "service_package": uid(2), "service": uid(1)}
        ],
    )
    wanted = onto(current, "services: []", "t").snapshot
    assert [one.service for one in wanted.service_versions] == [None]
    text = f"services: [{{name: b, id: {uid(1)}, host: h}}]"
    assert onto(current, text, "t").snapshot.service_versions == current.service_versions


def test_a_version_is_known_by_its_package_and_not_by_its_service() -> None:
    text = """
services: [{name: a, host: h}]
service_packages:
- name: Orders
  versions:
  - {version: '1', service: %s}
  - {version: '2', service: %s}
- name: Bills
  versions: [{version: '1'}]
"""
    first = onto(Snapshot(), text % ("a", "~")).snapshot
    assert len({one.id for one in first.service_versions}) == 3
    assert onto(first, text % ("a", "~")).snapshot == first
    second = onto(first, text % ("~", "a")).snapshot
    known = {(one.version, one.service_package): one.id for one in first.service_versions}
    again = {(one.version, one.service_package): one.id for one in second.service_versions}
    assert known == again
    assert problems(first, text % ("a", "a"))[0][2].startswith("service '")
    (lost,) = problems(first, text % ("nobody", "~"))
    assert lost[0] == "service_packages[0].versions[0].service"


def test_new_routes_that_could_tie_are_as_old_as_their_order_says() -> None:
    text = "routes: [{name: z, paths: [/]}, {name: a, paths: [/]}, {name: b, paths: [/b]}]"
    routes = onto(Snapshot(), text).snapshot.routes
    ages = {one.name: (one.created_at, one.id) for one in routes}
    assert ages["z"] < ages["a"]
    assert ages["b"][0] == ages["z"][0] == NOW
    turned = onto(
        Snapshot(routes=routes), "routes: [{name: a, paths: [/]}, {name: z, paths: [/]}]"
    ).snapshot.routes
    assert [one.name for one in turned] == ["a", "z"]


def test_masked_means_what_is_stored() -> None:
    current = snapshot_of(
        consumers=[{"id": uid(1), "username": "ann"}],
        basicauth_credentials=[
            {"id": uid(2), "consumer": uid(1), "username": "ann", "password": "secret"}
        ],
        plugins=[{"id": uid(3), "name": "p", "config": {"secret": "hush"}}],
    )
    text = (
        "consumers: [{username: ann, "
        "basicauth_credentials: [{username: ann, password: '{masked}'}]}]\n"
        "plugins: [{name: p, config: {secret: '{masked}', x: 1}}]"
    )
    wanted = onto(current, text).snapshot
    assert wanted.basicauth_credentials == current.basicauth_credentials
    assert wanted.plugins[0].config == {"secret": "hush", "x": 1}


def test_masked_where_nothing_is_stored_is_a_mistake_with_its_line() -> None:
    text = (
        "consumers:\n- username: ann\n  keyauth_credentials:\n  - key: '{masked}'\n"
        "plugins:\n- name: p\n  config:\n    secret: '{masked}'\n"
    )
    found = problems(Snapshot(), text)
    assert [(path, line) for path, line, _ in found] == [
        ("consumers[0].keyauth_credentials[0].key", 5),
        ("plugins[0].config.secret", 9),
    ]
    assert all(message.startswith("nothing is stored") for _, _, message in found)


def test_with_tags_only_what_has_them_is_touched_and_everything_in_the_file_gets_them() -> None:
    current = snapshot_of(
        services=[
            {"id": uid(1), "name": "ours", "host": "h", "tags": ["team"]},
            {"id": uid(2), "name": "theirs", "host": "h"},
        ]
    )
    wanted = onto(current, "services: [{name: new, host: h, tags: [x]}]", "team")
    assert {one.name: one.tags for one in wanted.snapshot.services} == {
        "theirs": (),
        "new": ("team", "x"),
    }
    assert wanted.select_tags == ("team",)


def test_the_tags_of_the_file_select_and_others_are_refused() -> None:
    current = snapshot_of(services=[{"id": uid(2), "name": "theirs", "host": "h"}])
    text = "_info: {select_tags: [team]}\nservices: [{name: new, host: h}]"
    assert onto(current, text).select_tags == ("team",)
    assert onto(current, text, "team").select_tags == ("team",)
    assert problems(current, text, "other")[0][0] == "_info.select_tags"
    assert problems(current, "_info: {select_tags: [',']}")[0][0] == "_info.select_tags[0]"
    assert problems(current, "_info: {select_tags: team}")[0][0] == "_info.select_tags"


def test_a_file_may_refer_to_what_it_does_not_select() -> None:
    current = snapshot_of(services=[{"id": uid(2), "name": "theirs", "host": "h"}])
    for name in ("theirs", uid(2), "{name: theirs}", f"{{id: {uid(2)}}}"):
        text = f"routes: [{{name: r, paths: [/], service: {name}}}]"
        assert onto(current, text, "team").snapshot.routes[0].service == uid(2)
    assert "no entry of services" in problems(current, text.replace(uid(2), uid(3)), "team")[0][2]


def test_what_others_still_refer_to_may_not_go() -> None:
    current = snapshot_of(
        services=[{"id": uid(1), "name": "ours", "host": "h", "tags": ["team"]}],
        routes=[{"id": uid(2), "name": "theirs", "service": uid(1), "paths": ["/"]}],
        plugins=[{"id": uid(3), "name": "acl", "route": uid(2), "service": uid(1)}],
    )
    found = problems(current, "services: []", "team")
    assert [message for _, _, message in found] == [
        f"service ours would be deleted, but {other}, which is not selected, refers to it"
        for other in ("route theirs", "plugin acl on service ours and route theirs")
    ]


def test_a_name_that_somebody_else_has_is_a_mistake_at_its_line() -> None:
    current = snapshot_of(services=[{"id": uid(1), "name": "a", "host": "h"}])
    ((path, line, message),) = problems(current, "services:\n- name: a\n  host: h\n", "team")
    assert (path, line) == ("services[0].name", 3)
    assert message == "name 'a' is used twice; the other one is there but not selected"


def test_a_configuration_is_compared_in_its_shortest_form() -> None:
    current = snapshot_of(plugins=[{"id": uid(3), "name": "p", "config": {}}])
    wanted = onto(current, "plugins: [{name: p, config: {on: true}}]").snapshot
    assert wanted.plugins[0].config == {}


def test_every_kind_is_found_again_by_what_it_is_called() -> None:
    whole = everything()
    assert onto(whole, "service_packages: []").snapshot == Snapshot()


def test_a_file_without_packages_leaves_what_people_wrote_and_an_empty_list_takes_it_away() -> None:
    current = snapshot_of(
        services=[{"id": uid(1), "name": "a", "host": "h"}],
        service_packages=[{"id": uid(2), "name": "Orders"}],
        service_versions=[
            {"id": uid(3), "version": "1", "service_package": uid(2), "service": uid(1)}
        ],
    )
    kept = onto(current, "services: [{name: a, host: h}]").snapshot
    assert kept.service_packages == current.service_packages
    assert kept.service_versions == current.service_versions
    alone = onto(current, "").snapshot
    assert alone.service_packages == current.service_packages
    assert [one.service for one in alone.service_versions] == [None]  # its service is gone
    assert onto(current, "service_packages: []").snapshot.service_packages == ()
