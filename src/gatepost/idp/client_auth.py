"""Who calls: client authentication by header or form (RFC 6749, 2.3.1)."""

import base64
import binascii
import functools
from urllib.parse import unquote_plus

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.directory import Application, Directory
from gatepost.values import Secret

_CHALLENGE = (("www-authenticate", 'Basic realm="gatepost development provider"'),)


def authenticate(
    asking: Asking, form: dict[str, str], directory: Directory, *, public: bool = False
) -> Application:
    """Return the application that proved its secret.

    public: whether an application that has none may just say its name (RFC 6749, 3.2.1).
    Raises RefusedError: 401 ``invalid_client`` (also when it is deactivated), or 400
    ``invalid_request`` when credentials come twice.
    """
    header = asking.header(b"authorization")
    if header is None:
        method = "client_secret_post" if "client_secret" in form else "none"
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
    else:
        if "client_secret" in form:
            raise RefusedError(400, "invalid_request", "client credentials in header and form")
        method = "client_secret_basic"
        name, secret = _basic(header)
        if form.get("client_id", name) != name:
            raise RefusedError(400, "invalid_request", "two different client ids")
    application = directory.applications.by_id.get(name)
    # Compared also where there is no such application, so that both take the same time.
    expected = application.secret if application else Secret("\x00")
    if Secret(secret) != expected or application is None or not application.life.active:
        raise _refused("wrong client credentials, or a deactivated application")
    wanted = application.seed.client_auth
    if wanted not in ("any", method):
        raise _refused(f"this application must authenticate with {wanted}")
    if application.seed.public and not public:
        raise _refused("this endpoint is for applications with a secret")
    return application


@functools.lru_cache(maxsize=256)  # a gateway sends the same header each time
def _basic(header: str) -> tuple[str, str]:
    """Read the header; id and secret are form-encoded inside (RFC 6749, 2.3.1)."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        raise _refused("use Basic")
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise _refused("the Basic credentials cannot be read") from None
    if not colon:
        raise _refused("the Basic credentials cannot be read")
    return unquote_plus(name), unquote_plus(secret)


def _refused(description: str) -> RefusedError:
    return RefusedError(401, "invalid_client", description, headers=_CHALLENGE)
