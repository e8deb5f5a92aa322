"""Okta's management calls for applications."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.okta_answers import invalid, listed, lived, not_found, reply
from gatepost.idp.okta_application import application, read_application

ROOT = "/api/v1/apps"


class ManagedApplications:
    """The calls under ``/api/v1/apps``; who may call was decided before."""

    def __init__(self, world: World) -> None:
        self._directory = world.directory

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to the host."""
        return [
            Route(ROOT, self._all, methods=["GET"]),
            Route(ROOT, self._new, methods=["POST"]),
            Route(f"{ROOT}/{{id}}", self._one, methods=["GET", "PUT", "DELETE"]),
            Route(f"{ROOT}/{{id}}/lifecycle/{{verb}}", self._life, methods=["POST"]),
        ]

    async def _all(self, request: Request) -> Response:
        found = self._directory.applications.by_id.values()
        return listed(request, found, application, lambda one: one.name)

    async def _new(self, request: Request) -> Response:
        try:
            seed = read_application(await request.body())
            one = self._directory.add_application(seed)
        except (msgspec.MsgspecError, ValueError) as error:
            return invalid(error)
        return reply(application(one, secret=True))

    async def _one(self, request: Request) -> Response:
        one = self._find(request)
        if one is None:
            return not_found(request.path_params["id"], "AppInstance")
        if request.method == "DELETE":
            self._directory.remove_application(one)
            return Response(status_code=204)
        if request.method == "PUT":
            try:
                seed = read_application(await request.body(), one)
                self._directory.replace_application(one, seed)
            except (msgspec.MsgspecError, ValueError) as error:
                return invalid(error)
        return reply(application(one))

    async def _life(self, request: Request) -> Response:
        one = self._find(request)
        return lived(request, None if one is None else one.life, "AppInstance")

    def _find(self, request: Request) -> Application | None:
        return self._directory.applications.by_id.get(request.path_params["id"])
