"""The parts of one instance, each built once, in the order in which they need one another."""

from collections.abc import Callable
from typing import Protocol, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import AuthMethod
from gatepost.plugin.plugin import Site
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.doors import Door, Doors
from gatepost.plugins.openid_connect.ending import Endings
from gatepost.plugins.openid_connect.enrichment import Enrichment
from gatepost.plugins.openid_connect.grants import Grants
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.login import (
    AuthorizationCode,
    Callback,
    Completion,
    Flows,
    Starter,
    Trails,
)
from gatepost.plugins.openid_connect.logout import BackChannel, FrontChannel, Logout
from gatepost.plugins.openid_connect.methods.bearer import Bearer
from gatepost.plugins.openid_connect.methods.client_credentials import ClientCredentials
from gatepost.plugins.openid_connect.methods.introspection import ByIntrospection
from gatepost.plugins.openid_connect.methods.password import Password
from gatepost.plugins.openid_connect.methods.refresh_token import RefreshToken
from gatepost.plugins.openid_connect.methods.session import BySession
from gatepost.plugins.openid_connect.methods.userinfo import ByUserinfo
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.refreshing import Refresher
from gatepost.plugins.openid_connect.session import Keeper, Lookup, Seals, Times
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.plugins.openid_connect.user_information import UserInformation


class Method(AuthMethod, Protocol):
    """A method that says what it reads."""

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        ...


@final
class Parts:
    """What the methods, the doors and the admission of one configuration are made of."""

    def __init__(self, config: OpenIdConnectConfig, site: Site) -> None:
        self._config, self._instance = config, site.instance
        self.people = any(name in config.methods for name in ("authorization_code", "session"))
        self.source, self.clients = Source(config), Clients(config)
        self.judge = Judge(config, self.source, self.clients)
        self.calls = TokenCalls(config, self.source, self.clients)
        self.grants = Grants(config, self.source, self.judge, site.instance)
        self.introspector = Introspector(
            config, self.source, self.clients, self.judge, site.instance
        )
        self.information = UserInformation(config, self.source, self.clients, site.instance)
        self.enrichment = Enrichment(
            config, self.clients, self.judge, self.information, instance=site.instance
        )
        seals = Seals(config, site)
        self.times = Times(config)
        self.keeper = Keeper(config, seals, self.times)
        self.lookup = Lookup(config, self.keeper, self.times)
        self.endings = Endings(config, self.clients, self.lookup, self.times)
        self.flows = Flows(config, seals)
        self.trails = Trails(config, self.flows, seals)
        self.completion = Completion(
            config, self.clients, self.lookup, self.flows, self.trails, self.introspector
        )

    def methods(self) -> tuple[Method, ...]:
        """Return the methods that are on, in their order, behind the doors."""
        made: dict[str, Callable[[], Method]] = {
            "session": self._session,
            "bearer": self._bearer,
            "introspection": lambda: ByIntrospection(self._config, self.introspector),
            "userinfo": lambda: ByUserinfo(self._config, self.source, self.information),
            "refresh_token": self._refresh_token,
            "password": self._password,
            "client_credentials": self._client_credentials,
            "authorization_code": self._authorization_code,
        }
        found = tuple(made[name]() for name in self._config.methods)
        return (Doors(*self._doors()), *found) if self.people else found

    def _doors(self) -> list[Door]:
        config, source, clients = self._config, self.source, self.clients
        doors: list[Door] = [
            BackChannel(config, source, clients, self.judge, self.keeper, self.times),
            FrontChannel(config, self.lookup, self.endings),
            Logout(config, source, clients, self.lookup, self.endings, self.flows, self.trails),
        ]
        if "authorization_code" in config.methods:
            doors.append(
                Callback(
                    config,
                    source,
                    clients,
                    self.judge,
                    self.calls,
                    self.grants,
                    self.flows,
                    self.trails,
                )
            )
        return doors

    def _session(self) -> Method:
        refresher = Refresher(self._config, self.clients, self.calls, self.grants)
        asks = "introspection" in self._config.methods
        return BySession(
            self._config,
            self.lookup,
            self.times,
            refresher,
            self.endings,
            self.judge,
            self.introspector if asks else None,
            instance=self._instance,
        )

    def _bearer(self) -> Method:
        others = ("introspection", "userinfo")
        return Bearer(
            self._config,
            self.judge,
            self.introspector,
            opaque_is_mine=not any(name in self._config.methods for name in others),
            instance=self._instance,
        )

    def _refresh_token(self) -> Method:
        return RefreshToken(
            self._config,
            self.source,
            self.clients,
            self.calls,
            self.grants,
            instance=self._instance,
        )

    def _password(self) -> Method:
        return Password(
            self._config,
            self.source,
            self.clients,
            self.calls,
            self.grants,
            instance=self._instance,
        )

    def _client_credentials(self) -> Method:
        return ClientCredentials(
            self._config,
            self.source,
            self.clients,
            self.calls,
            self.judge,
            instance=self._instance,
        )

    def _authorization_code(self) -> Method:
        starter = Starter(
            self._config, self.source, self.clients, self.flows, self.trails, self.lookup
        )
        return AuthorizationCode(self._config, starter)
