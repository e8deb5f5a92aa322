"""Bodies, paths and headers that nobody means well with: refused, and never a 500."""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator

import pytest

from tests.integration.admin_world import Admin, control_plane

pytestmark = pytest.mark.integration

BODIES = {
    "a repeated name": b'{"host":"a.test","host":"b.test"}',
    "NaN": b'{"host":"a.test","retries":NaN}',
    "infinity": b'{"host":"a.test","retries":1e999}',
    "a number without end": b'{"host":"a.test","retries":' + b"9" * 5000 + b"}",
    "a large number": b'{"host":"a.test","retries":99999999999999999999999999}',
    "text that is not UTF-8": b'{"host":"\xff"}',
    "NUL": b'{"host":"a.test","name":"a\\u0000b"}',
    "NUL in a tag": b'{"host":"a.test","tags":["a\\u0000b"]}',
    "half a surrogate pair": b'{"host":"a.test","tags":["\\ud800"]}',
    "half a pair in a name": b'{"host":"a.test","\\udfff":1}',
    "deep nesting": b'{"host":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep nesting of objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "half of it": b'{"host":',
    "a byte order mark": b'\xef\xbb\xbf{"host":"a.test"}',
    "two objects": b'{"host":"a.test"}{}',
}
FORMS = {
    "text that is not UTF-8": b"host=%ff",
    "NUL": b"host=a%00b",
    "two things at once": b"tags=a&tags.b=c",
    "two things the other way": b"tags.b=c&tags=a",
    "a list and a record": b"tags[]=a&tags.b=c",
    "a malformed name": b"tags[=a",
    "an empty name": b"=a",
    "dots alone": b"..=a",
    "depth": b"a" + b".a" * 1000 + b"=1",
    "many fields": b"&".join(b"a%d=1" % n for n in range(2000)),
    "a huge index": b"tags[999999999999]=a",
}
KINDS = (
    "services",
    "routes",
    "plugins",
    "consumers",
    "upstreams",
    "certificates",
    "ca_certificates",
    "snis",
    "vaults",
    "key-sets",
    "keys",
    "key-auths",
    "basic-auths",
    "acls",
    "targets",
    "consumer_groups",
    "service-packages",
    "service-versions",
)
WEIRD = (None, True, 0, -1, 1.5, "", "x", [], [[]], {}, {"id": None}, {"id": 1}, {"a": {"b": []}})


@pytest.fixture(scope="module")
def admin() -> Iterator[Admin]:
    with control_plane() as running:
        yield running


@pytest.mark.parametrize("what", BODIES)
def test_a_bad_json_body_is_refused(admin: Admin, what: str) -> None:
    reply = admin.send("POST", "/services", BODIES[what], {"Content-Type": "application/json"})
    assert reply.status == 400, reply.body
    assert reply.json()["message"]


@pytest.mark.parametrize("what", FORMS)
def test_a_bad_form_is_refused(admin: Admin, what: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = admin.send("POST", "/services", FORMS[what], kind)
    assert reply.status == 400, reply.body


@pytest.mark.parametrize("kind", KINDS)
def test_any_value_in_any_field_is_answered(admin: Admin, kind: str) -> None:
    named = {"key-auths": "keyauth_credentials", "basic-auths": "basicauth_credentials"}
    schema = "/schemas/" + named.get(kind, kind.replace("-", "_"))
    fields = [name for one in admin.get(schema)["fields"] for name in one]
    for field in [*fields, "no_such"]:
        for count, value in enumerate(WEIRD):
            method, path = (("POST", f"/{kind}"), ("PUT", f"/{kind}/x"))[count % 2]
            reply = admin.json(method, path, {field: value})
            assert reply.status < 500, (method, field, value)
            if field == "no_such" and value is not None:
                assert reply.status == 400


def test_a_plugins_configuration_may_be_anything(admin: Admin) -> None:
    for value in WEIRD:
        for config in (value, {"issuer": value}, {"no_such": value}, {"client_secret": value}):
            data = {"name": "openid-connect", "config": config}
            reply = admin.json("POST", "/plugins", data)
            assert reply.status < 500, config
            if reply.status == 201:
                assert admin.send("DELETE", f"/plugins/{reply.json()['id']}").status == 204
            assert admin.json("POST", "/schemas/plugins/validate", data).status in {200, 400}


@pytest.mark.parametrize(
    "path",
    [
        "/services/%ff",
        "/services/%00",
        "/services/a%2Fb",
        "/services/" + "x" * 5000,
        "/services/%f0%9f%92%a9",
        "/tags/%ff",
        "/tags/a%2Cb",
        "/services/..%2f..",
        "/services/' or 1=1",
        "//services",
        "/services//routes",
        "/services?offset=AAAA",
        "/services?size=NaN",
        "/services?size=1e3",
        "/services?size=" + "9" * 100,
        "/services?tags=%00",
        "/services?tags=%ff",
        "/services?tags=" + "a," * 1000,
        "/tags?offset=" + "YS9iL2M=",
        "/v2/control-planes/x/core-entities/services",
        "/v2/control-planes/%ff",
        "/v2/control-planes?page[size]=x",
        "/v2/control-planes?filter[name][eq]=%00",
    ],
)
def test_no_path_and_no_query_is_a_500(admin: Admin, path: str) -> None:
    asked = path.replace(" ", "%20")
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "TRACE", "BREW"):
        reply = admin.send(method, asked)
        assert reply.status < 500, (method, reply.body)


def test_a_long_body_is_refused_before_it_is_read(admin: Admin) -> None:
    long = http.client.HTTPConnection("127.0.0.1", admin.port, timeout=10)
    long.putrequest("POST", "/services")
    long.putheader("Content-Type", "application/json")
    long.putheader("Content-Length", str(50_000_000))
    long.endheaders()
    assert long.getresponse().status == 413
    long.close()
    # the server hangs up while the body is on its way, and the client may see that first
    with contextlib.suppress(ConnectionError):
        kind = {"Content-Type": "application/json"}
        assert admin.send("POST", "/services", b" " * 10_500_000, kind).status == 413
    assert admin.send("GET", "/services").status == 200


def test_a_body_without_an_end_is_refused(admin: Admin) -> None:
    with socket.create_connection(("127.0.0.1", admin.port), timeout=10) as peer:
        peer.sendall(
            b"POST /services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        piece = b" " * 1_000_000
        chunk = b"%x\r\n%b\r\n" % (len(piece), piece)
        answer = b""
        try:
            for _ in range(30):
                peer.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            answer = peer.recv(4096)
        except ConnectionResetError:
            return
    assert b" 413 " in answer.splitlines()[0]


def test_a_head_without_an_end_is_refused(admin: Admin) -> None:
    for line in (b"GET /" + b"a" * 1000, b"GET / HTTP/1.1\r\nX: " + b"a" * 1000):
        with socket.create_connection(("127.0.0.1", admin.port), timeout=10) as peer:
            peer.sendall(line)
            with pytest.raises(ConnectionError):
                peer.sendall(b"a" * 64_000_000)
    assert admin.send("GET", "/services").status == 200


def test_other_kinds_of_bodies_are_unsupported(admin: Admin) -> None:
    for kind in ("text/plain", "application/yaml", "", "application/json-patch+json"):
        reply = admin.send("POST", "/services", b"x", {"Content-Type": kind})
        assert reply.status == 415


def test_a_multipart_form_is_read_as_curl_sends_it(admin: Admin) -> None:
    body = (
        b'--xyz\r\nContent-Disposition: form-data; name="host"\r\n\r\na.test\r\n'
        b'--xyz\r\nContent-Disposition: form-data; name="retries"\r\n\r\n7\r\n'
        b'--xyz\r\nContent-Disposition: form-data; name="tags[]"; filename="t"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\none\r\n--xyz--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=xyz"}
    reply = admin.send("POST", "/services", body, kind)
    assert reply.status == 201, reply.body
    assert (reply.json()["retries"], reply.json()["tags"]) == (7, ["one"])
    for broken in (
        body[:60],
        b"nonsense",
        b"--xyz\r\n\r\n--xyz--",
        body.replace(b"a.test", b"\xff"),
    ):
        assert admin.send("POST", "/services", broken, kind).status == 400
    assert (
        admin.send("POST", "/services", body, {"Content-Type": "multipart/form-data"}).status == 400
    )


def test_pages_of_other_origins_are_refused(admin: Admin) -> None:
    for headers in (
        {"Origin": "https://evil.test"},
        {"Host": "evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ):
        reply = admin.send("GET", "/services", None, headers)
        assert reply.status == 403, headers
        assert reply.headers["server"].startswith("gatepost/")


def test_secrets_are_in_no_answer_unless_they_are_asked_for(admin: Admin) -> None:
    secret = "correct-horse-battery"
    consumer = admin.make("/consumers", username="horse")
    data = {"consumer": {"id": consumer["id"]}, "key": secret}
    made = admin.json("POST", "/key-auths", data)
    replies = [made, admin.json("POST", "/key-auths", data)]
    replies.append(admin.json("PUT", f"/key-auths/{made.json()['id']}", {**data, "ttl": "x"}))
    replies.append(admin.send("GET", "/key-auths"))
    config = {"issuer": "https://a.test", "client_secret": [secret], "nonsense": secret}
    replies.append(admin.json("POST", "/plugins", {"name": "openid-connect", "config": config}))
    for reply in replies:
        assert secret not in reply.body.decode(), reply.body
    shown = admin.json("GET", f"/key-auths/{made.json()['id']}", gatepost_secrets="reveal")
    assert shown.json()["key"] == secret
    mask = admin.json("POST", "/key-auths", {**data, "key": "{masked}"})
    assert mask.status == 400
    kept = admin.json("PATCH", f"/key-auths/{made.json()['id']}", {"key": "{masked}", "ttl": 5})
    assert kept.status == 200
    again = admin.json("GET", f"/key-auths/{made.json()['id']}", gatepost_secrets="reveal")
    assert again.json()["key"] == secret
    assert json.loads(again.body)["ttl"] == 5
