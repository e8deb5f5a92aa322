"""What a page wants to know first: how much there is, what needs a person, where something is."""

import asyncio
from collections import Counter

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, now
from gatepost.admin.caller import Role
from gatepost.admin.certificate_findings import days, of_certificates
from gatepost.admin.entity_findings import of_entities
from gatepost.admin.findings import DAY, Finding, short, told
from gatepost.admin.node_findings import of_nodes
from gatepost.admin.node_state import NodeState, all_nodes, state_of
from gatepost.admin.paging import read_size
from gatepost.admin.problem import plain
from gatepost.admin.provider_findings import CALLS, of_calls, of_issuers
from gatepost.admin.search import LONGEST, SEARCHED, search
from gatepost.model import KINDS, Plugin, Snapshot
from gatepost.plugin.issuers import issuers_of
from gatepost.store.database import Node

_SIZE = "50"
_TOKEN_SOON = 7 * DAY


async def find(ask: Ask) -> Response:
    """Look for entities by a piece of a name, host, path or tag, or the begin of an id.

    ``q``: what is looked for; ``kinds``: only these, with commas between; ``size``: how many.
    """
    ask.allow(Role.VIEWER)
    query = ask.query
    text = query.get("q", "").strip()
    if not text or len(text) > LONGEST:
        raise plain(400, f"q must say what is looked for, in at most {LONGEST} characters")
    kinds = [name for name in query.get("kinds", "").split(",") if name] or list(SEARCHED)
    unknown = [name for name in kinds if name not in SEARCHED]
    if unknown:
        raise plain(400, f"kinds can be: {', '.join(SEARCHED)}")
    size = read_size(query.get("size", _SIZE))
    current = await ask.current()
    found = await asyncio.to_thread(
        search, current.snapshot, text, list(dict.fromkeys(kinds)), size
    )
    return answer({"data": found.results, "total": found.total})


async def counts(ask: Ask) -> Response:
    """Count the entities of each kind, and the nodes by how they are."""
    ask.allow(Role.VIEWER)
    snapshot = (await ask.current()).snapshot
    states = Counter(state for _, state in await _nodes(ask))
    return answer(
        {
            **{kind: len(getattr(snapshot, kind)) for kind in KINDS},
            "nodes": {
                "total": states.total(),
                **{state.value: states[state] for state in NodeState},
            },
        }
    )


async def attention(ask: Ask) -> Response:
    """Tell what needs a person: problems first. No provider is asked for this.

    Tokens that end soon are told to administrators alone, as the list of tokens is.
    """
    ask.allow(Role.VIEWER)
    moment, snapshot = now(), (await ask.current()).snapshot
    issuers = frozenset(issuers_of(one.config for one in snapshot.plugins))
    chart = await ask.control.cluster.counting.chart(ask.plane, CALLS, {}, None)
    findings = [
        *of_nodes(await _nodes(ask), moment, life=ask.control.cluster.life),
        *of_calls(chart),
        *of_issuers(ask.control.issuers.known(issuers), moment),
        *await _of_tokens(ask, moment),
        *await asyncio.to_thread(_of_snapshot, ask, snapshot, moment),
    ]
    return answer(told(findings))


def _of_snapshot(ask: Ask, snapshot: Snapshot, moment: float) -> list[Finding]:
    registry, cautions = ask.control.registry, ask.control.cautions

    def careful(plugin: Plugin) -> tuple[str, ...]:
        return cautions.of(registry, plugin)

    return [*of_certificates(snapshot, moment), *of_entities(snapshot, careful)]


async def _nodes(ask: Ask) -> list[tuple[Node, NodeState]]:
    wanted, moment = (await ask.current()).hash, now()
    here = ask.control.cluster.connected(ask.plane)
    return [(one, state_of(one, wanted, here, moment)) for one in await all_nodes(ask)]


async def _of_tokens(ask: Ask, moment: float) -> list[Finding]:
    if ask.caller.role < Role.ADMIN:
        return []
    found = []
    for one in await ask.control.database.tokens.all():
        if one.expires_at is None or not one.live(moment):
            continue
        left = one.expires_at - moment
        mine = one.plane in (None, ask.plane) and ask.caller.plane in (None, one.plane)
        if mine and left < _TOKEN_SOON:
            says = f"The token {short(one.name)} of the Admin API ends in {days(left)}."
            do = "Make a new one, give it to who uses it, and revoke this one."
            found.append(Finding("token.ends", "warning", says, do, "tokens", one.id, one.name))
    return found
