"""What is done at the paths of entities: collections, single ones, and those that one refers to.

Each class is for one shape of path; a path below another entity has its ``Via``.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, nothing
from gatepost.admin.bodies import Given, read_body
from gatepost.admin.caller import Role
from gatepost.admin.certificate_names import SCHEMA, taken_out, write_names
from gatepost.admin.changes import revealed
from gatepost.admin.looking import Within, look, must
from gatepost.admin.paging import page, read_wanted
from gatepost.admin.plugin_config import fields_of
from gatepost.admin.problem import not_allowed, not_found
from gatepost.admin.shown import all_shown
from gatepost.admin.writing import Writing
from gatepost.model import CATALOG
from gatepost.store.database import Reader, Stored, TagFilter

_MOST_LONG = 100
"""Entities on one page of a kind whose texts may be long: all of them are read for it."""


@dataclass(frozen=True, slots=True)
class Via:
    """How a path comes to entities through another one. kind: of that one, which the path names
    first. field: where the entities refer to it.
    """

    kind: str
    field: str

    async def within(self, reader: Reader, ask: Ask) -> Within:
        """Return the entity that the path names first. Raises Refused (404)."""
        return self.field, (await must(reader, self.kind, ask.names[0])).id


@dataclass(frozen=True, slots=True)
class Collection:
    """``/services`` and ``/services/{service}/routes``. filters: unique fields to look for."""

    kind: str
    via: Via | None = None
    filters: tuple[str, ...] = ()

    async def get(self, ask: Ask) -> Response:
        """A page of them."""
        ask.allow(Role.VIEWER)
        query = ask.query
        wanted = read_wanted(query)
        long = CATALOG[self.kind].long
        size = min(wanted.size, _MOST_LONG) if long else wanted.size
        tags = TagFilter(wanted.tags, every=not wanted.any_tag) if wanted.tags else None
        reveal = await revealing(ask)
        async with ask.control.database.reading(ask.plane) as reader:
            where = await self.via.within(reader, ask) if self.via else None
            sought = next((name for name in self.filters if query.get(name)), None)
            if sought is not None:
                found = await reader.find(self.kind, sought, query[sought])
                items, following = [found] if found else [], None
            else:
                got = await reader.page(
                    self.kind, size=size, after=wanted.after, where=where, tags=tags
                )
                items, following = got.items, got.next
            data = await all_shown(reader, self.kind, items, ask.control.registry, reveal=reveal)
        for one in data:
            for name in long:  # shown where it is asked for alone
                del one[name]
        return answer(page(data, following, ask.path, wanted))

    async def post(self, ask: Ask) -> Response:
        """Create one."""
        ask.allow(Role.OPERATOR)
        given = await read_body(ask.request)
        reveal = await revealing(ask)
        async with writing(ask) as write:
            data = typed(ask, self.kind, given)
            if self.via:
                field, ident = await self.via.within(write.writer, ask)
                data[field] = {"id": ident}
            data, names = taken_out(self.kind, data)
            after = await write.insert(self.kind, data)
            await write_names(write, after, names)
            told = await _told(write, self.kind, after, reveal=reveal)
        if self.kind == "keyauth_credentials" and data.get("key") is None:
            told["key"] = after.body["key"]  # made here: this is the only time that it is shown
        return answer(told, 201, _version(after))


@dataclass(frozen=True, slots=True)
class Single:
    """``/services/{service}`` and ``/services/{service}/routes/{route}``."""

    kind: str
    via: Via | None = None

    async def get(self, ask: Ask) -> Response:
        """Show it."""
        ask.allow(Role.VIEWER)
        reveal = await revealing(ask)
        async with ask.control.database.reading(ask.plane) as reader:
            within = await self.via.within(reader, ask) if self.via else None
            found = await must(reader, self.kind, ask.names[-1], within)
            return await shown_one(ask, reader, self.kind, found, reveal=reveal)

    async def put(self, ask: Ask) -> Response:
        """Create it with this id or name, or replace it."""
        ask.allow(Role.OPERATOR)
        given = await read_body(ask.request)
        reveal = await revealing(ask)
        async with writing(ask) as write:
            data = typed(ask, self.kind, given)
            within = None
            if self.via:
                within = await self.via.within(write.writer, ask)
                data[within[0]] = {"id": within[1]}
            data, names = taken_out(self.kind, data)
            after = await write.replace(self.kind, ask.names[-1], data, within)
            await write_names(write, after, names)
            told = await _told(write, self.kind, after, reveal=reveal)
        return answer(told, 200, _version(after))

    async def patch(self, ask: Ask) -> Response:
        """Change some of its fields."""
        ask.allow(Role.OPERATOR)
        given = await read_body(ask.request)
        reveal = await revealing(ask)
        async with writing(ask) as write:
            within = await self.via.within(write.writer, ask) if self.via else None
            found = await must(write.writer, self.kind, ask.names[-1], within)
            after, told = await _merged(write, self.kind, found, given, reveal=reveal)
        return answer(told, 200, _version(after))

    async def delete(self, ask: Ask) -> Response:
        """Delete it; what is not there is deleted already."""
        ask.allow(Role.OPERATOR)
        async with writing(ask) as write:
            within = await self.via.within(write.writer, ask) if self.via else None
            found = await look(write.writer, self.kind, ask.names[-1], within)
            if found is not None:
                await write.remove(self.kind, found)
        return nothing()


@dataclass(frozen=True, slots=True)
class Foreign:
    """``/routes/{route}/service``: what an entity of kind ``child`` refers to in ``field``."""

    kind: str
    child: str
    field: str

    async def get(self, ask: Ask) -> Response:
        """Show it."""
        ask.allow(Role.VIEWER)
        reveal = await revealing(ask)
        async with ask.control.database.reading(ask.plane) as reader:
            _, found = await self._find(reader, ask)
            if found is None:
                raise not_found()
            return await shown_one(ask, reader, self.kind, found, reveal=reveal)

    async def put(self, ask: Ask) -> Response:
        """Replace it; where the entity refers to nothing, create it and refer to it."""
        ask.allow(Role.OPERATOR)
        given = await read_body(ask.request)
        reveal = await revealing(ask)
        async with writing(ask) as write:
            child, found = await self._find(write.writer, ask)
            data, names = taken_out(self.kind, typed(ask, self.kind, given))
            ident = found.id if found else str(uuid4())
            after = await write.replace(self.kind, ident, data, None)
            await write_names(write, after, names)
            if found is None:
                change = {self.field: {"id": after.id}}
                await write.merge(self.child, child, change, expect=False)
            told = await _told(write, self.kind, after, reveal=reveal)
        return answer(told, 200, _version(after))

    async def patch(self, ask: Ask) -> Response:
        """Change some of its fields."""
        ask.allow(Role.OPERATOR)
        given = await read_body(ask.request)
        reveal = await revealing(ask)
        async with writing(ask) as write:
            _, found = await self._find(write.writer, ask)
            if found is None:
                raise not_found()
            after, told = await _merged(write, self.kind, found, given, reveal=reveal)
        return answer(told, 200, _version(after))

    async def delete(self, ask: Ask) -> Response:
        """Refuse: who deletes the other end of a reference says so at its own path."""
        ask.allow(Role.OPERATOR)
        async with ask.control.database.reading(ask.plane) as reader:
            _, found = await self._find(reader, ask)
        if found is None:
            raise not_found()
        raise not_allowed(("GET", "HEAD", "OPTIONS", "PUT", "PATCH"))

    async def _find(self, reader: Reader, ask: Ask) -> tuple[Stored, Stored | None]:
        child = await must(reader, self.child, ask.names[0])
        ident = child.body.get(self.field)
        return child, await reader.get(self.kind, ident) if ident else None


@asynccontextmanager
async def writing(ask: Ask) -> AsyncIterator[Writing]:
    """Open the one transaction in which a request writes."""
    async with ask.control.database.writing(ask.plane) as writer:
        before = writer.version
        write = Writing(ask, writer)
        yield write
    if "plugins" not in write.kinds:
        ask.control.restricted.moved(ask.plane, before, writer.version)


async def revealing(ask: Ask) -> bool:
    """Say whether secrets are to be shown, and have it noted when they are."""
    reveal = ask.reveals
    if reveal:
        await revealed(ask)
    return reveal


def typed(
    ask: Ask, kind: str, given: Given, stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a body says, typed by the schema of the entity that it is about."""
    if not given.texts:
        return dict(given.data)
    name = given.data.get("name", (stored or {}).get("name"))
    fields = fields_of(ask.control.registry, kind, name)
    return given.typed([*fields, SCHEMA, {"url": {"type": "string"}}])


async def shown_one(
    ask: Ask, reader: Reader, kind: str, found: Stored, *, reveal: bool = False
) -> Response:
    """Return the answer that shows one entity; 304 to who has this version already."""
    if ask.request.headers.get("if-none-match", "").strip() == f'"{found.version}"':
        return Response(None, 304, _version(found))
    data = await all_shown(reader, kind, [found], ask.control.registry, reveal=reveal)
    return answer(data[0], 200, _version(found))


async def _merged(
    write: Writing, kind: str, found: Stored, given: Given, *, reveal: bool
) -> tuple[Stored, dict[str, Any]]:
    data, names = taken_out(kind, typed(write.ask, kind, given, found.body))
    after = await write.merge(kind, found, data)
    await write_names(write, after, names)
    return after, await _told(write, kind, after, reveal=reveal)


async def _told(write: Writing, kind: str, after: Stored, *, reveal: bool) -> dict[str, Any]:
    registry = write.ask.control.registry
    return (await all_shown(write.writer, kind, [after], registry, reveal=reveal))[0]


def _version(stored: Stored) -> dict[str, str]:
    return {"ETag": f'"{stored.version}"'}
