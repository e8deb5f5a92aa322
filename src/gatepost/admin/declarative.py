"""The whole configuration as one file: ``/declarative``, ``/declarative/plan`` and ``.../apply``.

``GET /declarative``         kong.yaml; ``select_tag=`` (several times), ``with_id=true``
``POST /declarative/plan``   what a file would change, and the version it was compared with
``POST /declarative/apply``  the same, done; with ``If-Match: "version"`` only onto that version
"""

import asyncio
import contextlib
from collections.abc import Iterator

from starlette.responses import Response

from gatepost.admin.applying import Planned, complete, planned, whole, written
from gatepost.admin.ask import Ask, answer
from gatepost.admin.bodies import read_bytes
from gatepost.admin.caller import Role
from gatepost.admin.changes import revealed
from gatepost.admin.plugin_forms import RegistryForms
from gatepost.admin.problem import Refused, numbered, plain
from gatepost.model.text import tag
from gatepost.store.database import Conflict
from gatepost.store.dump import Options, dump
from gatepost.store.problem import KongYamlError

_LARGEST = 64 * 1024 * 1024
_MOST_TOLD = 1000


async def show(ask: Ask) -> Response:
    """Return the configuration as kong.yaml, its version as ETag. Secrets for admins who ask."""
    ask.allow(Role.VIEWER)
    options = Options(
        with_id=ask.query.get("with_id") == "true",
        reveal=ask.reveals,
        select_tags=tuple(_tags(ask) or ()),
    )
    if options.reveal:
        await revealed(ask)
    current = await complete(ask)
    forms = RegistryForms(ask.control.registry)
    text = await asyncio.to_thread(dump, current.snapshot, options, forms)
    headers = {"ETag": f'"{current.version}"', "Cache-Control": "no-store"}
    return Response(text, headers=headers, media_type="application/yaml")


async def look_ahead(ask: Ask) -> Response:
    """Return what a file would change. Nothing is written."""
    ask.allow(Role.OPERATOR)  # a viewer could find out secrets by guessing
    found = await _compared(ask, await read_bytes(ask.request, _LARGEST))
    return answer({"version": found.version, **found.plan.as_json()})


async def apply(ask: Ask) -> Response:
    """Make the configuration what a file says: all of it, or nothing."""
    ask.allow(Role.OPERATOR)
    expected = ask.must_fit(None)
    text = await read_bytes(ask.request, _LARGEST)
    found = await _compared(ask, text)
    if expected is not None and expected != found.version:
        raise _moved(found.version)
    version = found.version
    if found.plan.changes:
        async with ask.control.database.writing(ask.plane) as writer:
            if writer.version != found.version:
                if expected is not None:
                    raise _moved(writer.version)
                current = await whole(writer)
                with _told():
                    found = await planned(ask, current, writer.version, text, _tags(ask))
            try:
                await written(writer, ask.caller, found)
            except Conflict as conflict:
                raise plain(409, f"The plan cannot be carried out: {conflict}") from None
            version = writer.version
    done = {"version": version, "hash": found.plan.result.hash, **found.plan.as_json()}
    return answer(done, headers={"ETag": f'"{version}"'})


async def _compared(ask: Ask, text: bytes) -> Planned:
    current = await complete(ask)
    with _told():
        return await planned(ask, current.snapshot, current.version, text, _tags(ask))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn the mistakes of a file into an answer that has them all."""
    try:
        yield
    except KongYamlError as error:
        raise _mistaken(error) from None


def _mistaken(error: KongYamlError) -> Refused:
    problems = [
        {"path": one.path, "line": one.line, "message": one.message}
        for one in error.problems[:_MOST_TOLD]
    ]
    return numbered(14, f"declarative config is invalid: {error.message}", problems=problems)


def _moved(version: int) -> Refused:
    body = {
        "name": "precondition failed",
        "message": f"the configuration has changed since: If-Match does not fit, it is "
        f'"{version}" now. Look at what would change, and decide anew.',
    }
    return Refused(412, body, {"ETag": f'"{version}"'})


def _tags(ask: Ask) -> list[str] | None:
    tags = ask.request.query_params.getlist("select_tag")
    for one in tags:
        try:
            tag(one)
        except ValueError as error:
            raise plain(400, f"select_tag: {error}") from None
    return tags or None
