"""The control plane's process: the Admin API, and what joins the store to the feed.

Owns: Kong's shapes, paths and errors over HTTP; who may call; the audit log's words.
Refuses to know: how rows are kept, how a node takes a configuration, argv and the environment.
Neighbours: store and feed below; node and authorizer beside it, strangers; cli above.
"""

from gatepost.admin.caller import Caller, Role
from gatepost.admin.running import run_control_plane
from gatepost.admin.settings import ControlPlaneSettings

__all__ = ["Caller", "ControlPlaneSettings", "Role", "run_control_plane"]
