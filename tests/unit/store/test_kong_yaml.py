import json
import time
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model import KINDS, Snapshot
from gatepost.store.kong_yaml import KongYamlError, Problem, read
from gatepost.store.layout import LAYOUT
from tests.unit.model.pems import pair

_FIELDS = sorted({name for kind in KINDS.values() for name in [*kind.known(), "routes"]})

GOOD = """
_format_version: "3.0"
services:
- name: orders
  url: https://orders.internal:8443/v1
  tls_verify: on
  routes:
  - name: list
    paths: [/orders, '~/orders/(?<id>\\d+)$']
    methods: [GET]
    plugins:
    - name: openid-connect
      config: &config
        issuer: https://idp.example/
        client_secret: ['{vault://env/SECRET}']
  plugins:
  - name: cors
routes:
- name: open
  hosts: ['*.example.com']
  service: orders
plugins:
- name: openid-connect
  route: {name: open}
  config: *config
consumers:
- username: ann
upstreams:
- name: orders.internal
  targets:
  - target: 10.0.0.1:8443
vaults:
- prefix: my-env
  name: env
"""


def _problems(text: str | bytes, check: Any = None) -> list[tuple[str, int | None, str]]:
    with pytest.raises(KongYamlError) as caught:
        read(text, check)
    return [(each.path, each.line, each.message) for each in caught.value.problems]


def _said(text: str) -> dict[str, str]:
    return {path: message for path, _, message in _problems('_format_version: "3.0"\n' + text)}


def test_a_nested_and_a_flat_file_are_read() -> None:
    snapshot = read(GOOD)
    listed, opened = snapshot.routes
    service = snapshot.services[0]
    assert (listed.name, opened.name) == ("list", "open")
    assert listed.service == opened.service == service.id
    assert service.tls_verify is True
    assert [plugin.name for plugin in snapshot.plugins_for(listed)] == ["cors", "openid-connect"]
    upstream = snapshot.upstream_of(service)
    assert upstream is not None
    assert snapshot.targets_of(upstream)[0].port == 8443
    assert snapshot.consumer("username", "ann") is not None
    assert snapshot.consistent() == []


def test_the_same_file_gives_the_same_snapshot_as_text_bytes_and_json() -> None:
    assert read(GOOD).hash == read(GOOD.encode()).hash
    text = '{"_format_version": "3.0", "services": [{"name": "a", "host": "b"}]}'
    assert read(text) == read('_format_version: "3.0"\nservices:\n- {name: a, host: b}')


def test_nested_or_flat_is_the_same_configuration() -> None:
    nested = "services: [{name: a, host: b, routes: [{name: r, paths: [/]}]}]"
    flat = "routes: [{name: r, paths: [/], service: a}]\nservices: [{name: a, host: b}]"
    version = "_format_version: '3.0'\n"
    assert read(version + nested).hash == read(version + flat).hash


def test_the_order_of_services_does_not_matter_and_that_of_routes_breaks_ties() -> None:
    version = "_format_version: '3.0'\n"
    one, two = "{name: a, host: a}", "{name: b, host: b}"
    assert (
        read(f"{version}services: [{one}, {two}]").hash
        == read(f"{version}services: [{two}, {one}]").hash
    )
    ties = read(version + "routes: [{name: z, paths: ['~/a.']}, {name: a, paths: ['~/.b']}]")
    assert [route.name for route in ties.routes] == ["z", "a"]


def test_an_empty_configuration_is_one() -> None:
    assert read("_format_version: '3.0'") == Snapshot()


def test_ten_mistakes_are_all_told_with_path_and_line_in_the_order_of_the_file() -> None:
    text = """_format_version: "3.0"
servces: []
services:
- name: a
  url: http://a
  conect_timeout: 5
  routes:
  - name: r
    paths: [/a//b]
    paths: [no-slash]
  - name: r2
    protocols: [http]
    plugins:
    - name: p
      config: {secret: 'x {vault://env/A}'}
- name: a
  host: b
  port: "80"
routes:
- paths: [/]
  service: aa
upstreams:
- name: u
  hash_on: ip
consumers:
- username: x
  jwt_secrets: [{key: g}]
plugins:
- name: bad
  config: {a: {b: 1}}
"""

    def check(name: str, config: dict[str, Any]) -> Iterable[Problem]:
        return [Problem("a.b", "is no text")] if name == "bad" else []

    assert [(path, line) for path, line, _ in _problems(text, check)] == [
        ("servces", 2),
        ("services[0].conect_timeout", 6),
        ("services[0].routes[0].paths", 10),
        ("services[0].routes[0].paths[0]", 10),
        ("services[0].routes[1]", 11),
        ("services[0].routes[1].plugins[0].config.secret", 15),
        ("services[1].port", 18),
        ("routes[0].service", 21),
        ("upstreams[0].hash_on", 24),
        ("consumers[0].jwt_secrets", 27),
        ("plugins[0].config.a.b", 30),
    ]


