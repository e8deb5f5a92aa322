"""What is said, to a tiny server that writes it down."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from tests.kong import commands
from tests.kong.__main__ import main
from tests.kong.content import BadFile, Content
from tests.kong.tiny_server import Tiny, tiny
from tests.kong.wire import Cut, Refused, Wire, connect

pytestmark = pytest.mark.anyio

FILE: Content = {
    "_format_version": "3.0",
    "services": [
        {"name": f"s{n}", "host": "h.test", "routes": [{"name": f"r{n}", "paths": [f"/{n}"]}]}
        for n in range(5)
    ],
    "plugins": [{"name": "limit", "service": "s0", "route": "r1", "config": {"redis_host": "h"}}],
    "upstreams": [{"name": "u.test", "targets": [{"target": "10.0.0.1:80"}]}],
    "consumer_groups": [{"name": "gold"}],
    "consumers": [
        {
            "username": "ann",
            "groups": [{"name": "gold"}],
            "keyauth_credentials": [{"key": "k"}],
            "acls": [{"group": "staff"}],
        }
    ],
    "certificates": [{"cert": "c", "key": "k", "snis": [{"name": "a.test"}]}],
    "vaults": [{"name": "env", "prefix": "my-env"}],
}


async def talk(
    server: Tiny, what: Callable[[Wire], Awaitable[Any]], stop_after: int | None = None
) -> Any:
    async with connect(server.address, hurry=1000, stop_after=stop_after) as wire:
        return await what(wire)


async def test_a_sync_settles_and_says_so() -> None:
    async with tiny() as server:
        report = await talk(server, lambda wire: commands.sync(wire, FILE))
        assert (report.created, report.updated, report.deleted) == (21, 0, 0)
        again = await talk(server, lambda wire: commands.diff(wire, FILE))
        assert again.lines == []


async def test_a_diff_writes_nothing() -> None:
    async with tiny() as server:
        report = await talk(server, lambda wire: commands.diff(wire, FILE))
        assert report.created == 21
        assert server.writes() == []


async def test_levels_are_written_one_after_the_other() -> None:
    async with tiny() as server:
        await talk(server, lambda wire: commands.sync(wire, FILE))
        first = {path: n for n, path in reversed(list(enumerate(map(_place, server.writes()))))}
        last = {path: n for n, path in enumerate(map(_place, server.writes()))}
        assert last["certificates"] < first["consumer_groups"] < first["snis"] < first["services"]
        assert last["services"] < first["upstreams"] < first["key-auth"]
        assert last["acls"] < first["routes"] <= last["routes"] < first["targets"]
        assert last["targets"] < first["members"] < first["plugins"]
        await talk(server, commands.reset)
        gone = [_place(one) for one in server.writes() if one.startswith("DELETE")]
        assert gone.index("plugins") < gone.index("routes") < gone.index("services")
        assert not any(server.held.values())


def _place(write: str) -> str:
    parts = write.split("/")
    if parts[1] == "consumer_groups" and len(parts) > 3:
        return "members"
    return parts[3] if len(parts) > 3 else parts[1]


async def test_what_is_to_be_made_is_looked_for_and_somebody_elses_id_ends_the_run() -> None:
    content = {"_format_version": "3.0", "services": [{"id": "s1", "name": "a", "host": "h"}]}
    async with tiny() as server:
        await talk(server, lambda wire: commands.sync(wire, content))
        assert server.asked.index("GET /services/s1") < server.asked.index("PUT /services/s1")
        server.asked.clear()
        with pytest.raises(ExceptionGroup) as caught:
            await talk(server, lambda wire: commands.sync(wire, content, tags=["mine"]))
        assert caught.value.subgroup(commands.Taken)
        assert server.writes() == []


async def test_pages_are_followed_to_the_end() -> None:
    async with tiny() as server:
        await talk(server, lambda wire: commands.sync(wire, FILE))
        server.asked.clear()
        await talk(server, commands.dump)
        assert server.asked.count("GET /services") == 3


async def test_a_dump_is_the_file_again_without_ids_and_syncs_to_the_same() -> None:
    async with tiny() as server:
        await talk(server, lambda wire: commands.sync(wire, FILE))
        dumped = await talk(server, commands.dump)
        assert [service["name"] for service in dumped["services"]] == [f"s{n}" for n in range(5)]
        assert "id" not in dumped["services"][0]
        assert "created_at" not in str(dumped)
        assert dumped["plugins"][0]["route"] == "r1"
        assert dumped["consumers"][0]["groups"] == [{"name": "gold"}]
        with_id = await talk(server, lambda wire: commands.dump(wire, with_id=True))
        assert with_id["services"][0]["id"] in server.held["services"]
        before = await talk(server, lambda wire: commands.diff(wire, dumped))
        assert before.lines == []
        await talk(server, commands.reset)
        await talk(server, lambda wire: commands.sync(wire, dumped))
        assert await talk(server, commands.dump) == dumped


async def test_a_consumer_with_a_password_makes_a_dump_keep_ids() -> None:
    content = {
        "_format_version": "3.0",
        "consumers": [
            {"username": "ann", "basicauth_credentials": [{"username": "a", "password": "p"}]}
        ],
    }
    async with tiny() as server:
        await talk(server, lambda wire: commands.sync(wire, content))
        dumped = await talk(server, commands.dump)
        assert dumped["consumers"][0]["id"] in server.held["consumers"]


async def test_selected_tags_limit_what_is_read_and_deleted() -> None:
    other = {"_format_version": "3.0", "services": [{"name": "theirs", "host": "h"}]}
    ours = {**other, "_info": {"select_tags": ["ours"]}, "services": [{"name": "a", "host": "h"}]}
    async with tiny() as server:
        await talk(server, lambda wire: commands.sync(wire, other))
        report = await talk(server, lambda wire: commands.sync(wire, ours))
        assert report.lines == ["create service a"]
        dumped = await talk(server, lambda wire: commands.dump(wire, tags=["ours"]))
        assert dumped["_info"] == {"select_tags": ["ours"]}
        assert [service["tags"] for service in dumped["services"]] == [["ours"]]
        await talk(server, lambda wire: commands.reset(wire, tags=["ours"]))
        assert [one["name"] for one in server.held["services"].values()] == ["theirs"]


async def test_lists_that_only_some_servers_have_may_be_absent_and_the_others_not() -> None:
    async with tiny() as server:
        server.absent = {"filter-chains", "ca_certificates", "vaults", "partials", "keys"}
        server.absent |= {"key-sets", "consumer_groups", "key-auths", "acls", "oauth2"}
        assert await talk(server, commands.dump) == {"_format_version": "3.0"}
        server.absent = {"snis"}
        with pytest.raises(ExceptionGroup) as caught:
            await talk(server, commands.dump)
        (refusal,) = caught.value.exceptions
        assert isinstance(refusal, Refused)
        assert refusal.status == 404


async def test_a_write_that_fails_for_once_is_tried_again_and_a_refused_one_is_not() -> None:
    content = {"_format_version": "3.0", "services": [{"name": "a", "host": "h"}]}
    async with tiny() as server:
        broken = iter([500, 500, 500, 500])
        server.trouble = lambda asked: _status(next(broken, 0)) if "PUT" in asked else None
        await talk(server, lambda wire: commands.sync(wire, content))
        assert len(server.writes()) == 5
        server.asked.clear()
        server.trouble = lambda asked: _status(400) if "DELETE" in asked else None
        with pytest.raises(ExceptionGroup):
            await talk(server, commands.reset)
        assert len(server.writes()) == 1


async def test_after_four_more_tries_a_write_has_failed() -> None:
    content = {"_format_version": "3.0", "services": [{"name": "a", "host": "h"}]}
    async with tiny() as server:
        server.trouble = lambda asked: _status(500) if "PUT" in asked else None
        with pytest.raises(ExceptionGroup):
            await talk(server, lambda wire: commands.sync(wire, content))
        assert len(server.writes()) == 5


async def test_a_busy_server_is_given_the_time_it_asks_for() -> None:
    async with tiny() as server:
        busy = iter([429, 429])
        server.trouble = lambda _: _status(next(busy, 0), {"Retry-After": "7"})
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await talk(server, commands.ping) == "3.9.0"
        assert loop.time() - began >= 0.014
        assert server.asked == ["GET /"] * 3


def _status(status: int, headers: dict[str, str] | None = None) -> web.Response | None:
    return web.json_response({"message": "x"}, status=status, headers=headers) if status else None


async def test_a_sync_that_is_cut_is_completed_by_the_next_one() -> None:
    async with tiny() as server:
        with pytest.raises(ExceptionGroup) as caught:
            await talk(server, lambda wire: commands.sync(wire, FILE), stop_after=8)
        assert caught.value.subgroup(Cut)
        assert len(server.writes()) == 8
        report = await talk(server, lambda wire: commands.sync(wire, FILE))
        assert report.created == 21 - 8
        assert (await talk(server, lambda wire: commands.diff(wire, FILE))).total == 0


async def test_an_older_file_is_refused_before_anything_is_written() -> None:
    async with tiny() as server:
        with pytest.raises(BadFile):
            await talk(server, lambda wire: commands.sync(wire, {**FILE, "_format_version": "1.1"}))
        assert server.asked == ["GET /"]


async def test_the_command_speaks_and_exits_as_deck_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(yaml.safe_dump(FILE))
    async with tiny() as server:
        at = ["--kong-addr", server.address, "--headers", "kong-admin-token: t"]

        async def run(*words: str) -> int:
            return await asyncio.to_thread(main, [*words, *at])

        assert await run("ping") == 0
        assert "Kong version:  3.9.0" in capsys.readouterr().out
        assert await run("diff", str(file)) == 0
        assert await run("diff", str(file), "--non-zero-exit-code") == 2
        assert await run("sync", str(file)) == 0
        assert "  Created: 21" in capsys.readouterr().out
        assert await run("diff", "--non-zero-exit-code", str(file)) == 0
        assert await run("dump", "-o", str(tmp_path / "out.yaml")) == 0
        assert yaml.safe_load((tmp_path / "out.yaml").read_text())["_format_version"] == "3.0"
        server.version = None
        assert await run("ping") == 1
        assert "unknown Kong version" in capsys.readouterr().err
