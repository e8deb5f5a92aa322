"""A control plane in which every text that may be hostile is, and the pages that show them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.integration.plane_world import PlaneNode, PlaneWorld, until
from tests.unit.console.pem import pair

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = "<img src=x onerror=window.pwned=1>"
CURLY = "{{7*7}}{{constructor.constructor('window.pwned=1')()}}"
BACKTICKS = "`${window.pwned=1}`</script><script>window.pwned=1</script>"
COLOURED = "\x1b[31mred\x1b[0m"
TURNED = "\u202eevil\u2066\u200f"
LONG = "x" * 10_000
QUOTES = "\"'><svg onload=window.pwned=1>\\"
ADDRESS = "javascript:window.pwned=1"
MIXED = f"{SCRIPT}{IMAGE}{CURLY}{BACKTICKS}{QUOTES}{TURNED}"
VALUES = (IMAGE, MIXED, ADDRESS, LONG)

MARKDOWN = (
    f"# {SCRIPT}\n\n{IMAGE}\n\n[a]({ADDRESS}) [b](JaVaScRiPt:window.pwned=1) ![c]({ADDRESS}) "
    f"![d](https://elsewhere.example/x.png) <a href='{ADDRESS}'>e</a>\n"
    f"\n```{SCRIPT}\n{IMAGE}\n```\n"
    f"\n| {CURLY} | {LONG} |\n|--|--|\n| `{LONG}` | {TURNED} |\n\n{LONG}\n"
)


class _Provider(BaseHTTPRequestHandler):
    """A provider that means harm: whatever it says is markup."""

    def do_GET(self) -> None:
        issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        found = dict.fromkeys(("jwks_uri", "token_endpoint", "userinfo_endpoint"), f"{issuer}/k")
        told: dict[str, Any] = {
            **found,
            "issuer": issuer,
            "authorization_endpoint": ADDRESS,
            "service_documentation": ADDRESS,
            "error": IMAGE,
            "error_description": SCRIPT + LONG,
            "scopes_supported": list(VALUES),
            "claims_supported": [IMAGE, LONG],
            "grant_types_supported": [SCRIPT],
            "token_endpoint_auth_methods_supported": [IMAGE],
            "response_types_supported": ["code", IMAGE],
            "keys": [{"kty": IMAGE, "kid": SCRIPT, "alg": LONG}],
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as the library calls it

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def provider() -> Iterator[str]:
    """Run the provider; give its issuer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class Filled:
    """pages: paths of the pages of what was made."""

    def __init__(self, world: PlaneWorld, issuer: str) -> None:
        self.world, self.issuer = world, issuer
        self.pages: list[str] = []
        self.taken = 0

    def make(self, kind: str, page: str = "", **data: Any) -> dict[str, Any] | None:
        """Make an entity, if the Admin API takes it; page: where its pages are."""
        reply = self.world.admin.json("POST", kind, data)
        assert reply.status in (201, 400), (kind, reply.status, reply.body)
        if reply.status == 400:
            return None
        self.taken += 1
        made: dict[str, Any] = reply.json()
        if page:
            self.pages.append(f"{page}/{made['id']}")
        return made

    def all(self) -> None:
        """Make some of every kind."""
        self._services()
        self._callers()
        self._policies()
        self._rest()

    def _services(self) -> None:
        tags = [one for one in VALUES if self.make("/services", host="h.example", tags=[one])]
        assert {IMAGE, ADDRESS} <= set(tags)
        self.tags = tags
        self.make("/services", "/gateway-services", name="n" * 10_000, host="a.example", tags=tags)
        service = self.make("/services", name="shop", url=self.world.echo, tags=tags)
        assert service is not None
        self.service = service
        where = {"service": {"id": service["id"]}, "tags": tags}
        for number, one in enumerate(VALUES):
            headers = {"x-hostile": [one]}
            self.make("/routes", name=f"r{number}", paths=[f"/r{number}"], **where)
            self.make(
                "/routes", "/routes" if one == LONG else "", paths=["/h"], headers=headers, **where
            )
            self.make(
                "/routes", "/routes" if number == 1 else "", paths=[f"~/re{number}{one}"], **where
            )
        self.make("/routes", name="l" * 10_000, paths=["/long"], **where)
        self.make("/routes", paths=["/js"], **where)
        for one in VALUES:
            package = self.make(
                "/service-packages", name=one, description=one, document=MARKDOWN, tags=tags
            )
            if package is None:
                continue
            self.pages.append(f"/services/{package['id']}")
            version = self.make(
                f"/service-packages/{package['id']}/versions", version=one, document=MARKDOWN,
                spec=json.dumps(self._specification(one)), tags=tags,
            )  # fmt: skip
            if version is not None:
                self.pages.append(f"/versions/{version['id']}")
        assert any(one.startswith("/versions/") for one in self.pages)

    def _specification(self, one: str) -> dict[str, Any]:
        operation = {"summary": one, "description": MARKDOWN, "operationId": one, "tags": [one],
                     "responses": {"200": {"description": one}}}  # fmt: skip
        return {
            "openapi": "3.0.0",
            "info": {"title": one, "version": one, "description": MARKDOWN,
                     "contact": {"url": ADDRESS}},
            "servers": [{"url": ADDRESS}],
            "externalDocs": {"url": ADDRESS},
            "paths": {f"/{one}": {"get": operation}},
        }  # fmt: skip

    def _callers(self) -> None:
        for one in (*VALUES[1:], COLOURED):
            caller = self.make(
                "/consumers", "/consumers", username=one, custom_id=one, tags=self.tags
            )
            assert caller is not None, one
            self.make(f"/consumers/{caller['id']}/key-auth", key=f"k-{one[:50]}", tags=self.tags)
            self.make(f"/consumers/{caller['id']}/basic-auth", username=one, password="p" * 12)
        group = self.make("/consumer_groups", "/consumer-groups", name="g" * 10_000, tags=self.tags)
        assert group is not None
        self.make(f"/consumer_groups/{group['id']}/consumers", consumer=caller["id"])

    def _policies(self) -> None:
        for number, one in enumerate(VALUES):
            config = {
                "issuer": f"{self.issuer}" if number else self.world.issuer,
                "auth_methods": ["bearer"],
                "scopes_required": [one],
                "audience_required": [one],
                "unauthorized_error_message": one,
                "forbidden_error_message": one,
                "upstream_headers_claims": [one[:200]],
            }
            route = {"name": f"r{number}"}
            found = self.make(
                "/plugins", "/policies", name="openid-connect", config=config, route=route,
                tags=self.tags,
            )  # fmt: skip
            if found is None:
                config = {name: config[name] for name in ("issuer", "auth_methods")}
                config["audience_required"] = [one]
                self.make(
                    "/plugins", "/policies", name="openid-connect", config=config, route=route
                )
        config = {
            "issuer": self.world.issuer,
            "auth_methods": ["bearer"],
            "consumer_claim": ["sub"],
        }
        self.make("/plugins", name="openid-connect", config=config,
                  service={"id": self.service["id"]})  # fmt: skip

    def _rest(self) -> None:
        for number, one in enumerate(VALUES):
            config = {"prefix": "x"}
            self.make("/vaults", name="env", prefix=f"v{number}", description=one, config=config)
            self.make("/revocations", subject=one, why=one)
        pem, key = pair(IMAGE[:60], hosts=["h.example"])
        self.make("/certificates", "/certificates", cert=pem, key=key, tags=self.tags)
        self.make("/ca_certificates", "/ca-certificates", cert=pair(SCRIPT[:60], ca=True)[0])
        upstream = self.make("/upstreams", "/upstreams", name="up.example", tags=self.tags)
        assert upstream is not None
        self.make(f"/upstreams/{upstream['id']}/targets", target="t.example:80", tags=self.tags)

    def call(self, node: PlaneNode) -> None:
        """Have requests decided whose every word is hostile."""
        token = self.world.world.idp.post_json(
            "/dev/mint", {"claims": {"sub": IMAGE, "aud": [SCRIPT, LONG[:2000]], IMAGE: CURLY}}
        ).json()["token"]
        self.world.world.secrets.add(token)
        paths = ("/r0", "/r1", "/r2", "/long", "/js", f"/%3Cscript%3Ewindow.pwned=1//{CURLY}")
        until(lambda: node.get("/r0").status != 404, "the routes are live")
        for path in paths:
            for given in (token, None, "<img>"):
                node.get(path.replace(" ", "%20"), token=given, Host="h.example",
                         Referer=IMAGE, **{"X-Hostile": SCRIPT, "User-Agent": IMAGE})  # fmt: skip
        until(lambda: len(self.traces()) >= len(paths), "the traces are there")
        self.pages += [f"/traces/{one['id']}" for one in self.traces()[:3]]
        self.pages.append(f"/nodes/{node.id}")

    def traces(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.admin.get("/traces")["data"]
        return [one for one in found if one["seconds"] is not None]