def test_a_checker_may_blame_the_whole_plugin() -> None:
    text = "_format_version: '3.0'\nplugins:\n- name: nope\n"
    said = _problems(text, lambda name, _: [Problem("", f"no plugin '{name}'")])
    assert said == [("plugins[0]", 3, "no plugin 'nope'")]


def test_a_checker_sees_the_configuration_with_its_references() -> None:
    seen: list[tuple[str, dict[str, Any]]] = []

    def check(name: str, config: dict[str, Any]) -> Iterable[Problem]:
        seen.append((name, config))
        return []

    read(GOOD, check)
    configs = [config for name, config in seen if name == "openid-connect"]
    assert len(configs) == 2
    assert configs[0]["client_secret"] == ["{vault://env/SECRET}"]


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("services: [{name: a, host: a}, {name: a, host: b}]", "services[1].name", "(services[0])"),
        ("routes: [{paths: [/]}, {paths: [/]}]", "routes[1]", "there twice"),
        ("plugins: [{name: p}, {name: p}]", "plugins[1].name", "twice for the same scope"),
        ("consumers: [{username: a}, {username: a}]", "consumers[1].username", "used twice"),
        (
            "upstreams: [{name: u, targets: [{target: a}, {target: 'a:8000'}]}]",
            "upstreams[0].targets[1].target",
            "used twice",
        ),
        ("plugins: [{name: p, config: {a: '{vault://aws/x}'}}]", "plugins[0].config.a", "no vault"),
        ("plugins: [{name: p, protocols: [https]}]\nroutes: [{paths: [/]}]",
         "plugins[0].protocols", "add http"),
        ("targets: [{target: a}]", "targets[0].upstream", "required field missing"),
        ("targets: [{target: a, upstream: x}]", "targets[0].upstream", "has the name or id"),
        ("services: [{name: yes, host: a}]", "services[0].name", "put it in quotes"),
        ("services: [{id: 5, host: a}]", "services[0].id", "expected a string"),
        ("services: [{id: x, host: a}]", "services[0].id", "valid UUID"),
        ("services: 5", "services", "expected an array"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(text: str, path: str, words: str) -> None:
    said = _said(text)
    assert said.keys() == {path}
    assert words in said[path]


def test_a_plugin_that_lost_its_scope_is_not_taken_for_a_global_one() -> None:
    said = _said("plugins: [{name: p}, {name: p, route: nowhere}]")
    assert said.keys() == {"plugins[1].route"}


def test_certificates_bring_their_server_names() -> None:
    cert, key = pair("site")
    indented = [text.replace("\n", "\n    ") for text in (cert, key)]
    text = (
        f"certificates:\n- cert: |\n    {indented[0]}\n  key: |\n    {indented[1]}\n"
        "  snis: [a.com, {name: '*.b.com'}]\n"
    )
    snapshot = read('_format_version: "3.0"\n' + text)
    assert {sni.name for sni in snapshot.snis} == {"a.com", "*.b.com"}
    assert {sni.certificate for sni in snapshot.snis} == {snapshot.certificates[0].id}


def test_a_key_in_the_wrong_place_is_not_repeated() -> None:
    _, key = pair("site")
    secret = key.splitlines()[1]
    text = f"_format_version: '3.0'\ncertificates: [{{cert: {secret!r}, key: {secret!r}}}]\n"
    assert secret not in str(_problems(text))


@pytest.mark.parametrize(
    "text",
    ["", "5", "[]", "null", "\x00", "{", "- - -", "services: []", "[" * 100_000, b"\xff\xfe",
     "_format_version: {a: 1}", "_format_version: '3.0'\nservices: [[[[]]]]"],
)  # fmt: skip
def test_anything_else_is_refused_with_words(text: str | bytes) -> None:
    assert _problems(text)


def test_a_file_of_many_mistakes_is_read_in_reasonable_time() -> None:
    routes = "\n".join(f"- {{name: r{n % 50}, paths: [x], service: s{n}}}" for n in range(2000))
    services = "\n".join(f"- {{name: t{n}, host: a}}" for n in range(2000))
    started = time.monotonic()
    said = _problems(f"_format_version: '3.0'\nroutes:\n{routes}\nservices:\n{services}")
    assert len(said) == 4000
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_ten_thousand_routes_are_read_in_seconds() -> None:
    lines = ["_format_version: '3.0'", "services:"]
    for service in range(100):
        lines += [f"- name: s{service}", f"  url: http://10.0.0.1:{8000 + service}", "  routes:"]
        for route in range(100):
            lines += [
                f"  - name: r-{service}-{route}",
                f"    paths: [/a/{service}/{route}]",
                f"    hosts: [h{route}.example.com]",
                "    methods: [GET, POST]",
            ]
    started = time.monotonic()
    snapshot = read("\n".join(lines))
    took = time.monotonic() - started
    assert len(snapshot.routes) == 10_000
    assert took < 8, took  # about one second on a quiet machine


_WORDS = st.sampled_from(["http", "/a", "~/(", "a", "{vault://env/X}", "3.0"])
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_KEYS = st.sampled_from(_FIELDS) | st.text(max_size=4)
_JUNK = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(max_size=6) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=25,
)


