from pathlib import Path

from gatepost.engine import locations
from gatepost.engine.entries import location
from gatepost.engine.locations import BODY_LIMIT, families, front, named, upstreams
from gatepost.engine.slots import Identity, Shape, Slots
from gatepost.engine.tls import Trust
from tests.unit.engine.test_settings import GOOD

TRUST = Trust(True, 2, "abc", "def")


def names(slots: Slots) -> set[str]:
    return {line.split()[1] for line in named(GOOD, slots) if line.startswith("location @")}


def slots_of(trust: Trust, *shapes: tuple[str, str]) -> Slots:
    wanted = [Identity(kind, "a.test", trust) for kind, _ in shapes]
    return Slots().including(wanted, [Shape(kind, trust, flags) for kind, flags in shapes])


def test_every_location_that_a_route_can_name_is_rendered() -> None:
    slots = slots_of(TRUST, ("https", ""), ("https", "us"), ("grpcs", ""))
    rendered = names(slots)
    for name, _, _, every in families(slots):
        for flags in every:
            for wanted in (location(name, flags), location(name, flags + "f")):
                assert wanted == "" or wanted in rendered, wanted
    assert location("http", "") == ""
    for name in ("http", "https-any"):
        assert {f"@{name}-{flags}" for flags in ("u", "uf", "s", "sf", "us", "usf")} <= rendered


def test_where_cookies_are_guarded_the_plain_location_looks_at_answers_too() -> None:
    filtering = "  header_filter_by_lua_block { gatepost_respond() }"
    assert list(front('"http"')).count(filtering) == 0
    assert list(front('"http"', guarded=True)).count(filtering) == 2


def test_only_the_shapes_in_use_read_the_authorities() -> None:
    text = "\n".join(named(GOOD, slots_of(TRUST, ("https", ""))))
    assert text.count("proxy_ssl_trusted_certificate") == 2
    assert "grpc_ssl_trusted_certificate" not in text


def test_a_trust_is_rendered_with_its_files() -> None:
    slots = slots_of(TRUST, ("https", ""), ("grpcs", ""))
    text = "\n".join(named(GOOD, slots))
    for line in (
        "proxy_ssl_verify on;",
        "proxy_ssl_verify_depth 2;",
        "proxy_ssl_trusted_certificate /prefix/nginx/tls/ca-abc.pem;",
        "proxy_ssl_certificate_key /prefix/nginx/tls/client-def.key;",
        "grpc_ssl_verify on;",
    ):
        assert line in text


def test_verification_without_named_authorities_uses_the_systems() -> None:
    slots = slots_of(Trust(True, 1), ("https", ""))
    text = "\n".join(named(GOOD, slots))
    assert f"proxy_ssl_trusted_certificate {Path('/etc/ssl/certs/ca-certificates.crt')};" in text


def test_there_is_a_block_for_each_slot() -> None:
    blocks = [line for line in upstreams(GOOD, Slots()) if line.startswith("upstream ")]
    assert blocks[:3] == ["upstream plain {", "upstream h2c {", "upstream tls0 {"]
    assert len(blocks) == 2 + len(Slots().blocks)


def test_every_part_agrees_how_much_of_a_body_is_read_before_anybody_is_known() -> None:
    lua = Path(locations.__file__).parent / "lua" / "gatepost" / "body.lua"
    assert f"LIMIT = {BODY_LIMIT} " in lua.read_text()
    assert f"  client_max_body_size {BODY_LIMIT};" in front('"http"')
