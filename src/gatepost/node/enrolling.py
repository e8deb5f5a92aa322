"""Becoming a node of a control plane, once; a node that is one already needs no token."""

import asyncio
import logging
import secrets
import socket
import time
from collections.abc import Callable, Sequence

from gatepost import __version__
from gatepost.feed.authority import fingerprint
from gatepost.feed.calling import enrol, fetch_authority
from gatepost.feed.membership import Passport
from gatepost.feed.patience import Patience
from gatepost.feed.token import Token
from gatepost.node.identity import Enrolment, Identity
from gatepost.node.places import Places
from gatepost.values import Address, By, Fault, Secret

log = logging.getLogger("gatepost.node")


async def become_member(
    identity: Identity,
    token: Secret | None,
    addresses: Sequence[Address],
    *,
    patience: Patience,
    problem: Callable[[str | None], None],
    now: Callable[[], float] = time.time,
) -> Places:
    """Be enrolled; return where the control plane is: at ``addresses``, else as the token says.

    A control plane that cannot be reached is waited for, where the node has nothing else; problem
    hears of it. Raises Fault (operator): ``enrolment.needed`` without a token, what the token was
    refused for, ``enrolment.forged``.
    """
    held = identity.enrolment
    given = Token.decode(token.reveal()) if token is not None else None
    if given is None or not _wanted(identity, given, now()):
        if held is None:
            raise Fault(
                "enrolment.needed",
                "This node is not enrolled. Make a token at the control plane, and start the node "
                "with it: gatepost node --token TOKEN.",
                by=By.OPERATOR,
            )
        return Places(addresses) if addresses else Places.read(held.address)
    places = Places(addresses or given.addresses)
    usable = held is not None and not held.revoked and identity.passport.expires > now()
    if held is not None and held.revoked:
        identity.anew()
    failures = 0
    while True:
        try:
            await _enrol(identity, given, places)
        except Fault as fault:
            if usable and fault.code != "enrolment.forged":
                log.warning("%s The node goes on with the certificate that it has.", fault.message)
                return places
            if fault.code != "control_plane.unreachable":
                raise Fault(fault.code, fault.message, by=fault.by, cause=fault.cause) from None
            said = f"{fault.message} ({fault.cause})"
            if not failures:
                log.warning("%s It is tried again.", said)
            problem(said)
        else:
            problem(None)
            log.info("enrolled as node %s", identity.node)
            return places
        places.turn()
        failures += 1
        longest = min(patience.most, patience.first * 2.0 ** min(failures - 1, 10))
        await asyncio.sleep(longest * (0.5 + secrets.randbelow(500) / 1000))


def _wanted(identity: Identity, token: Token, now: float) -> bool:
    """Return whether the token is to be used, or what is there does."""
    held = identity.enrolment
    if held is None:
        return True
    # The token of the enrolment that is there may stand in a unit file for ever.
    return held.token != token.ident or identity.passport.expires <= now


async def _enrol(identity: Identity, token: Token, places: Places) -> None:
    place = places.current
    authority = await fetch_authority(place, token.fingerprint)
    about = {"id": identity.node, "hostname": socket.gethostname(), "version": __version__}
    made = await enrol(place, token, authority, identity.request(), about)
    passport = Passport.of_pem(made.certificate)
    if passport is None or passport.member.node != identity.node:
        raise Fault(
            "control_plane.unreachable",
            f"The control plane at {place} gave a certificate that is not this node's.",
            by=By.OURS,
        )
    enrolment = Enrolment(str(places), passport.member.plane, token.ident, fingerprint(authority))
    identity.enrolled(enrolment, authority, made.certificate)
