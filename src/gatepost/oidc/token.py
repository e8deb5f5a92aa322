"""The token endpoint: a client trades something it holds for tokens (RFC 6749, 3.2 and 4 to 6).

Each grant is a function that builds the call; ``read`` reads what any of them is answered.
"""

from collections.abc import Sequence

from gatepost.oidc.client import Client
from gatepost.oidc.client_auth import Pairs
from gatepost.oidc.extras import NOTHING, Extra, check_arguments
from gatepost.oidc.form_call import form_call
from gatepost.oidc.token_answer import GrantRefused, Tokens, read
from gatepost.values import Call, Secret, Transport

__all__ = [
    "GrantRefused",
    "Tokens",
    "authorization_code",
    "client_credentials",
    "password",
    "read",
    "refresh",
]


def client_credentials(
    url: str,
    client: Client,
    method: str,
    *,
    scopes: Sequence[str] = (),
    audience: Sequence[str] = (),
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Ask for a token in the client's own name (RFC 6749, 4.4).

    An extra argument ``scope`` or ``audience`` takes the place of the configured ones. A client
    without authentication cannot use this grant, so ``none`` becomes ``client_secret_post``.
    Raises the faults of ``form_call``.
    """
    form = (("grant_type", "client_credentials"), *_asked(scopes, audience, extra))
    proof = "client_secret_post" if method == "none" else method
    return _call(url, form, client, proof, extra, transport)


def authorization_code(
    url: str,
    client: Client,
    method: str,
    *,
    code: Secret,
    redirect_uri: str,
    verifier: str | None,
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Trade a code for tokens (RFC 6749, 4.1.3).

    redirect_uri: the identical text that the authorization request held. verifier: of the
    challenge in that request (RFC 7636, 4.5); None where there was none. A public client's
    ``none`` stays ``none``. Raises the faults of ``form_call``.
    """
    check_arguments(extra.args, ("code_verifier",))  # also where this login has none
    form = [
        ("grant_type", "authorization_code"),
        ("code", code.reveal()),
        ("redirect_uri", redirect_uri),
    ]
    if verifier is not None:
        form.append(("code_verifier", verifier))
    return _call(url, tuple(form), client, method, extra, transport)


def refresh(
    url: str,
    client: Client,
    method: str,
    *,
    refresh_token: Secret,
    scopes: Sequence[str] = (),
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Trade a refresh token for new tokens (RFC 6749, 6).

    scopes: empty keeps what was granted. An extra argument ``scope`` takes their place. The
    answer may hold another refresh token; the old one is then dead. Raises the faults of
    ``form_call``.
    """
    form = (
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.reveal()),
        *_asked(scopes, (), extra),
    )
    return _call(url, form, client, method, extra, transport)


def password(
    url: str,
    client: Client,
    method: str,
    *,
    username: str,
    password: Secret,
    scopes: Sequence[str] = (),
    audience: Sequence[str] = (),
    extra: Extra = NOTHING,
    transport: Transport | None = None,
) -> Call:
    """Trade a user's name and password for tokens (RFC 6749, 4.3).

    Kong offers it; RFC 9700, 2.4 says that nobody should. An extra argument ``scope`` or
    ``audience`` takes the place of the configured ones. Raises the faults of ``form_call``.
    """
    form = (
        ("grant_type", "password"),
        ("username", username),
        ("password", password.reveal()),
        *_asked(scopes, audience, extra),
    )
    return _call(url, form, client, method, extra, transport)


def _asked(scopes: Sequence[str], audience: Sequence[str], extra: Extra) -> Pairs:
    named = {name for name, _ in extra.args}
    scope = (("scope", " ".join(scopes)),) if scopes and "scope" not in named else ()
    if "audience" in named:
        return scope
    return (*scope, *(("audience", value) for value in audience))


def _call(
    url: str,
    form: Pairs,
    client: Client,
    method: str,
    extra: Extra,
    transport: Transport | None,
) -> Call:
    return form_call(
        url,
        form,
        client=client,
        method=method,
        purpose="token",
        extra=extra,
        transport=transport,
    )
