import time

import pytest

from gatepost.admin.keepers import EnrolmentKeeper, NodeKeeper, RevocationKeeper
from gatepost.feed.needs import Outcome, Sight, Standing
from gatepost.store.database import Database

pytestmark = pytest.mark.anyio

PROXIES = ("http://0.0.0.0:8000",)
SIGHT = Sight("host", "10.0.0.1", "0.1.0", True, "a" * 64, 7, "refused", "it has no key", PROXIES)


async def test_an_enrolment_token_says_whose_node_it_makes(database: Database, plane: str) -> None:
    keeper = EnrolmentKeeper(database)
    await database.enrolments.add(plane, "d" * 64, expires_at=time.time() + 60, ident="t")
    used = await keeper.use("t", "d" * 64, "n1", "key")
    assert (used.outcome, used.plane) == (Outcome.GOOD, plane)
    assert (await keeper.use("t", "d" * 64, "n2", "other")).outcome is Outcome.USED
    assert (await keeper.use("t", "x" * 64, "n1", "key")).outcome is Outcome.UNKNOWN
    assert (await keeper.use("none", "d" * 64, "n1", "key")).outcome is Outcome.UNKNOWN


async def test_a_node_is_known_from_its_certificate_on_and_shown_as_it_was_last_seen(
    database: Database, plane: str
) -> None:
    keeper = NodeKeeper(database)
    assert await keeper.standing(plane, "n1") == (Standing.UNKNOWN, "")
    await keeper.certified(plane, "n1", hostname="h", release="1", serial="ab", expires=9.0)
    assert await keeper.standing(plane, "n1") == (Standing.KNOWN, "")
    await keeper.seen(plane, "n1", SIGHT)
    await keeper.certified(plane, "n1", hostname="", release="", serial="cd", expires=10.0)
    node = await database.nodes.get(plane, "n1")
    assert node is not None
    assert (node.hostname, node.version, node.config_version) == ("host", "0.1.0", 7)
    assert (node.sync_status, node.sync_reason) == ("refused", "it has no key")
    assert node.proxies == PROXIES
    assert (node.certificate_serial, node.certificate_expires_at) == ("cd", 10.0)
    await database.nodes.revoke(plane, "n1", "sold")
    assert await keeper.standing(plane, "n1") == (Standing.REVOKED, "sold")
    await keeper.certified(plane, "n1", hostname="h", release="1", serial="ef", expires=11.0)
    assert (await keeper.standing(plane, "n1"))[0] is Standing.REVOKED
    assert await keeper.standing("gone", "n1") == (
        Standing.UNKNOWN, "its control plane was deleted",
    )  # fmt: skip


async def test_the_log_is_numbered_and_read_from_any_place(database: Database, plane: str) -> None:
    keeper = RevocationKeeper(database)
    assert await keeper.append(plane, [{"kind": "subject"}, {"kind": "client"}]) == 2
    assert await keeper.append(plane, []) == 2
    page = await keeper.since(plane, 1, 10)
    assert (page.floor, page.last, list(page.entries)) == (1, 2, [(2, {"kind": "client"})])
    assert page.epoch
    assert (await keeper.since(plane, 2, 10)).entries == []


async def test_a_part_of_the_log_says_what_it_follows_and_how_it_ends(
    database: Database, plane: str
) -> None:
    keeper = RevocationKeeper(database)
    assert [(await keeper.since(plane, 0, 10)).begins, (await keeper.since(plane, 0, 10)).ends] == [
        "", "",
    ]  # fmt: skip
    await keeper.append(plane, [{"n": n} for n in range(5)])
    first = await keeper.since(plane, 0, 2)
    second = await keeper.since(plane, 2, 3)
    end = await keeper.since(plane, 5, 10)
    assert first.begins == ""
    assert [one for one, _ in first.entries] == [1, 2]
    assert [one for one, _ in second.entries] == [3, 4, 5]
    assert first.ends == second.begins != second.ends == end.begins == end.ends != ""
    assert (await keeper.since(plane, 9, 10)).begins == "", "what is not there has no mark"


async def test_only_what_has_expired_may_be_forgotten(database: Database, plane: str) -> None:
    keeper, now = RevocationKeeper(database), time.time()
    assert await keeper.expired_until(plane, now) == now
    old = {"not_before": now - 900, "expires": now - 600}
    live = {"not_before": now - 300, "expires": now + 600}
    await keeper.append(plane, [old])
    assert await keeper.expired_until(plane, now) == 0.0, "nobody says what comes next"
    await keeper.append(plane, [live, {**old, "expires": None}])
    assert await keeper.expired_until(plane, now) == now - 300
