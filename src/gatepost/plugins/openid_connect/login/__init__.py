"""Logins by browser: the way to the provider, the way back, and what happens then.

Owns: the authorization code flow of a gateway, one cookie a login, and what keeps it from looping.
Refuses to know: what a session may do; how it lies in a cookie.
Neighbours: ``session`` and ``pages`` below; the plugin's ``bound`` above.
"""

from gatepost.plugins.openid_connect.login.callback import Callback
from gatepost.plugins.openid_connect.login.completion import Completion
from gatepost.plugins.openid_connect.login.flow import Flow, Flows
from gatepost.plugins.openid_connect.login.method import AuthorizationCode
from gatepost.plugins.openid_connect.login.start import Starter
from gatepost.plugins.openid_connect.login.trail import Trails

__all__ = ["AuthorizationCode", "Callback", "Completion", "Flow", "Flows", "Starter", "Trails"]
