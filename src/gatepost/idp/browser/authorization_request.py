"""The authorization request, read so strictly that nothing in it has two meanings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gatepost.idp import allowed
from gatepost.idp.asking import RefusedError
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.own_tokens import hinted
from gatepost.idp.redirect_uri import matches

MODES = ("query", "form_post", "jwt", "query.jwt", "form_post.jwt")
"""How an answer may travel; ``jwt`` is short for query.jwt (JARM, 2.3.4)."""

PROMPTS = ("none", "login", "consent", "select_account")

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # a SHA-256 digest in base64url (RFC 7636, 4.2)


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer to an authorization request goes, be it an error."""

    application: Application
    redirect_uri: str
    mode: str = "query"
    state: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What an application asks for. subject: who must sign in, where it knows."""

    target: Target
    scopes: tuple[str, ...]
    audience: str
    nonce: str | None = field(repr=False)
    challenge: str | None = field(repr=False)
    prompts: frozenset[str]
    max_age: int | None
    login_hint: str
    subject: str | None

    @property
    def application(self) -> Application:
        """Who asks."""
        return self.target.application


class DeniedError(Exception):
    """An error that the application is told, by a redirect (RFC 6749, 4.1.2.1)."""

    def __init__(self, target: Target, error: str, description: str) -> None:
        super().__init__(error)
        self.target = target
        self.error = error
        self.description = description


def read_request(
    world: World, parameters: Mapping[str, str], *, pushed: bool
) -> AuthorizationRequest:
    """Read the parameters of a request. pushed: they came by way of the PAR endpoint.

    Raises RefusedError where there is nowhere to send an answer, else DeniedError.
    """
    target = _target(world, parameters)
    seed = target.application.seed
    if seed.require_par and not pushed:
        raise DeniedError(target, "invalid_request", "push the request first (RFC 9126)")
    if "authorization_code" not in seed.grants:
        raise DeniedError(target, "unauthorized_client", "authorization_code is not allowed to it")
    if parameters.get("response_type") != "code":
        named = "response_type" in parameters
        error = "unsupported_response_type" if named else "invalid_request"
        raise DeniedError(target, error, "response_type is code")
    for name in ("request", "request_uri", "registration"):  # OpenID Connect Core 1.0, 3.1.2.6
        if name in parameters:
            raise DeniedError(target, f"{name}_not_supported", f"{name} is not taken")
    try:
        scopes = allowed.scopes(target.application, parameters.get("scope", ""))
        audience = allowed.audience(target.application, parameters.get("audience"))
    except RefusedError as refused:
        raise DeniedError(target, refused.error, refused.description) from None
    return AuthorizationRequest(
        target=target,
        scopes=tuple(scopes),
        audience=audience,
        nonce=parameters.get("nonce"),
        challenge=_challenge(target, parameters),
        prompts=_prompts(target, parameters.get("prompt", "")),
        max_age=_max_age(target, parameters.get("max_age")),
        login_hint=parameters.get("login_hint", ""),
        subject=_subject(world, target, parameters.get("id_token_hint")),
    )


def application_of(world: World, parameters: Mapping[str, str]) -> Application:
    """Return who asks; raise RefusedError for nobody that is known."""
    application = world.directory.applications.by_id.get(parameters.get("client_id", ""))
    if application is None or not application.life.active:
        raise RefusedError(400, "invalid_request", "client_id names no active application")
    return application


def _target(world: World, parameters: Mapping[str, str]) -> Target:
    """Return where answers go. Nobody is redirected anywhere before this (RFC 6749, 4.1.2.1)."""
    application = application_of(world, parameters)
    given = parameters.get("redirect_uri", "")
    if not any(matches(one, given) for one in application.seed.redirect_uris):
        raise RefusedError(
            400,
            "invalid_request",
            "redirect_uri is not registered for this application; it must be equal, letter by "
            "letter (but for the port of a loopback address)",
        )
    target = Target(application, given, "query", parameters.get("state"))
    mode = parameters.get("response_mode", "query")
    if mode not in MODES:
        raise DeniedError(target, "invalid_request", f"response_mode is one of {', '.join(MODES)}")
    mode = "query.jwt" if mode == "jwt" else mode
    return Target(application, given, mode, target.state)


def _challenge(target: Target, parameters: Mapping[str, str]) -> str | None:
    """Return the challenge of PKCE; only S256 is one (RFC 7636, 4.3; RFC 9700, 2.1.1)."""
    challenge = parameters.get("code_challenge")
    if challenge is None:
        if "code_challenge_method" in parameters:
            raise DeniedError(target, "invalid_request", "code_challenge is missing")
        if target.application.seed.require_pkce or target.application.seed.public:
            raise DeniedError(target, "invalid_request", "this application must use PKCE")
        return None
    # Without a method it would be plain.
    if parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise DeniedError(target, "invalid_request", "code_challenge_method is S256")
    return challenge


def _prompts(target: Target, text: str) -> frozenset[str]:
    """Return what the person must be asked (OpenID Connect Core 1.0, 3.1.2.1)."""
    prompts = frozenset(text.split(" ") if text else ())
    if not prompts <= set(PROMPTS):
        raise DeniedError(target, "invalid_request", f"prompt is of {', '.join(PROMPTS)}")
    if "none" in prompts and len(prompts) > 1:
        raise DeniedError(target, "invalid_request", "prompt none stands alone")
    return prompts


def _max_age(target: Target, text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise DeniedError(target, "invalid_request", "max_age is a number of seconds")
    return int(text)


def _subject(world: World, target: Target, hint: str | None) -> str | None:
    """Return whom an id_token_hint means (3.1.2.1)."""
    if hint is None:
        return None
    claims = hinted(world, hint)
    if claims is None:
        raise DeniedError(target, "invalid_request", "id_token_hint is not an ID token from here")
    return str(claims["sub"])
