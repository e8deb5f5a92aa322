import pytest

from gatepost.admin.telemetry_handlers import LABELS
from gatepost.store.database import Database
from tests.admin_desk import judging_desk

pytestmark = pytest.mark.anyio


async def test_a_chart_is_asked_for_by_what_interval_labels_and_filters(
    database: Database, plane: str
) -> None:
    async with judging_desk(database) as desk:
        rows = [[{"what": "requests", "code": "2xx", "service": "s"}, {"n": 2}]]
        await desk.control.cluster.counting.take(plane, "n1", "b", 1, {"rows": rows})
        status, shown = (await desk.ask("GET", "/telemetry?interval=1h&by=code&service=s")).told
        assert (status, shown["step"], shown["what"]) == (200, 10, "requests")
        assert shown["lines"][0]["labels"] == {"code": "2xx"}
        none = (await desk.ask("GET", "/telemetry?service=other")).json()
        assert none["lines"] == []


@pytest.mark.parametrize(
    "query", ["what=secrets", "interval=2y", "by=path", "token=x", "by=code,nothing"]
)
async def test_what_cannot_be_asked_for_says_what_can(database: Database, query: str) -> None:
    async with judging_desk(database) as desk:
        status, said = (await desk.ask("GET", f"/telemetry?{query}")).told
        assert status == 400
        assert ":" in said["message"]


def test_every_label_of_a_report_can_be_asked_for() -> None:
    assert {"route", "service", "consumer", "code", "node"} <= set(LABELS)
