"""Logouts: begun here by the person, or at the provider, which tells us by either channel.

Owns: how a logout is recognised, what ends with it, what the browser or the provider is answered.
Refuses to know: how somebody logs in; how a session lies in its cookie.
Neighbours: ``session`` and ``pages`` below; the plugin's ``bound`` above.
"""

from gatepost.plugins.openid_connect.logout.back_channel import BackChannel
from gatepost.plugins.openid_connect.logout.front_channel import FrontChannel
from gatepost.plugins.openid_connect.logout.initiated import Logout

__all__ = ["BackChannel", "FrontChannel", "Logout"]
