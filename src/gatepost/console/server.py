"""The console's process: the pages, on NiceGUI, behind the guard."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from fastapi import FastAPI, Request
from nicegui import app as pages_app
from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from gatepost.console.admin_api import AdminApi, Away, Gone, Trouble, Unknown
from gatepost.console.entrance import Entrance
from gatepost.console.frame import failed, framed
from gatepost.console.guard import Door, Guard
from gatepost.console.keeping import Keeper
from gatepost.console.page import Page, found
from gatepost.console.settings import ConsoleSettings
from gatepost.console.tabs import Uploads, bind, make_room
from gatepost.console.view import Me, View
from gatepost.disk import kept_key
from gatepost.serving import Patient, Server, listen
from gatepost.values import By, Fault
from gatepost.values.plain_text import PlainLines

log = logging.getLogger("gatepost.console")

_STATIC = Path(__file__).parent / "static"
_QUICK = 5.0
"""Seconds for the questions that a page begins with."""


def run_console(settings: ConsoleSettings) -> int:
    """Serve until SIGTERM or SIGINT; print READY with the URL. Raises Fault (operator)."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(PlainLines("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    logging.getLogger("nicegui").setLevel(logging.ERROR)  # it tells of each address it has not
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: ConsoleSettings) -> None:
    settings.prefix.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = kept_key(settings.prefix / "console.key", _unusable(settings.prefix))
    listener = listen(settings.listen)
    bound = settings.listen.with_port(listener.getsockname()[1])
    async with aiohttp.ClientSession(auto_decompress=True) as session:
        app = application(settings, session, secret)
        door = Door(bound, settings.names, secure=settings.secure)
        config = uvicorn.Config(
            GZipMiddleware(Guard(app, door), minimum_size=2048, compresslevel=5),
            http=Patient,
            ws="websockets-sansio",
            ws_max_size=1_100_000,  # what the library takes; more would only be read
            loop="none",
            lifespan="on",
            access_log=False,
            log_level="error",
            log_config=None,
            server_header=False,
            proxy_headers=False,  # who looks is never what a header says
            timeout_graceful_shutdown=2,
        )
        server = Server(
            config,
            started=lambda: print(f"READY console=http://{bound}", flush=True),  # noqa: T201
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.end)
        await server.serve(sockets=[listener])


def application(
    settings: ConsoleSettings, session: aiohttp.ClientSession, secret: bytes
) -> FastAPI:
    """Return the whole application. There is one in a process: NiceGUI knows no other."""
    keeper = Keeper(secret, settings.admin, secure=settings.secure)
    entrance = Entrance(session, keeper, settings.admin, secure=settings.secure)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.extend(entrance.routes())
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    every = found()
    for page in every:
        handler = _handler(page, every, session, keeper, settings)
        ui.page(page.path, title=f"{page.title} · Gatepost", response_timeout=15)(handler)
    ui.add_head_html(_head(), shared=True)
    ui.run_with(
        app,
        title="Gatepost",
        favicon=_STATIC / "favicon.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=20.0,
        gzip_middleware_factory=None,
        show_welcome_message=False,
        cache_control_directives="public, max-age=3600",
    )
    pages_app._exception_handlers[:] = [_surprise]  # its own writes down what errors say
    pages_app.add_exception_handler(404, _missing)
    bind(keeper)
    app.add_middleware(Uploads, keeper=keeper)
    return app


def _handler(
    page: Page,
    every: tuple[Page, ...],
    session: aiohttp.ClientSession,
    keeper: Keeper,
    settings: ConsoleSettings,
) -> Callable[[Request], Awaitable[Response | None]]:
    async def handle(request: Request) -> Response | None:
        request.state.credentials = keeper.of(request)
        api = AdminApi(session, settings.admin, request.state.credentials)
        params: dict[str, str] = {**request.query_params, **request.path_params}
        ui.dark_mode({"dark": True, "light": False}.get(request.cookies.get("gatepost_theme", "")))
        view = View(api, Me("", "viewer", ""), params, path=request.url.path)
        trouble: Trouble | None = None
        try:
            await _know(view, api, params.pop("plane", None))
        except Unknown:
            ui.context.client.delete()  # else it waits a minute for a browser that never comes
            return RedirectResponse(f"/enter?to={_quoted(request)}", 303)
        except Trouble as one:
            trouble = one
        make_room()
        with framed(view, page, every):
            if trouble is None:
                trouble = await _built(view, page)
            if trouble is not None:
                failed(view, trouble)
        return None

    return handle


async def _built(view: View, page: Page) -> Trouble | None:
    """Put a page together; return what prevented it."""
    try:
        await page.build(view)
    except Unknown:
        view.expired()
    except Trouble as trouble:
        return trouble
    except Exception as error:  # NiceGUI would show, and log, whatever the error quotes
        _surprise(error)
        return Trouble("This page could not be put together. The log of the console says where.")
    return None


async def _know(view: View, api: AdminApi, plane: str | None) -> None:
    """Find out who looks, at which control plane. Raises Trouble."""
    asked = asyncio.gather(
        api.send("GET", "/auth/me", patience=_QUICK),
        api.send("GET", "/v2/control-planes", query={"page[size]": 1000}, patience=_QUICK),
        return_exceptions=True,
    )
    told: list[Any] = list(await asked)
    for one in told:
        if isinstance(one, BaseException) and (one is told[0] or isinstance(one, Away)):
            raise one
    me, planes = told
    view.me = Me(str(me["name"]), str(me["role"]), str(me["how"]), me.get("plane"))
    view.planes = planes["data"] if isinstance(planes, dict) else []
    plane = plane or view.me.plane
    default = next((one["id"] for one in view.planes if one.get("name") == "default"), None)
    if plane and plane != default:
        if view.planes and all(one["id"] != plane for one in view.planes):
            raise Gone("There is no such control plane, or it is not one of yours.")
        view.plane = plane
        view.api = api.at(plane)


def _head() -> str:
    """Return what loads the console's own looks: those of all pages, and of each that has some."""
    own = sorted(path.name for path in (_STATIC / "pages").glob("*.css"))
    sheets = ["console.css", *(f"pages/{name}" for name in own)]
    links = "".join(f'<link rel="stylesheet" href="/static/{name}">' for name in sheets)
    return f'{links}<script src="/static/console.js"></script>'


async def _missing(_: Request, __: Exception) -> Response:
    """Answer without a page of NiceGUI's: those are remembered for a minute, whoever asked."""
    return HTMLResponse(
        '<!doctype html><html lang="en"><title>Not found · Gatepost</title>'
        '<link rel="stylesheet" href="/static/enter.css"><main><h1>There is no such page</h1>'
        '<p><a href="/">Overview</a></p></main></html>',
        404,
    )


def _quoted(request: Request) -> str:
    from urllib.parse import quote

    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return quote(asked, safe="")


def _surprise(error: Exception) -> None:
    """Log where it happened, without anything that the error says: it may quote."""
    import traceback

    if isinstance(error, TimeoutError):
        return  # a browser did not answer in time; those of the Admin API are Trouble
    where = " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    log.error("a page failed: %s at %s", type(error).__name__, where)


def _unusable(prefix: Path) -> Callable[[str], Fault]:
    def fault(why: str) -> Fault:
        return Fault("console.key", f"The file {prefix}/console.key {why}.", by=By.OPERATOR)

    return fault
