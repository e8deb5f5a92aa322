"""Configurations to test with: one that has everything, and ones that nobody would think of."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from gatepost.model import KINDS, Snapshot
from gatepost.values.secret import MASK, NOTHING_STORED
from tests.unit.model.pems import pair


def snapshot_of(**kinds: list[dict[str, Any]]) -> Snapshot:
    made = {
        kind: tuple(KINDS[kind].model_validate(each) for each in entities)
        for kind, entities in kinds.items()
    }
    return Snapshot(**made)  # type: ignore[arg-type]


def uid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


class Forms:
    """Plugins whose ``secret`` is secret and whose ``on`` is true unless they say otherwise."""

    def canonical(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in config.items() if (key, value) != ("on", True)}

    def masked(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        return {key: MASK if key == "secret" else value for key, value in config.items()}

    def unmasked(
        self, name: str, config: Mapping[str, Any], stored: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[tuple[tuple[str | int, ...], str]]]:
        if config.get("secret") != MASK:
            return dict(config), []
        if "secret" not in stored:
            return dict(config), [(("secret",), NOTHING_STORED)]
        return dict(config) | {"secret": stored["secret"]}, []


def everything() -> Snapshot:
    """Return a configuration with each kind of entity, none with a derived id, all with times."""
    cert, key = pair("server")
    authority, _ = pair("authority", authority=True)
    times = {"created_at": 1_700_000_000, "updated_at": 1_700_000_100}
    jwk = json.dumps({"kty": "oct", "k": "c2VjcmV0", "kid": "k1"})

    def one(number: int, **fields: Any) -> dict[str, Any]:
        return {"id": uid(number), **times, **fields}

    return snapshot_of(
        certificates=[one(1, cert=cert, key=key), one(2, cert=pair("b")[0], key=pair("b")[1])],
        ca_certificates=[one(3, cert=authority)],
        vaults=[one(4, prefix="mine", name="env", config={"prefix": "my_"})],
        key_sets=[one(5, name="set")],
        keys=[
            one(6, name="signing", set=uid(5), kid="k1", jwk=jwk),
            one(7, kid="k2", pem={"private_key": "{vault://env/KEY}", "public_key": "x"}),
        ],
        consumers=[one(8, username="ann", tags=["team"]), one(9, custom_id="42")],
        consumer_groups=[one(10, name="gold")],
        consumer_group_consumers=[one(11, consumer=uid(8), consumer_group=uid(10))],
        keyauth_credentials=[one(12, consumer=uid(8), key="open-sesame")],
        basicauth_credentials=[one(13, consumer=uid(8), username="ann", password="correct horse")],
        acls=[one(14, consumer=uid(9), group="admins")],
        upstreams=[one(15, name="Backend.internal", slots=100)],
        targets=[
            one(16, upstream=uid(15), target="10.0.0.1:8080", weight=5, created_at=1.5),
            one(17, upstream=uid(15), target="[::1]:8080"),
        ],
        services=[
            one(
                18,
                name="orders",
                host="backend.internal",
                protocol="https",
                client_certificate=uid(2),
                ca_certificates=[uid(3)],
                tags=["team", "x y"],
            ),
            one(19, host="nameless.internal", path="/v1"),
        ],
        routes=[
            one(20, name="list", service=uid(18), paths=["/orders", r"~/o/\d+"], tags=["team"]),
            one(21, service=uid(19), hosts=["*.example.com"], headers={"X-A": ["1", "yes"]}),
            one(22, name="open", methods=["GET"], strip_path=False),
            one(23, name="rpc", protocols=["grpc"], hosts=["rpc.example.com"], strip_path=False),
        ],
        snis=[one(24, name="a.example.com", certificate=uid(1))],
        plugins=[
            one(25, name="cors", config={"origins": ["*"], "max_age": 1.5}),
            one(26, name="key-auth", route=uid(20), enabled=False, config={"secret": "hush"}),
            one(27, name="acl", service=uid(18), consumer=uid(8), instance_name="own"),
            one(28, name="acl", consumer=uid(9), config={"on": False, "deep": {"1": [[], {}]}}),
        ],
        service_packages=[
            one(
                29, name="Order API", description="Orders: of \u202eall\u202c kinds", tags=["team"]
            ),
            one(30, name="<script>alert(1)</script>", document="# Hello\n\nuse ${{ this }}\n"),
        ],
        service_versions=[
            one(31, version="1.0", service_package=uid(29), service=uid(18), document="*Old*"),
            one(32, version="1.0", service_package=uid(30), spec='{"openapi":"3.1.0"}'),
            one(33, version="2.0", service_package=uid(29), spec="openapi: 3.1.0\npaths: {}\n"),
        ],
    )


_TEXT = st.text(st.characters(codec="utf-8"), max_size=12).filter(lambda text: "${{" not in text)
_WORDS = st.sampled_from(
    ["yes", "~", "null", "1.0", "0x1f", "1e3", "a: b", "a #b", "- x", "2024-01-01"]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT
    | _WORDS
    | st.sampled_from(["line\nline\n", "line\n\nline", "a\n b\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT | _WORDS, inner, max_size=3),
    max_leaves=6,
)
configs = st.dictionaries(_TEXT | _WORDS, _VALUES, max_size=4)
"""Configurations of plugins, as odd as YAML's readers may find them."""

