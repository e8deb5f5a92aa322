"""The end-session endpoint: a browser is sent there to log out (RP-Initiated Logout 1.0, 2)."""

from typing import Final

from gatepost.oidc.client_auth import Pairs
from gatepost.oidc.extras import check_arguments
from gatepost.oidc.query import extended
from gatepost.values import Secret

_OURS: Final = frozenset({"client_id", "id_token_hint", "post_logout_redirect_uri", "state"})


def logout_url(
    endpoint: str,
    *,
    id_token_hint: Secret | None,
    client_id: str | None,
    post_logout_redirect_uri: str | None,
    state: str | None,
    extra: Pairs = (),
) -> str:
    """Return where to send the browser. The text holds the id token: it belongs in ``Location``.

    It is a secret: no log, trace or message may hold it, and whoever answers with it also sends
    ``Cache-Control: no-store``. What is None is left out. Raises Fault(by=OPERATOR):
    ``config.reserved_argument`` for an extra argument that the protocol sets, and
    ``config.endpoint_query``.
    """
    check_arguments(extra, _OURS)
    ours = (
        ("id_token_hint", None if id_token_hint is None else id_token_hint.reveal()),
        ("client_id", client_id),
        ("post_logout_redirect_uri", post_logout_redirect_uri),
        ("state", state),
    )
    given = tuple((name, value) for name, value in ours if value is not None)
    return extended(endpoint, (*given, *extra))
