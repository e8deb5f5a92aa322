"""The revocation endpoint: a token shall die before its time (RFC 7009)."""

from gatepost.oidc.answer import bad_status
from gatepost.oidc.client import Client
from gatepost.oidc.extras import NOTHING, Extra
from gatepost.oidc.form_call import form_call
from gatepost.values import Call, Reply, Secret, Transport


def request(
    url: str,
    token: Secret,
    client: Client,
    method: str,
    *,
    hint: str = "access_token",
    parameter: str = "token",
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Ask to revoke a token, which travels in the body (RFC 7009, 2.1).

    hint: ``access_token`` or ``refresh_token``. parameter: the name of the form field that holds
    the token. Raises the faults of ``form_call``.
    """
    form = ((parameter, token.reveal()), ("token_type_hint", hint))
    return form_call(
        url,
        form,
        client=client,
        method=method,
        purpose="revocation",
        extra=extra,
        transport=transport,
    )


def read(reply: Reply) -> None:
    """Return when the token is revoked or was unknown, which is the same (RFC 7009, 2.2).

    Raises Fault(by=PROVIDER): ``provider.refused_our_credentials`` or ``provider.bad_status``.
    """
    if reply.status == 200:
        return
    refused = reply.status in (401, 403)
    raise bad_status(
        reply,
        what="revocation",
        code="provider.refused_our_credentials" if refused else "provider.bad_status",
    )
