"""Consumer groups: who is in them, seen and changed from either end.

Kong shows a group as ``{consumer_group, consumers, plugins}``; membership has no id that is shown.
"""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, nothing
from gatepost.admin.bodies import Given, read_body
from gatepost.admin.caller import Role
from gatepost.admin.entity_handlers import revealing, writing
from gatepost.admin.looking import look, must
from gatepost.admin.paging import page, read_wanted
from gatepost.admin.problem import not_found, schema_violation
from gatepost.admin.shown import all_shown, shown
from gatepost.admin.writing import Writing
from gatepost.model import Violation, derived_id
from gatepost.store.database import Reader, Stored

MEMBERS = "consumer_group_consumers"
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Members:
    """Membership from one end. near: the kind that the path names; far: the other one.

    near_field, far_field: where a membership refers to them.
    """

    near: str
    near_field: str
    far: str
    far_field: str

    async def get(self, ask: Ask) -> Response:
        """Return a page of those at the other end."""
        ask.allow(Role.VIEWER)
        wanted = read_wanted(ask.query)
        reveal = await revealing(ask)
        async with ask.control.database.reading(ask.plane) as reader:
            near = await must(reader, self.near, ask.names[0])
            got = await reader.page(
                MEMBERS, size=wanted.size, after=wanted.after, where=(self.near_field, near.id)
            )
            far = await self._far(reader, got.items)
            data = await all_shown(reader, self.far, far, ask.control.registry, reveal=reveal)
        return answer(page(data, got.next, ask.path, wanted))

    async def get_one(self, ask: Ask) -> Response:
        """Show the one at the other end, if it belongs to this one."""
        ask.allow(Role.VIEWER)
        async with ask.control.database.reading(ask.plane) as reader:
            near = await must(reader, self.near, ask.names[0])
            far = await must(reader, self.far, ask.names[1])
            if await self._membership(reader, near, far) is None:
                raise not_found()
            return answer({self.far_field: shown(self.far, far, ask.control.registry)})

    async def post(self, ask: Ask) -> Response:
        """Make those that the body names members; who is one already stays one."""
        ask.allow(Role.OPERATOR)
        given = await read_body(ask.request)
        async with writing(ask) as write:
            near = await must(write.writer, self.near, ask.names[0])
            far = [await self._named(write.writer, text) for text in self._wanted(given)]
            for one in far:
                await self._join(write, near, one)
            registry = ask.control.registry
            told: dict[str, Any] = {self.near_field: shown(self.near, near, registry)}
            told[self.far] = [shown(self.far, one, registry) for one in far]
        return answer(told, 201)

    async def delete(self, ask: Ask) -> Response:
        """End every membership of this one."""
        ask.allow(Role.OPERATOR)
        async with writing(ask) as write:
            near = await must(write.writer, self.near, ask.names[0])
            while True:
                where = (self.near_field, near.id)
                got = await write.writer.page(MEMBERS, size=_MOST, where=where)
                for member in got.items:
                    await write.writer_removes(MEMBERS, member)
                if got.next is None:
                    return nothing()

    async def delete_one(self, ask: Ask) -> Response:
        """End one membership."""
        ask.allow(Role.OPERATOR)
        async with writing(ask) as write:
            near = await must(write.writer, self.near, ask.names[0])
            far = await look(write.writer, self.far, ask.names[1])
            member = await self._membership(write.writer, near, far) if far else None
            if member is not None:
                await write.writer_removes(MEMBERS, member)
        return nothing()

    def _wanted(self, given: Given) -> list[str]:
        """Return the names or ids in a body: one text or a list, under Kong's word for them."""
        word = "consumer" if self.far == "consumers" else "group"
        value = given.data.get(word, given.data.get(self.far_field))
        values = value if isinstance(value, list) else [value]
        if value is None or value == []:
            raise schema_violation([Violation((word,), "required field missing")])
        texts = [one.get("id") if isinstance(one, dict) else one for one in values]
        if not all(isinstance(text, str) and text for text in texts):
            raise schema_violation([Violation((word,), "expected the name or the id of an entity")])
        return [str(text) for text in texts]

    async def _named(self, reader: Reader, text: str) -> Stored:
        found = await look(reader, self.far, text)
        if found is None:
            word = "consumer" if self.far == "consumers" else "group"
            raise schema_violation([Violation((word,), f"there is no '{text[:100]}'")])
        return found

    async def _membership(self, reader: Reader, near: Stored, far: Stored) -> Stored | None:
        ends = {self.near_field: near.id, self.far_field: far.id}
        return await reader.find(
            MEMBERS, "consumer", ends["consumer"], {"consumer_group": ends["consumer_group"]}
        )

    async def _join(self, write: Writing, near: Stored, far: Stored) -> None:
        if await self._membership(write.writer, near, far) is None:
            both = {self.near_field: near.id, self.far_field: far.id}
            ends: dict[str, Any] = {
                # nobody is shown this id, and the same membership has the same one everywhere
                "id": derived_id(MEMBERS, f"{both['consumer_group']}:{both['consumer']}"),
                self.near_field: {"id": near.id},
                self.far_field: {"id": far.id},
            }
            await write.insert(MEMBERS, ends)

    async def _far(self, reader: Reader, members: list[Stored]) -> list[Stored]:
        found = [await reader.get(self.far, one.body[self.far_field]) for one in members]
        return [one for one in found if one is not None]


async def show_group(ask: Ask) -> Response:
    """Show a group, its members (unless ``?list_consumers=false``) and its plugins."""
    ask.allow(Role.VIEWER)
    async with ask.control.database.reading(ask.plane) as reader:
        group = await must(reader, "consumer_groups", ask.names[0])
        consumers: list[dict[str, Any]] = []
        after: str | None = None
        while ask.query.get("list_consumers") != "false":
            where = ("consumer_group", group.id)
            got = await reader.page(MEMBERS, size=_MOST, after=after, where=where)
            for member in got.items:
                one = await reader.get("consumers", member.body["consumer"])
                if one is not None:
                    consumers.append(shown("consumers", one, ask.control.registry))
            after = got.next
            if after is None:
                break
        told = {"consumer_group": shown("consumer_groups", group, ask.control.registry)}
        headers = {"ETag": f'"{group.version}"'}
    return answer(told | {"consumers": consumers, "plugins": []}, 200, headers)


OF_GROUP = Members("consumer_groups", "consumer_group", "consumers", "consumer")
OF_CONSUMER = Members("consumers", "consumer", "consumer_groups", "consumer_group")
