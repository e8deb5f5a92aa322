"""What an application may ask for: scopes and audiences."""

from gatepost.idp.asking import RefusedError
from gatepost.idp.directory import Application


def scopes(application: Application, asked: str) -> list[str]:
    """Return what is granted: exactly what was asked, or the default (RFC 6749, 3.3).

    But for ``offline_access``, which is left out where the application has no use for refresh
    tokens (OpenID Connect Core 1.0, 11). Raises RefusedError ``invalid_scope``.
    """
    seed = application.seed
    found = list(dict.fromkeys(asked.split(" "))) if asked else []
    if not found:
        found = list(seed.scopes if seed.default_scopes is None else seed.default_scopes)
    if not set(found) <= set(seed.scopes):
        raise RefusedError(400, "invalid_scope", "a scope that this application may not have")
    if "refresh_token" not in seed.grants and "offline_access" in found:
        found.remove("offline_access")
    return found


def audience(application: Application, asked: str | None) -> str:
    """Return the audience that was asked for, or the first of the application's.

    Raises RefusedError ``invalid_target`` (RFC 8707, 2).
    """
    if not asked:
        return application.seed.audience[0]
    if asked not in application.seed.audience:
        raise RefusedError(400, "invalid_target", "an audience not of this application")
    return asked
