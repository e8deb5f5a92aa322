"""Who may speak to the Admin API at all, before anything of a request is done.

A program on this machine may, when the API listens on loopback only; everybody else shows a token
or has logged in. A browser on this machine must not be a way in: a page that rebinds its name to
127.0.0.1 sends its own name as Host, a page that posts across origins sends an Origin.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gatepost.admin.caller import Caller, Role
from gatepost.values import Address, By, Fault, Secret

TOKEN_HEADERS = ("authorization", "kong-admin-token")
"""Where a token may ride; the second is that of Kong's Enterprise edition."""

_OF_PROXIES = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)
_OWN_SITES = frozenset({"none", "same-origin"})

LOOPBACK = Caller("loopback", Role.ADMIN, "loopback")

Look = Callable[[str], Awaitable[Caller | None]]
"""(token or cookie) -> the caller it stands for."""


class Headers(Protocol):
    """Of a request's headers, what is read here. Names in lower case."""

    def getlist(self, name: str) -> list[str]:
        """Return every value of a header."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """How the Admin API is reached.

    bound: where it listens. names: hosts by which others reach it, beside its address; empty for
    any, which only a token makes safe. open_on_loopback: programs on this machine need no token.
    first_token: an admin's token from the settings, for the time before there is another.
    """

    bound: Address
    names: frozenset[str] = frozenset()
    open_on_loopback: bool = True
    first_token: Secret | None = field(default=None, repr=False)

    def must_not_stand_open(self, tokens: int, logins: bool) -> None:
        """Fault(by=OPERATOR) ``admin.open`` when nobody could show who they are.

        tokens: how many are there. logins: whether people can log in.
        """
        if self.bound.loopback or self.first_token is not None or tokens or logins:
            return
        raise Fault(
            "admin.open",
            f"The Admin API would listen on {self.bound}, which other machines can reach, and "
            "nobody has a token. Set GATEPOST_ADMIN_TOKEN to a secret of at least 16 characters "
            "(or let people log in with admin_oidc_issuer), or listen on 127.0.0.1.",
            by=By.OPERATOR,
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges each request. token: finds a token. login: finds a login's cookie, where there are."""

    door: Door
    token: Look
    login: Look | None = None

    async def caller(self, headers: Headers, cookies: Mapping[str, str], *, reads: bool) -> Caller:
        """Return who calls.

        reads: the request changes nothing. Fault(by=CLIENT): ``admin.host``, ``admin.browser``,
        ``admin.token`` (401), ``admin.duplicate``.
        """
        self._look(headers)
        given = [value for name in TOKEN_HEADERS for value in headers.getlist(name)]
        if len(given) > 1:
            raise Fault("admin.duplicate", "Send one token, in one header.", by=By.CLIENT)
        if given:
            return await self._by_token(given[0])
        cookie = cookies.get(COOKIE)
        if cookie is not None and self.login is not None:
            # a browser sends it by itself, so that where the request comes from must be said
            if not reads and not _own_origin(headers):
                raise Fault(
                    "admin.browser",
                    "A change that rests on a login must come from the API's own pages.",
                    by=By.CLIENT,
                )
            found = await self.login(cookie)
            if found is not None:
                return found
        if self._from_here(headers):
            return LOOPBACK
        raise _who()

    def _from_here(self, headers: Headers) -> bool:
        """Say whether a program on this machine calls, of its own accord.

        What a proxy on this machine passes on comes over loopback too; it shows by the name that
        the API is known by elsewhere, or by what proxies say of those who call them.
        """
        if not (self.door.bound.loopback and self.door.open_on_loopback):
            return False
        if any(headers.getlist(name) for name in _OF_PROXIES):
            return False
        return Address.parse(headers.getlist("host")[0]).loopback

    def _look(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._known(hosts[0]):
            raise Fault(
                "admin.host",
                "The Host of this request is no name of the Admin API. Reach it by its address, "
                "or add the name to admin_names.",
                by=By.CLIENT,
            )
        sites = headers.getlist("sec-fetch-site")
        if (headers.getlist("origin") and not _own_origin(headers)) or not _OWN_SITES.issuperset(
            sites
        ):
            raise Fault(
                "admin.browser",
                "The Admin API does not serve pages of other origins.",
                by=By.CLIENT,
            )

    def _known(self, host: str) -> bool:
        if not host or host.startswith(":") or host.isdigit():
            return False  # an address may leave its host out, a Host may not
        try:
            named = Address.parse(host)
        except Fault:
            return False
        name = named.host.lower()
        if named.loopback or name == self.door.bound.host.lower() or name in self.door.names:
            return True
        # listening for other machines, under names that nobody told: the token is what counts
        return not self.door.bound.loopback and not self.door.names

    async def _by_token(self, value: str) -> Caller:
        scheme, space, rest = value.partition(" ")
        given = rest.strip() if space else value
        if space and scheme.lower() != "bearer":
            raise _who()
        first = self.door.first_token
        if first is not None and Secret(given) == first:
            return Caller("first token", Role.ADMIN, "token", ident="of the settings")
        found = await self.token(given)
        if found is None:
            raise _who()
        return found


COOKIE = "gatepost_admin"
"""Name of the cookie of a login."""


def _own_origin(headers: Headers) -> bool:
    origins, hosts = headers.getlist("origin"), headers.getlist("host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    scheme, _, name = origins[0].partition("://")
    return scheme in ("http", "https") and name.lower() == hosts[0].lower()


def _who() -> Fault:
    return Fault(
        "admin.token",
        "Send a token of the Admin API that is good: Authorization: Bearer …",
        by=By.CLIENT,
    )
