"""Okta's management calls for users, groups and keys."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gatepost.idp import okta
from gatepost.idp.directory import Group, TakenError, User
from gatepost.idp.ending import end_of_user
from gatepost.idp.endpoints import World
from gatepost.idp.managed_applications import ManagedApplications
from gatepost.idp.okta_answers import invalid, listed, lived, not_found, reply
from gatepost.oidc import UnusableKey

ROOT = "/api/v1"


class Management:
    """The calls under ``/api/v1``; who may call was decided before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._directory = world.directory

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to the host."""
        keys = f"{ROOT}/authorizationServers/default/credentials"
        return [
            *ManagedApplications(self._world).routes(),
            *self._kind("users", self._users, self._new_user, self._user),
            *self._kind("groups", self._groups, self._new_group, self._group),
            Route(f"{ROOT}/groups/{{id}}/users", self._members, methods=["GET"]),
            Route(f"{ROOT}/groups/{{id}}/users/{{user}}", self._member, methods=["PUT", "DELETE"]),
            Route(f"{ROOT}/users/{{id}}/lifecycle/{{verb}}", self._user_life, methods=["POST"]),
            Route(f"{ROOT}/users/{{id}}/sessions", self._sessions, methods=["DELETE"]),
            Route(f"{keys}/keys", self._keys, methods=["GET"]),
            Route(f"{keys}/lifecycle/keyRotate", self._rotate, methods=["POST"]),
        ]

    def _kind(self, name: str, all_: Any, new: Any, one: Any) -> list[BaseRoute]:
        return [
            Route(f"{ROOT}/{name}", all_, methods=["GET"]),
            Route(f"{ROOT}/{name}", new, methods=["POST"]),
            Route(f"{ROOT}/{name}/{{id}}", one, methods=["GET", "DELETE"]),
        ]

    async def _users(self, request: Request) -> Response:
        found = self._directory.users.by_id.values()
        return listed(request, found, okta.user, lambda user: user.seed.login)

    async def _groups(self, request: Request) -> Response:
        found = self._directory.groups.by_id.values()
        return listed(request, found, okta.group, lambda group: group.name)

    async def _new_user(self, request: Request) -> Response:
        if request.query_params.get("activate", "true") != "true":
            return invalid("users are made active; leave activate out")
        try:
            one = self._directory.add_user(okta.read_user(await request.body()))
        except (msgspec.MsgspecError, ValueError) as error:
            return invalid(error)
        return reply(okta.user(one))

    async def _new_group(self, request: Request) -> Response:
        try:
            one = self._directory.add_group(okta.read_group(await request.body()))
        except (msgspec.MsgspecError, TakenError) as error:
            return invalid(error)
        return reply(okta.group(one))

    async def _user(self, request: Request) -> Response:
        one = self._find_user(request.path_params["id"])
        if one is None:
            return not_found(request.path_params["id"], "User")
        if request.method == "DELETE":
            self._directory.remove_user(one)
            return Response(status_code=204)
        return reply(okta.user(one))

    async def _group(self, request: Request) -> Response:
        one = self._find_group(request.path_params["id"])
        if one is None:
            return not_found(request.path_params["id"], "UserGroup")
        if request.method == "DELETE":
            del self._directory.groups.by_id[one.id]
            return Response(status_code=204)
        return reply(okta.group(one))

    async def _members(self, request: Request) -> Response:
        one = self._find_group(request.path_params["id"])
        if one is None:
            return not_found(request.path_params["id"], "UserGroup")
        users = self._directory.users.by_id
        return reply([okta.user(users[member]) for member in sorted(one.members)])

    async def _member(self, request: Request) -> Response:
        one = self._find_group(request.path_params["id"])
        user = self._find_user(request.path_params["user"])
        if one is None:
            return not_found(request.path_params["id"], "UserGroup")
        if user is None:
            return not_found(request.path_params["user"], "User")
        if request.method == "PUT":
            one.members.add(user.id)
        else:
            one.members.discard(user.id)
        return Response(status_code=204)

    async def _user_life(self, request: Request) -> Response:
        one = self._find_user(request.path_params["id"])
        return lived(request, None if one is None else one.life, "User")

    async def _sessions(self, request: Request) -> Response:
        """End the sessions of a user, and tell their applications by the back channel.

        ``?oauthTokens=true`` revokes the user's tokens too, as at Okta. ``?by=sub`` tells each
        application once, by a logout token without a sid.
        """
        one = self._find_user(request.path_params["id"])
        if one is None:
            return not_found(request.path_params["id"], "User")
        query = dict(request.query_params)
        by, tokens = query.pop("by", "sid"), query.pop("oauthTokens", "false")
        if query or by not in ("sid", "sub") or tokens not in _BOOLEANS:
            return invalid("the query may be oauthTokens=true and by=sub")
        await end_of_user(self._world, one, by_subject=by == "sub")
        if tokens == "true":
            one.life.revoke()
        return Response(status_code=204)

    async def _keys(self, _request: Request) -> Response:
        return reply(self._shown_keys())

    async def _rotate(self, request: Request) -> Response:
        """Make a new key; ``?withdraw=true`` stops publishing the others, ``?alg=`` changes it."""
        query = request.query_params
        if query.keys() - {"withdraw", "alg"} or query.get("withdraw", "false") not in _BOOLEANS:
            return invalid("the query may be withdraw=true and alg=RS256 or another")
        withdraw = query.get("withdraw") == "true"
        try:
            self._world.keys.rotate(alg=query.get("alg"), withdraw=withdraw)
        except UnusableKey as error:
            return invalid(error)
        return reply(self._shown_keys())

    def _shown_keys(self) -> list[dict[str, object]]:
        ring = self._world.keys
        return [
            {**key.jwk, "status": "ACTIVE" if key is ring.current else "EXPIRED"}
            for key in ring.published
        ]

    def _find_user(self, name: str) -> User | None:
        """Find a user by id or, as at Okta, by login."""
        return self._directory.users.by_id.get(name) or self._directory.user_by_login(name)

    def _find_group(self, name: str) -> Group | None:
        """Find a group by id or, for hands on a keyboard, by name."""
        groups = self._directory.groups.by_id
        return groups.get(name) or next((g for g in groups.values() if g.name == name), None)


_BOOLEANS = ("true", "false")
