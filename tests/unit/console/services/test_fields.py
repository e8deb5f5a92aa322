import pytest

from gatepost.console.admin_api import AdminApi, Invalid
from gatepost.console.services.fields import (
    PARTS,
    ROUTE_COMMON,
    ROUTE_DEFAULTS,
    ROUTE_MORE,
    TARGET,
    UPSTREAM,
    URL,
    headers_of,
    known_fields,
    route_body,
    route_values,
    service_body,
    service_more,
    service_values,
)

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
UNTOUCHED = {"id", "created_at", "updated_at", "service", "sources", "destinations"}


async def test_every_field_of_a_route_and_a_service_is_in_its_form(api: AdminApi) -> None:
    schema = await api.get("/schemas/routes")
    names = {name for one in schema["fields"] for name in one} - UNTOUCHED
    shown = known_fields((*ROUTE_COMMON, *ROUTE_MORE), schema)
    assert {field.name for field in shown} == names
    assert known_fields(ROUTE_COMMON, {"fields": [{"name": {}}]}) == ROUTE_COMMON[:1]
    defaults = {
        n: d["default"] for one in schema["fields"] for n, d in one.items() if d.get("default")
    }
    assert {**defaults, "regex_priority": 0} == ROUTE_DEFAULTS
    service = await api.get("/schemas/services")
    names = {name for one in service["fields"] for name in one} - UNTOUCHED - {"enabled", "name"}
    assert {field.name for field in (*PARTS, *service_more([], []))} == names
    assert {field.name for field in (URL, *UPSTREAM, *TARGET)} == {
        "url", "name", "host_header", "tags", "target", "weight"
    }  # fmt: skip


async def test_what_a_form_of_a_route_gives_back_is_what_the_admin_api_takes(
    api: AdminApi,
) -> None:
    await api.post("/services", {"name": "s", "url": "http://s"})
    given = {"paths": ["/a"], "methods": ["GET"], "headers": {"x-v": ["1", "2"], "y": ["~*z"]}}
    made = await api.post("/services/s/routes", given)
    values = route_values(made)
    assert values["headers"] == "x-v: 1\nx-v: 2\ny: ~*z"
    names = [field.name for field in (*ROUTE_COMMON, *ROUTE_MORE)]
    body = route_body({name: values[name] or [] for name in names if name != "name"})
    body["headers"] = route_body({"headers": values["headers"]})["headers"]
    body |= {name: made[name] for name in ("strip_path", "preserve_host", "regex_priority")}
    got = await api.patch(f"/routes/{made['id']}", body)
    assert {**got, "updated_at": 0} == {**made, "updated_at": 0}


def test_headers_are_lines_and_one_that_cannot_be_read_is_named() -> None:
    assert headers_of("x-v: 1\n\n x-v : a:b \ny: z") == {"x-v": ["1", "a:b"], "y": ["z"]}
    assert headers_of(" \n") is None
    for wrong in ("x", "x:", ": y", "a: b\nx"):
        with pytest.raises(Invalid) as told:
            headers_of(wrong)
        assert "write it as name: value" in told.value.fields["headers"]


def test_what_was_emptied_is_sent_as_nothing() -> None:
    assert route_body({"paths": [], "hosts": ["a"], "headers": "", "methods": ["get"]}) == {
        "paths": None, "hosts": ["a"], "headers": None, "methods": ["GET"]
    }  # fmt: skip
    assert service_body({"tags": [], "client_certificate": "c"}) == {
        "tags": None, "client_certificate": {"id": "c"}
    }  # fmt: skip
    assert service_body({"client_certificate": None}) == {"client_certificate": None}


def test_a_service_s_form_has_one_url_and_names_certificates() -> None:
    service = {"protocol": "https", "host": "a", "port": 1, "client_certificate": {"id": "c"}}
    assert service_values(service)["url"] == "https://a:1"
    assert service_values(service)["client_certificate"] == "c"
    fields = {one.name: one for one in service_more([{"id": "x"}], [{"id": "c", "snis": ["a.b"]}])}
    assert fields["client_certificate"].options == {"c": "a.b"}
    assert fields["ca_certificates"].options == {"x": "x"}