_names = st.one_of(st.none(), st.text("abc-_.~1", min_size=1, max_size=4))
_times = st.integers(0, 3)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return a configuration of services, routes and plugins whose routes may well tie, and of
    versions that services may change between.
    """
    services = [
        {"id": uid(100 + number), "name": name, "host": "h.test", "created_at": draw(_times)}
        for number, name in enumerate(_unique(draw(st.lists(_names, max_size=4))))
    ]
    owners = st.sampled_from([None, *(each["id"] for each in services)])
    routes = [
        {
            "id": uid(draw(st.integers(200, 10**6)) * 10 + number),
            "name": name,
            "service": draw(owners),
            "paths": draw(st.lists(st.sampled_from(["/", "/a", "~/a", "~/b"]), min_size=1)),
            "methods": draw(st.lists(st.sampled_from(["GET", "PUT"]), max_size=2)),
            "hosts": draw(st.lists(st.sampled_from(["a.b", "c.d", "*.b"]), max_size=2)),
            "tags": draw(st.lists(st.sampled_from(["yes", "two words", "1"]), max_size=2)),
            "created_at": draw(_times),
        }
        for number, name in enumerate(_unique(draw(st.lists(_names, max_size=6))))
    ]
    scopes = [{"route": each["id"]} for each in routes] + [
        {"service": each["id"]} for each in services
    ]
    plugins = [
        {"id": uid(300 + number), "name": "cors", "config": draw(configs), **scope}
        for number, scope in enumerate([*scopes, {}])
        if draw(st.booleans())
    ]
    return snapshot_of(
        services=services,
        routes=routes,
        plugins=plugins,
        service_packages=[{"id": uid(400 + n), "name": f"p{n}", "document": "a"} for n in (0, 1)],
        service_versions=_versions(draw, [each["id"] for each in services]),
    )


def _versions(draw: st.DrawFn, services: list[str]) -> list[dict[str, Any]]:
    """Return versions of two packages, each maybe implemented by a service of its own."""
    owners = draw(st.permutations([*services, None, None, None, None]))
    return [
        {
            "id": uid(500 + number),
            "version": draw(st.sampled_from(["1", "2"])) + f".{number // 2}",
            "service_package": uid(400 + number % 2),
            "service": owner,
            "document": draw(_TEXT.filter(lambda text: text.isprintable())) or None,
        }
        for number, owner in enumerate(owners[: draw(st.integers(0, 4))])
    ]


def _unique(names: list[str | None]) -> list[str | None]:
    seen: set[str | None] = set()
    return [name for name in names if name is None or not (name in seen or seen.add(name))]  # type: ignore[func-returns-value]
