"""Pushed authorization requests: what is asked for goes to the provider directly (RFC 9126).

The browser then carries a reference alone, in which nobody can change anything. There is no way
back: a provider that refuses the push is not asked in the open instead.
"""

import re
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc.answer import bad_answer, bad_status, json_object
from gatepost.oidc.client import Client
from gatepost.oidc.client_auth import Pairs
from gatepost.oidc.extras import check_arguments
from gatepost.oidc.form_call import form_call
from gatepost.values import Call, Fault, Reply, Transport

REFERENCE_LIMIT: Final = 2_048
"""Characters of a reference; it becomes part of an address."""

MAX_LIFETIME: Final = 86_400
"""Seconds (a day) beyond which a reference's lifetime is taken for nonsense."""

_NOT_PUSHED: Final = frozenset(
    {"client_assertion", "client_assertion_type", "client_secret", "request_uri"}
)
_ERROR: Final = re.compile(r"[a-z_]{1,60}")
_WHAT: Final = "pushed authorization request"


@final
@dataclass(frozen=True, slots=True)
class Pushed:
    """What the provider keeps for us. expires_in: seconds. The reference is used once."""

    request_uri: str = field(repr=False)
    expires_in: float


def request(
    url: str,
    client: Client,
    method: str,
    parameters: Pairs,
    *,
    transport: Transport | None = None,
) -> Call:
    """Push what ``AuthorizationRequest.parameters`` returns (RFC 9126, 2.1).

    method: how the client authenticates, as at the token endpoint. Raises Fault(by=OPERATOR):
    ``config.reserved_argument`` for a ``request_uri`` or a client's proof among the parameters;
    the faults of ``form_call``. ValueError for the parameters of another client.
    """
    check_arguments(parameters, _NOT_PUSHED)
    if any(name == "client_id" and value != client.id for name, value in parameters):
        raise ValueError("these are the parameters of another client")
    form = tuple(pair for pair in parameters if pair[0] != "client_id")
    # RFC 9126, 2.1: client_id is a parameter of the request, also where the client
    # authenticates in a header; the methods of the form bring it themselves.
    if method == "client_secret_basic":
        form = (("client_id", client.id), *form)
    return form_call(url, form, client=client, method=method, purpose="par", transport=transport)


def read(reply: Reply) -> Pushed:
    """Read the reference (RFC 9126, 2.2): 201 and nothing else.

    Raises Fault(by=PROVIDER): ``provider.refused_our_credentials``, ``provider.bad_status``,
    ``provider.bad_answer``.
    """
    if reply.status != 201:
        raise _refusal(reply)
    answer = json_object(reply, what=_WHAT, statuses=(201,))
    reference, lifetime = answer.get("request_uri"), answer.get("expires_in")
    if (
        not isinstance(reference, str)
        or not 0 < len(reference) <= REFERENCE_LIMIT
        or any(not "!" <= char <= "~" for char in reference)
    ):
        raise _bad("request_uri is not a reference")
    if isinstance(lifetime, bool) or not isinstance(lifetime, int | float):
        raise _bad("expires_in is not a number")
    if not 0 < lifetime <= MAX_LIFETIME:
        raise _bad("expires_in is out of range")
    return Pushed(reference, float(lifetime))


def front_parameters(client_id: str, request_uri: str) -> Pairs:
    """Return what the browser carries then, and nothing else (RFC 9126, 4; RFC 9101, 5)."""
    return (("client_id", client_id), ("request_uri", request_uri))


def _refusal(reply: Reply) -> Fault:
    refused = reply.status in (401, 403)
    return bad_status(
        reply,
        what=_WHAT,
        code="provider.refused_our_credentials" if refused else "provider.bad_status",
        said=_error(reply),
    )


def _error(reply: Reply) -> str | None:
    """Return why it was refused (RFC 9126, 2.3), for the operator who has to mend it."""
    try:
        error = json_object(reply, what=_WHAT, statuses=(reply.status,)).get("error")
    except Fault:
        return None
    return error if isinstance(error, str) and _ERROR.fullmatch(error) else None


def _bad(cause: str) -> Fault:
    return bad_answer(_WHAT, cause)
