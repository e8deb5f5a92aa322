"""Authorization code: whoever opens a page without any credential is asked to log in."""

from typing import final

from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.auth_method import Absent, Answer
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.login.start import Starter
from gatepost.values import By, Fault


@final
class AuthorizationCode:
    """Begins a login where a person opens a page, and nowhere else.

    A script, an image or an API client could do nothing with a login page, and each of its
    requests would begin a login. Where ``anonymous`` stands in nobody has to log in.
    """

    name = "authorization_code"

    def __init__(self, config: OpenIdConnectConfig, starter: Starter) -> None:
        self._starter = starter
        self._stands_in = config.anonymous is not None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return (*self._starter.attributes, bit("navigation"))

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Send a browser to the provider. Raises as ``Starter.start``, and writes down why."""
        # The method is asked for last, and stays out of the key: what follows is for one request.
        if self._stands_in or not request.bit("navigation") or request.method() != "GET":
            return Absent()
        try:
            return await self._starter.start(request, runtime)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                runtime.tell("login.unavailable", fault.code)
            raise
