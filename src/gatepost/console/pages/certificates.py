"""Certificates: what the gateway shows to callers, and which authorities it trusts."""

import time
from typing import Any

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.collecting import Beginning
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Field,
    Form,
    badge,
    card,
    empty,
    listing,
    live,
    only_for,
    primary,
    row,
    section,
    text,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.pem_field import from_file
from gatepost.console.parts.sending import Values, given
from gatepost.console.pem_words import Shown, described, ends
from gatepost.console.view import View

_PEM = "-----BEGIN CERTIFICATE-----"
PAIR = (
    Field("cert", "Certificate, and its chain (PEM)", "area", required=True, placeholder=_PEM),
    Field(
        "key",
        "Private key (PEM)",
        "area",
        required=True,
        help="Kept sealed and never shown. A vault reference may stand here and above.",
    ),
    Field("snis", "Hosts", "words", help="TLS server names under which it is shown (SNI)."),
    Field("tags", "Tags", "words"),
)
AUTHORITY = (
    Field("cert", "Certificate of the authority (PEM)", "area", required=True, placeholder=_PEM),
    Field("tags", "Tags", "words"),
)


async def build(view: View) -> None:
    """Put the page together."""
    words = "What the gateway shows under TLS, and the authorities that it trusts."
    with toolbar("Certificates", words):
        only_for(view, "operator", primary("Add a certificate", lambda: add(view), icon="add"))
        only_for(view, "operator", primary("Add an authority", lambda: trust(view), icon="add"))
    own = Beginning("/certificates")
    with section("Certificates of yours"):
        pairs: Live[Any] = live(
            view,
            lambda: _with_hosts(view.api, own),
            lambda got: _pairs(view, got, own, pairs),
        )
    trusted = Beginning("/ca_certificates")
    with section("Authorities that are trusted"):
        authorities: Live[Any] = live(
            view,
            lambda: trusted.fetch(view.api),
            lambda got: _authorities(view, got, trusted, authorities),
        )


async def _with_hosts(api: AdminApi, wanted: Beginning) -> tuple[Any, dict[str, list[str]]]:
    page = await wanted.fetch(api)
    hosts: dict[str, list[str]] = {}
    if page.items:
        for sni in await api.all("/snis"):
            hosts.setdefault(sni["certificate"]["id"], []).append(str(sni["name"]))
    return page, hosts


def _pairs(view: View, got: Any, wanted: Beginning, part: Live[Any]) -> None:
    page, hosts = got
    if not page.items:
        with empty(
            "No certificate yet",
            "Callers use TLS with a certificate of your host. Without one, nodes show one that "
            "nobody trusts. Services may also show one to an upstream that asks for it.",
            icon="verified_user",
        ):
            only_for(view, "operator", primary("Add the first", lambda: add(view), icon="add"))
        return
    columns = _columns(view, "/certificates")
    columns.insert(1, Column("Hosts", lambda one: _hosts(hosts.get(one["id"], []))))
    with card(kind="gp-list"):
        listing("Certificates", columns, page.items)
    wanted.more(page, lambda: part)


def _authorities(view: View, page: Any, wanted: Beginning, part: Live[Any]) -> None:
    if not page.items:
        with empty(
            "No authority of your own",
            "Services over https are verified with the authorities that the node's machine trusts. "
            "Add yours for upstreams with certificates of a private authority.",
            icon="account_balance",
        ):
            only_for(view, "operator", primary("Add one", lambda: trust(view), icon="add"))
        return
    with card(kind="gp-list"):
        listing("Authorities", _columns(view, "/ca-certificates"), page.items)
    wanted.more(page, lambda: part)


def _columns(view: View, base: str) -> list[Column]:
    now = time.time()

    def leaf(one: dict[str, Any]) -> Shown:
        return described(str(one["cert"]))[0]

    def target(one: dict[str, Any]) -> str:
        return view.href(f"{base}{of(str(one['id']))}")

    return [
        Column("Subject", lambda one: leaf(one).subject or str(one["id"]), target, "strong clip"),
        Column("Issued by", lambda one: leaf(one).issuer or leaf(one).problem, kind="clip"),
        Column("Ends", lambda one: ending(leaf(one), now)),
    ]


def ending(one: Shown, now: float) -> str | None:
    """Show when a certificate ends; return the words where no colour is needed."""
    words, tone = ends(one, now)
    if tone == "plain":
        return words
    badge(words, tone)
    return None


def _hosts(names: list[str]) -> None:
    with row():
        for name in names[:6]:
            badge(name, "quiet")
        if len(names) > 6:
            text(f"and {len(names) - 6} more", "quiet small")


async def add(view: View) -> None:
    """Ask for a certificate with its key, keep it, and open its page."""

    async def send(values: Values) -> Any:
        return await view.api.post("/certificates", given(values))

    def files(form: Form) -> None:
        from_file(form, "cert", "Read the certificate from a file", accept=".pem,.crt,.cer")
        from_file(form, "key", "Read the key from a file", accept=".pem,.key")

    words = "The key must belong to the certificate."
    made = await ask_for(
        view, "Add a certificate", PAIR, send, yes="Add it", words=words, extra=files
    )
    if made is not None:
        view.go(f"/certificates{of(str(made['id']))}")


async def trust(view: View) -> None:
    """Ask for the certificate of an authority, keep it, and open its page."""

    async def send(values: Values) -> Any:
        return await view.api.post("/ca_certificates", given(values))

    def files(form: Form) -> None:
        from_file(form, "cert", "Read it from a file", accept=".pem,.crt,.cer")

    words = "One certificate that may sign others. Services name it to verify their upstream."
    made = await ask_for(
        view, "Add an authority", AUTHORITY, send, yes="Add it", words=words, extra=files
    )
    if made is not None:
        view.go(f"/ca-certificates{of(str(made['id']))}")


PAGES = (
    Page(
        "/certificates",
        "Certificates",
        build,
        icon="verified_user",
        group="This control plane",
        order=10,
    ),
)
