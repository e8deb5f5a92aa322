"""A node from its start to its end: prefix, agent, READY, signals, drain."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable

from gatepost.node.agent import Agent
from gatepost.node.binaries import find
from gatepost.node.prefix import claim
from gatepost.node.rights import barred, workers_group
from gatepost.node.settings import NodeSettings
from gatepost.values.plain_text import PlainLines

log = logging.getLogger("gatepost.node")

# A change makes some hundred thousand objects that all stay. Looking every 700 of them for cycles,
# among all that ten thousand routes are, took a third of the time of a change.
_OBJECTS_BETWEEN_SWEEPS = 100_000


def run_node(settings: NodeSettings) -> int:
    """Run until SIGTERM or SIGINT; return the exit status. Raises Fault when it cannot start."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(PlainLines("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    gc.set_threshold(_OBJECTS_BETWEEN_SWEEPS, 20, 10)
    nginx = find(settings.nginx)
    group = workers_group(settings.user)
    with claim(settings.prefix, group=group) as prefix:
        closed = barred(prefix.root, group) if group is not None else None
        if closed is not None:
            log.error(
                "%s cannot be passed by %s, as whom nginx's workers run: every route with a policy "
                "will answer 503. Run chmod o+x on it, or name another directory with --prefix",
                closed,
                settings.user,
            )
        return asyncio.run(_run(lambda: Agent(settings, prefix, nginx, group=group)))


async def _run(make: Callable[[], Agent]) -> int:
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    agent = make()
    loop.add_signal_handler(signal.SIGHUP, agent.look_now.set)
    stopped = asyncio.ensure_future(ending.wait())
    try:
        starting = asyncio.ensure_future(agent.start())
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return 0
        addresses = starting.result()
        shown = " ".join(f"{kind}={url}" for kind, url in addresses.items())
        print(f"READY {shown}", flush=True)  # noqa: T201 - the line that others wait for
        died = asyncio.ensure_future(agent.died())
        await asyncio.wait({died, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if died.done():
            log.error("the agent ends: %s", type(died.result()).__name__)
            return 1
        died.cancel()
        log.info("stopping: open requests may finish")
        return 0
    finally:
        stopped.cancel()
        await agent.stop()