def _either(data: dict[str, Any]) -> None:
    problems: tuple[Problem, ...] | None = None
    snapshot = Snapshot()
    try:
        snapshot = read(json.dumps({"_format_version": "3.0", **data}))
    except KongYamlError as error:
        problems = error.problems
    assert problems is None or problems
    assert Snapshot.from_bytes(snapshot.to_bytes()) == snapshot


@given(st.dictionaries(st.sampled_from(list(LAYOUT)), st.lists(_JUNK, max_size=3) | _JUNK))
@settings(max_examples=80, deadline=None)
def test_no_input_ends_in_anything_but_a_snapshot_or_a_list_of_mistakes(data: Any) -> None:
    _either(data)


@given(st.dictionaries(st.sampled_from(_FIELDS), _JUNK, max_size=6), st.sampled_from(list(LAYOUT)))
@settings(max_examples=80, deadline=None)
def test_no_entity_ends_in_anything_but_a_snapshot_or_a_list_of_mistakes(
    entity: dict[str, Any], kind: str
) -> None:
    _either({kind: [entity]})


def test_consumers_come_with_their_credentials_and_groups() -> None:
    text = """_format_version: "3.0"
consumer_groups: [{name: gold}]
consumers:
- username: ann
  groups: [gold]
  keyauth_credentials: [{key: k-1}, {key: k-2}]
  basicauth_credentials: [{username: ann, password: secret-word}]
  acls: [{group: admins}, {group: staff}]
"""
    snapshot = read(text)
    (ann,) = snapshot.consumers
    owned = (*snapshot.keyauth_credentials, *snapshot.basicauth_credentials, *snapshot.acls)
    assert {one.consumer for one in (*owned, *snapshot.consumer_group_consumers)} == {ann.id}
    assert {one.group for one in snapshot.acls} == {"admins", "staff"}
    assert snapshot.consumer_group_consumers[0].consumer_group == snapshot.consumer_groups[0].id
    assert b"secret-word" not in snapshot.to_bytes()
    assert read(text).hash == snapshot.hash


def test_what_is_written_about_services_is_checked_with_its_line() -> None:
    text = """_format_version: "3.0"
services: [{name: a, host: h}]
service_packages:
- name: Orders
  document: "use ${{ this }} as it is"
  versions:
  - version: "1"
    service: a
    spec: "openapi: 3.1.0"
"""
    found = read(text)
    assert found.service_packages[0].document == "use ${{ this }} as it is"
    assert found.service_versions[0].service == found.services[0].id
    assert found.hash == read(text.partition("service_packages")[0]).hash
    with pytest.raises(KongYamlError) as caught:
        read(text.replace("openapi: 3.1.0", "a: 1"))
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("service_packages[0].versions[0].spec", 9)
    with pytest.raises(KongYamlError, match=r"twice"):
        read(text + "- name: Orders\n")
