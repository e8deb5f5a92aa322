"""``python -m tests.browser.pictures``: every page of the console as a picture, in docs/console.

A control plane with some services, policies, people and traffic, in light and in dark, 1440 and 390
pixels wide. Look at them; then commit those that changed.
"""

import asyncio
import base64
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser import visit
from tests.browser.console_visit import Seen, tab
from tests.console_world import console
from tests.integration.plane_world import PlaneNode, PlaneWorld, until
from tests.unit.console.pem import pair

FOLDER = Path(__file__).parents[2] / "docs/console"
LOOKS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
_SMALLER = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width; canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.85).split(",")[1];
}"""


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; arguments: names of some, none for all."""
    FOLDER.mkdir(exist_ok=True)
    with PlaneWorld.start() as plane:
        paths = furnished(plane)
        with console(f"http://127.0.0.1:{plane.admin_port}") as one:
            wanted = {name: path for name, path in paths.items() if name in (arguments or paths)}
            asyncio.run(_take(one.url, wanted))
    return 0


def furnished(plane: PlaneWorld) -> dict[str, str]:
    """Fill a control plane, let some traffic through, and return the path of each page by name."""
    admin, issuer = plane.admin, plane.issuer
    node = plane.node("edge")
    ids: dict[str, str] = {}
    for name, words in (("Orders", "What customers buy"), ("Payments", "Who paid what")):
        package = admin.make("/service-packages", name=name, description=words, document=DOCUMENT)
        service = admin.make("/services", name=f"{name.lower()}-v1", url=plane.echo)
        made = admin.make(
            "/service-versions", version="v1", service_package={"id": package["id"]},
            service={"id": service["id"]}, document=DOCUMENT, spec=SPEC,
        )  # fmt: skip
        path = f"/{name.lower()}"
        route = admin.make(f"/services/{service['id']}/routes", name=name.lower(), paths=[path])
        ids |= {"package": package["id"], "version": made["id"], "route": route["id"]}
    admin.make("/services", name="legacy", url="http://127.0.0.1:9/old")
    config = {
        "issuer": issuer, "auth_methods": ["bearer"], "scopes_required": ["read"],
        "upstream_headers_claims": ["client_id"], "upstream_headers_names": ["X-Application"],
    }  # fmt: skip
    made = admin.make("/services/payments-v1/plugins", name="openid-connect", config=config)
    ids["policy"] = made["id"]
    ids["consumer"] = admin.make("/consumers", username="mobile-app", custom_id="app-17")["id"]
    admin.make("/consumers/mobile-app/acls", group="partners")
    admin.make("/consumers/mobile-app/key-auth")
    ids["group"] = admin.make("/consumer_groups", name="gold")["id"]
    admin.make("/consumer_groups/gold/consumers", consumer=ids["consumer"])
    cert, key = pair("api.example", days=20)
    ids["certificate"] = admin.make("/certificates", cert=cert, key=key, snis=["api.example"])["id"]
    admin.make("/tokens", name="pipeline", role="operator", expires_in=86400 * 90)
    ids["upstream"] = admin.make("/upstreams", name="orders-pool")["id"]
    admin.make("/upstreams/orders-pool/targets", target="127.0.0.1:9280", weight=80)
    until(lambda: plane.shown(node)["in_sync"], "the node has it")
    ids |= traffic(plane, node)
    ids["node"] = node.id
    return {name: path.format(**ids) for name, path in PATHS.items()}


def traffic(plane: PlaneWorld, node: PlaneNode) -> dict[str, str]:
    """Send some requests; return the ids of traces that say something."""
    good, weak = (plane.world.token("tutorial-jwt", scope=scope) for scope in ("read", "write"))
    for _ in range(40):
        node.get("/orders/get?page=1")
        node.get("/payments/get", token=good)
    node.get("/payments/get", token=weak)
    node.get("/payments/get")
    plane.admin.json("POST", "/revocations", {"subject": "somebody", "issuer": plane.issuer})
    found: list[Any] = []

    def refused() -> bool:
        found[:] = plane.admin.get("/traces", outcome="refused", status=403)["data"]
        return bool(found)

    until(refused, "the traces are here")
    return {"trace": str(found[0]["id"])}


async def _take(url: str, paths: dict[str, str]) -> None:
    async with visit.browser() as chromium:
        for theme, width in LOOKS:
            async with tab(chromium, url, theme=theme, width=width) as seen:
                for name, path in paths.items():
                    await _one(seen, path, FOLDER / f"{name}-{theme}-{width}.webp")
        await _smaller(chromium)


async def _one(seen: Seen, path: str, file: Path) -> None:
    await seen.open(path)
    await seen.page.wait_for_timeout(300)  # fonts and pictures are painted
    png = await seen.page.screenshot(full_page=False)
    file.with_suffix(".png").write_bytes(png)


async def _smaller(chromium: Browser) -> None:
    """Write each picture as WebP, a fifth of the size; the browser can."""
    page: Page = await chromium.new_page()
    for file in sorted(FOLDER.glob("*.png")):
        packed = await page.evaluate(_SMALLER, base64.b64encode(file.read_bytes()).decode())
        file.with_suffix(".webp").write_bytes(base64.b64decode(packed))
        file.unlink()


PATHS = {
    "overview": "/",
    "services": "/services",
    "service": "/services/{package}",
    "version": "/versions/{version}",
    "routes": "/routes",
    "route": "/routes/{route}",
    "policies": "/policies",
    "policy": "/policies/{policy}",
    "new-policy": "/policies/new?route={route}",
    "upstreams": "/upstreams",
    "upstream": "/upstreams/{upstream}",
    "consumers": "/consumers",
    "consumer": "/consumers/{consumer}",
    "groups": "/consumer-groups",
    "group": "/consumer-groups/{group}",
    "traces": "/traces",
    "trace": "/traces/{trace}",
    "try-it": "/try?route={route}",
    "nodes": "/nodes",
    "node": "/nodes/{node}",
    "new-node": "/nodes/new",
    "revocations": "/revocations",
    "certificates": "/certificates",
    "certificate": "/certificates/{certificate}",
    "tokens": "/tokens",
    "audit": "/audit",
    "settings": "/settings",
    "file": "/settings/file",
    "issuers": "/settings/issuers",
    "keys": "/settings/keys",
    "enter": "/enter",
}
DOCUMENT = (
    "# Welcome\n\nGet a **token** with the scope `read`, then:\n\n- list what there is\n- buy\n"
)
SPEC = """openapi: 3.1.0
info: {title: Orders, version: "1"}
paths:
  /list: {get: {summary: List what there is}}
  /buy: {post: {summary: Buy something}}
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
