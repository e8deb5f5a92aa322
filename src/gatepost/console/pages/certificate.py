"""One certificate, of yours or of an authority: what it says, and who uses it."""

import time
from functools import partial
from typing import Any

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.page import Page
from gatepost.console.pages.certificates import ending
from gatepost.console.parts import (
    Consequence,
    Field,
    action,
    badge,
    card,
    confirm,
    copied,
    facts,
    icon_button,
    link,
    live,
    moment,
    offer_undo,
    only_for,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.editing import edited
from gatepost.console.parts.live import Live
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.parts.sending import Values
from gatepost.console.pem_words import Shown, described
from gatepost.console.searching import page_of
from gatepost.console.view import View, tell

_NEW = (
    Field("cert", "Certificate, and its chain (PEM)", "area", required=True),
    Field("key", "Private key (PEM)", "area", required=True),
)


async def build(view: View) -> None:
    """Put the page of a certificate of yours together. Raises Gone where there is none."""
    path = f"/certificates{of(view.params['certificate'])}"
    held = await loaded(view, path)
    one = held.value
    chain = described(str(one["cert"]))
    with toolbar(chain[0].subject or "Certificate", "A certificate with its private key"):
        only_for(view, "operator", action("Replace", lambda: _replace(view, held)))
        only_for(
            view, "operator", action("Delete", lambda: _delete(view, path, one, chain), bad=True)
        )
    _chain(one, chain)
    with card("Hosts"):
        prose("TLS server names under which nodes show it.")
        hosts: Live[Any] = live(
            view,
            lambda: view.api.all(f"{path}/snis"),
            lambda got: _hosts(view, path, got, hosts),
            lines=1,
        )
        with row():
            only_for(
                view,
                "operator",
                action("Add a host", lambda: _add_host(view, path, hosts), icon="add"),
            )
    with card("Used for calls to upstreams"):
        live(
            view,
            lambda: view.api.all(f"{path}/services"),
            lambda got: _services(view, got, "No service shows it to its upstream."),
            lines=1,
        )


async def build_authority(view: View) -> None:
    """Put the page of an authority together. Raises Gone where there is none."""
    path = f"/ca_certificates{of(view.params['authority'])}"
    one = await view.api.get(path)
    chain = described(str(one["cert"]))
    with toolbar(chain[0].subject or "Authority", "An authority that is trusted"):
        only_for(
            view, "operator", action("Delete", lambda: _distrust(view, path, one, chain), bad=True)
        )
    _chain(one, chain)
    with card("Services that are verified with it"):
        live(
            view,
            lambda: trusting(view.api, str(one["id"])),
            lambda got: _services(view, got, "No service names it."),
            lines=1,
        )


async def trusting(api: AdminApi, authority: str) -> list[dict[str, Any]]:
    """Return the services that name an authority. Raises Trouble."""
    return [
        one for one in await api.all("/services") if authority in (one.get("ca_certificates") or ())
    ]


def _chain(one: dict[str, Any], chain: list[Shown]) -> None:
    now = time.time()
    for place, shown in enumerate(chain[:10]):
        with card("What it says" if place == 0 else f"Above it: {shown.subject}"):
            if shown.problem:
                text(shown.problem, "quiet")
                continue
            facts(
                [
                    ("Subject", shown.subject),
                    ("Issued by", shown.issuer),
                    ("Names", ", ".join(shown.names)),
                    ("Begins", moment(shown.begins)),
                    ("Ends", partial(_ends, shown, now)),
                    ("Key", shown.key),
                    ("Serial number", shown.serial),
                    ("SHA-256", partial(text, shown.fingerprint, "mono small")),
                ]
            )
    with card():
        facts(
            [
                ("Tags", ", ".join(one.get("tags") or ())),
                ("Added", moment(one.get("created_at"))),
                ("Id", lambda: copied(str(one["id"]), label="Copy the id")),
            ]
        )


def _ends(shown: Shown, now: float) -> None:
    with row():
        text(moment(shown.ends))
        words = ending(shown, now)
        if words is not None:
            text(words, "quiet")


def _services(view: View, services: list[dict[str, Any]], none: str) -> None:
    if not services:
        text(none, "quiet")
    with row():
        for one in services[:100]:
            name = str(one.get("name") or one["id"])
            link(name, view.href(page_of("services", str(one["id"]))))
        if len(services) > 100:
            text(f"and {len(services) - 100:,} more", "quiet")


def _hosts(view: View, path: str, snis: list[dict[str, Any]], part: Live[Any]) -> None:
    if not snis:
        text("None: it is shown to nobody.", "quiet")
    for one in snis:
        with row("gp-host"):
            badge(str(one["name"]))
            only_for(
                view,
                "operator",
                icon_button(
                    "close",
                    f"Take {one['name']} away",
                    partial(_drop_host, view, path, one, part),
                ),
            )


async def _drop_host(view: View, path: str, one: dict[str, Any], part: Live[Any]) -> None:
    if not await confirm(
        f"Take {one['name']} away?",
        "Callers of this host get another certificate, or one that nobody trusts.",
        yes="Take it away",
        consequences=[Consequence("host", str(one["name"]))],
    ):
        return

    async def back() -> None:
        body = {"name": one["name"], "tags": one.get("tags")}
        await view.api.put(f"{path}/snis{of(str(one['id']))}", body)
        await part.refresh()

    if await view.did(view.api.delete(f"/snis{of(str(one['id']))}")):
        offer_undo(view, f"{one['name']} is taken away.", back, f"{one['name']} is back.")
        await part.refresh()


async def _add_host(view: View, path: str, part: Live[Any]) -> None:
    field = Field("name", "Host", required=True, placeholder="api.example.com")

    async def send(values: Values) -> Any:
        return await view.api.post(f"{path}/snis", values)

    if await ask_for(view, "Add a host", (field,), send, yes="Add it") is not None:
        tell("The host is added.")
        await part.refresh()


async def _replace(view: View, held: Held) -> None:
    words = "Hosts and services stay; nodes show the new one at once. Both parts are needed."
    title = "Replace the certificate"
    if await edited(held, title, _NEW, values={}, words=words, yes="Replace it"):
        view.go(f"/certificates{of(held.id)}")


async def _delete(view: View, path: str, one: dict[str, Any], chain: list[Shown]) -> None:
    goes = await view.tried(_uses(view.api, path))
    if goes is None:
        return
    name = chain[0].subject or str(one["id"])
    if await confirm(
        f"Delete {name[:100]}?",
        "Its private key is gone for good: keep it elsewhere. Callers of its hosts get another "
        "certificate, or one that nobody trusts. One that services use is not deleted.",
        yes="Delete it",
        consequences=goes,
    ):
        await _gone(view, path)


async def _uses(api: AdminApi, path: str) -> list[Consequence]:
    hosts = await api.all(f"{path}/snis")
    services = await api.all(f"{path}/services")
    return [Consequence("host", str(one["name"])) for one in hosts] + [
        Consequence("service", str(one.get("name") or one["id"])) for one in services
    ]


async def _distrust(view: View, path: str, one: dict[str, Any], chain: list[Shown]) -> None:
    services = await view.tried(trusting(view.api, str(one["id"])))
    if services is None:
        return
    name = chain[0].subject or str(one["id"])
    if await confirm(
        f"Trust {name[:100]} no more?",
        "Upstreams with a certificate of it are refused. One that services name is not deleted: "
        "take it out of them first.",
        yes="Delete it",
        consequences=[Consequence("service", str(s.get("name") or s["id"])) for s in services],
    ):
        await _gone(view, path)


async def _gone(view: View, path: str) -> None:
    if await view.did(view.api.delete(path), done="It is deleted."):
        view.go("/certificates")


PAGES = (
    Page("/certificates/{certificate}", "Certificate", build, within="/certificates"),
    Page("/ca-certificates/{authority}", "Authority", build_authority, within="/certificates"),
)
