"""Two operators change the same things at once, each at a control plane of their own on the one
database: what each is told is true, and nobody's change is lost without a word.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.admin_desk import Desk, desk_at

pytestmark = pytest.mark.anyio

FILE = """_format_version: "3.0"
services:
- name: api
  host: up.test
  routes:
  - {name: front, paths: [/file], id: 0b0e9d0c-5b3f-4a53-9f0f-0a3a8e0f6a11}
"""


@pytest.fixture
async def desks(url: str) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desk_at(url) as one, desk_at(url) as two:
        yield one, two


async def front(desk: Desk) -> str:
    """Make a route; return its path."""
    await desk.make("/services", name="api", host="up.test")
    made = await desk.make("/services/api/routes", name="front", paths=["/a"])
    return f"/routes/{made['id']}"


async def test_with_if_match_the_slower_one_is_told_and_nothing_is_lost(
    desks: tuple[Desk, Desk],
) -> None:
    path = await front(desks[0])
    for n in range(10):
        seen = (await desks[1].ask("GET", path)).headers["etag"]
        answers = await asyncio.gather(
            *(
                desk.ask("PATCH", path, {"paths": [f"/{n}-{who}"]}, if_match=seen)
                for who, desk in enumerate(desks)
            )
        )
        assert sorted(one.status for one in answers) == [200, 412]
        done = next(one for one in answers if one.status == 200)
        refused = next(one for one in answers if one.status == 412)
        now = await desks[n % 2].ask("GET", path)
        assert now.json() == done.json()
        assert now.headers["etag"] == done.headers["etag"] == refused.headers["etag"] != seen


async def test_of_two_deletes_and_changes_with_if_match_one_happens(
    desks: tuple[Desk, Desk],
) -> None:
    path = await front(desks[0])
    seen = (await desks[1].ask("GET", path)).headers["etag"]
    changed, deleted = await asyncio.gather(
        desks[0].ask("PATCH", path, {"paths": ["/b"]}, if_match=seen),
        desks[1].ask("DELETE", path, if_match=seen),
    )
    assert (changed.status, deleted.status) in {(200, 412), (412, 204), (404, 204)}
    there = (await desks[0].ask("GET", path)).status
    assert there == (200 if changed.status == 200 else 404)


async def test_changes_of_different_fields_at_the_same_moment_all_hold(
    desks: tuple[Desk, Desk],
) -> None:
    path = await front(desks[0])
    fields = {"paths": ["/x"], "hosts": ["h.test"], "tags": ["t"], "strip_path": False,
              "preserve_host": True, "methods": ["GET"], "regex_priority": 7,
              "https_redirect_status_code": 301}  # fmt: skip
    answers = await asyncio.gather(
        *(
            desks[n % 2].ask("PATCH", path, {name: value})
            for n, (name, value) in enumerate(fields.items())
        )
    )
    assert {one.status for one in answers} == {200}
    now = (await desks[0].ask("GET", path)).json()
    assert {name: now[name] for name in fields} == fields


async def test_the_same_name_put_from_everywhere_is_one_entity(desks: tuple[Desk, Desk]) -> None:
    answers = await asyncio.gather(
        *(desks[n % 2].ask("PUT", "/services/api", {"host": f"h{n}.test"}) for n in range(12))
    )
    assert {one.status for one in answers} == {200}
    assert len({one.json()["id"] for one in answers}) == 1
    (only,) = (await desks[1].ask("GET", "/services")).json()["data"]
    # the last of the writes, which is the one with the highest version, is what is there
    last = max(answers, key=lambda one: int(one.headers["etag"].strip('"')))
    assert only == last.json()


async def test_the_same_name_posted_from_everywhere_is_made_once(desks: tuple[Desk, Desk]) -> None:
    answers = await asyncio.gather(
        *(
            desks[n % 2].ask("POST", "/consumers", {"username": "Ann" if n % 3 else "ann"})
            for n in range(12)
        )
    )
    made = [one.status for one in answers].count(201)
    total = len((await desks[0].ask("GET", "/consumers")).json()["data"])
    assert made == total
    assert {one.status for one in answers} == {201, 409}


async def test_a_file_that_is_applied_amid_changes_takes_none_of_them_back_unseen(
    desks: tuple[Desk, Desk],
) -> None:
    path = await front(desks[0])
    for n in range(5):
        seen = (await desks[0].ask("GET", "/declarative")).headers["etag"]
        applied, changed = await asyncio.gather(
            desks[0].ask("POST", "/declarative/apply", raw=FILE.encode(), if_match=seen),
            desks[1].ask("PATCH", path, {"tags": [f"t{n}"]}),
        )
        now = (await desks[1].ask("GET", "/declarative")).headers["etag"]
        if applied.status == 412:
            assert changed.status == 200
            assert (await desks[0].ask("GET", path)).json()["tags"] == [f"t{n}"]
            assert applied.headers["etag"] == now
        else:  # the file came first: the change was made to what it says, or to what is gone
            assert applied.status == 200, applied.body
            assert changed.status in {200, 404}
        if applied.status == 200 and changed.status == 404:
            path = "/routes/front"


async def test_two_files_onto_the_same_version_are_applied_once(desks: tuple[Desk, Desk]) -> None:
    await front(desks[0])
    seen = (await desks[0].ask("GET", "/declarative")).headers["etag"]
    files = [FILE, FILE.replace("/file", "/other")]
    answers = await asyncio.gather(
        *(
            desk.ask("POST", "/declarative/apply", raw=text.encode(), if_match=seen)
            for desk, text in zip(desks, files, strict=True)
        )
    )
    assert sorted(one.status for one in answers) == [200, 412]
    won = [one.status for one in answers].index(200)
    route = (await desks[0].ask("GET", "/routes/front")).json()
    assert route["paths"] == [["/file"], ["/other"]][won]
