"""Charts over the Admin API."""

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.caller import Role
from gatepost.admin.charts import INTERVALS, KINDS, LABELS, Wanted
from gatepost.admin.problem import plain


async def chart(ask: Ask) -> Response:
    """Show what nodes counted: ``what``, ``interval``, ``by`` (labels, each a line), filters.

    Such as ``/telemetry?what=requests&interval=1h&by=code&service=ID``.
    """
    ask.allow(Role.VIEWER)
    query = dict(ask.query)
    what = query.pop("what", "requests")
    interval = query.pop("interval", "15m")
    by = tuple(name for name in query.pop("by", "").split(",") if name)
    if what not in KINDS:
        raise plain(400, f"what must be one of: {', '.join(KINDS)}")
    if interval not in INTERVALS:
        raise plain(400, f"interval must be one of: {', '.join(INTERVALS)}")
    unknown = sorted({*by, *query} - set(LABELS))
    if unknown:
        raise plain(400, f"there is no label {unknown[0][:100]!r}; there are: {', '.join(LABELS)}")
    wanted = Wanted(what, INTERVALS[interval], by)
    node = query.pop("node", None)
    shown = await ask.control.cluster.counting.chart(ask.plane, wanted, query, node)
    return answer(shown)
