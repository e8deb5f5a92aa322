"""How nodes get their certificates: the authority for all to see, enrolment, renewal."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from gatepost.feed.authority import Authority, Issued, issue_node, key_fingerprint, requested_key
from gatepost.feed.membership import Member, Passport, is_ident
from gatepost.feed.messages import Short, Words
from gatepost.feed.needs import Keepers, Outcome, Standing
from gatepost.feed.token import Token
from gatepost.values import By, Fault
from gatepost.values.plain_text import plain

log = logging.getLogger("gatepost.feed")

_PATIENCE = 10.0
"""Seconds for a request to come whole."""
_REMEDY = "Make a new one at the control plane, and start the node with it."


class About(msgspec.Struct, frozen=True):
    """What a node says of itself when it enrols."""

    id: Short
    hostname: Short
    version: Short


class Request(msgspec.Struct, frozen=True):
    """What a node asks with. csr: PEM, as is every certificate here."""

    csr: Words
    token: Words = ""
    node: About | None = None


class Issuing:
    """The three addresses. life: seconds that a node's certificate lives."""

    def __init__(
        self,
        authority: Authority,
        keepers: Keepers,
        *,
        life: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._authority = authority
        self._keepers = keepers
        self._life = life
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        """Return them for an application."""
        return [
            web.get("/v1/authority", self._show),
            web.post("/v1/enrol", self._enrol),
            web.post("/v1/renew", self._renew),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return web.Response(body=self._authority.certificate, content_type="application/x-pem-file")

    async def _enrol(self, request: web.Request) -> web.Response:
        try:
            asked = await _asked(request)
            if asked.node is None or not is_ident(asked.node.id):
                raise _bad("The node does not say who it is.")
            token = Token.decode(asked.token)
            key = key_fingerprint(requested_key(asked.csr.encode()))
            used = await self._keepers.enrolments.use(token.ident, token.digest, asked.node.id, key)
            if used.outcome is not Outcome.GOOD:
                raise _no_good(used.outcome)
            member = Member(used.plane, asked.node.id)
            standing, _ = await self._keepers.nodes.standing(member.plane, member.node)
            if standing is Standing.REVOKED:
                raise _revoked()
            issued = await self._issue(member, asked.csr, asked.node.hostname, asked.node.version)
        except Fault as fault:
            log.warning("a node from %s was not enrolled: %s", request.remote, fault.message)
            return _refused(fault)
        log.info("node %s was enrolled into plane %s", member.node, member.plane)
        return _given(issued, authority=self._authority.certificate.decode(), plane=member.plane)

    async def _renew(self, request: web.Request) -> web.Response:
        try:
            passport = passport_of(request)
            if passport is None:
                raise Fault("certificate.missing", "Renewal is for enrolled nodes.", by=By.CLIENT)
            asked = await _asked(request)
            member = passport.member
            standing, _ = await self._keepers.nodes.standing(member.plane, member.node)
            if standing is not Standing.KNOWN:
                raise _revoked()
            issued = await self._issue(member, asked.csr, "", "")
        except Fault as fault:
            return _refused(fault)
        return _given(issued)

    async def _issue(self, member: Member, csr: str, hostname: str, release: str) -> Issued:
        issued = issue_node(self._authority, csr.encode(), member, now=self._now(), life=self._life)
        await self._keepers.nodes.certified(
            member.plane,
            member.node,
            hostname=plain(hostname),
            release=plain(release),
            serial=issued.serial,
            expires=issued.expires,
        )
        return issued


def passport_of(request: web.Request) -> Passport | None:
    """Return what the certificate says that the caller proved to have; None without one."""
    transport = request.transport
    made = transport.get_extra_info("ssl_object") if transport is not None else None
    return Passport.of_der(made.getpeercert(binary_form=True)) if made is not None else None


async def _asked(request: web.Request) -> Request:
    try:
        async with asyncio.timeout(_PATIENCE):
            content = await request.read()
        return msgspec.json.decode(content, type=Request)
    except TimeoutError:
        raise _bad("The request did not come in time.") from None
    except (msgspec.MsgspecError, RecursionError):
        raise _bad("The request is not of the form that is wanted.") from None


def _given(issued: Issued, **more: str) -> web.Response:
    return _json({"certificate": issued.pem.decode(), **more}, 200)


def _refused(fault: Fault) -> web.Response:
    status = 400 if fault.code == "enrolment.bad_request" else 403
    return _json({"code": fault.code, "message": fault.message}, status)


def _json(value: Any, status: int) -> web.Response:
    return web.Response(
        body=json.dumps(value).encode(), status=status, content_type="application/json"
    )


def _bad(message: str) -> Fault:
    return Fault("enrolment.bad_request", message, by=By.CLIENT)


def _no_good(outcome: Outcome) -> Fault:
    if outcome is Outcome.EXPIRED:
        said = Fault("enrolment.expired", f"The token has expired. {_REMEDY}", by=By.CLIENT)
    elif outcome is Outcome.USED:
        said = Fault(
            "enrolment.used", f"The token was used by another node. {_REMEDY}", by=By.CLIENT
        )
    else:
        said = Fault(
            "enrolment.unknown", f"The control plane does not know this token. {_REMEDY}",
            by=By.CLIENT,
        )  # fmt: skip
    return said


def _revoked() -> Fault:
    return Fault(
        "node.revoked",
        f"The control plane does not take this node: it was revoked. {_REMEDY}",
        by=By.CLIENT,
    )
