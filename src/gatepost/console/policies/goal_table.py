"""What people want of ``openid-connect``, as a table: ways, questions and strictnesses.

A *way* is how callers prove who they are. Several may be accepted, so that ways are chosen one by
one. Beside them stand questions, each of which is one field, and named strictnesses, each of which
is a few fields with the stricter value. See ``goals`` for the way from there to fields and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PLUGIN = "openid-connect"

Part = Literal["provider", "access", "upstream", "login"]


@dataclass(frozen=True, slots=True)
class Way:
    """How callers prove who they are. methods: Kong's names for it."""

    name: str
    title: str
    words: str
    methods: tuple[str, ...]
    icon: str


WAYS = (
    Way(
        "applications",
        "Let applications in with client credentials",
        "An application sends its client id and secret with each request. Gatepost trades them for "
        "a token at your identity provider. The simplest for programs that cannot get tokens.",
        ("client_credentials",),
        "smart_toy",
    ),
    Way(
        "tokens",
        "Check tokens (JWT) that applications bring",
        "An application gets a token at your identity provider and sends it along. Gatepost checks "
        "its signature, its end and for whom it is, without asking anybody. The usual choice.",
        ("bearer",),
        "verified_user",
    ),
    Way(
        "introspection",
        "Check tokens by introspection",
        "Gatepost asks your identity provider whether a token still counts. For tokens that only "
        "the provider can read, and where a token that was taken back must end soon.",
        ("introspection",),
        "contact_support",
    ),
    Way(
        "people",
        "Let people log in with a browser",
        "Whoever opens a page is sent to your identity provider, logs in there, and comes back. "
        "For web pages; the browser then keeps a session cookie.",
        ("authorization_code", "session"),
        "login",
    ),
)
BY_NAME: Mapping[str, Way] = {one.name: one for one in WAYS}
ALL_METHODS = frozenset(
    {name for way in WAYS for name in way.methods}
    | {"kong_oauth2", "password", "refresh_token", "userinfo"}
)
"""Kong's default: all of them, which means that nobody chose."""


@dataclass(frozen=True, slots=True)
class Question:
    """One field that somebody who begins has to know about.

    kind: as of a form's Field. ways: for which it is asked; empty for all. single: the field is a
    list, and one entry is asked for. needed: for these ways nothing works without it.
    """

    path: str
    part: Part
    label: str
    help: str
    kind: Literal["text", "secret", "words", "number", "choice"] = "text"
    ways: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    single: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    placeholder: str = ""


_LIST = "Press Enter after each. One of them is enough; words in one entry must all be there."
QUESTIONS = (
    Question(
        "issuer",
        "provider",
        "Issuer",
        "The address of your identity provider, as its documentation calls it. Everything else is "
        "read from there.",
        needed=tuple(BY_NAME),
        placeholder="https://login.example/oauth2/default",
    ),
    Question(
        "client_id",
        "provider",
        "Client ID of the gateway",
        "The provider knows Gatepost itself by this; it is made where you register an application.",
        ways=("introspection", "people"),
        needed=("introspection", "people"),
        single=True,
    ),
    Question(
        "client_secret",
        "provider",
        "Client secret of the gateway",
        "Comes with the client ID. {vault://env/NAME} reads it from a node's environment instead.",
        kind="secret",
        ways=("introspection", "people"),
        single=True,
    ),
    Question(
        "scopes",
        "provider",
        "Scopes to ask for",
        "What a token that Gatepost gets shall allow. openid is needed where people log in.",
        kind="words",
        ways=("applications", "people"),
    ),
    Question(
        "redirect_uri",
        "login",
        "Redirect URI",
        "Where the provider sends the browser back to. Register it there. Empty: the page that "
        "was opened, which a provider only allows where each page is registered.",
        ways=("people",),
        single=True,
        placeholder="https://app.example/callback",
    ),
    Question(
        "session_secret",
        "login",
        "Session secret",
        "Seals the cookies of sessions. Nodes with the same secret take each other's sessions; "
        "without one, a session ends with the node that made it.",
        kind="secret",
        ways=("people",),
    ),
    Question(
        "session_idling_timeout",
        "login",
        "Log out after being idle (seconds)",
        "How long somebody may do nothing. 900 is a quarter of an hour.",
        kind="number",
        ways=("people",),
    ),
    Question(
        "session_absolute_timeout",
        "login",
        "Log out after (seconds)",
        "How long a login lasts in all, whatever is done. 86400 is a day.",
        kind="number",
        ways=("people",),
    ),
    Question(
        "session_storage",
        "login",
        "Where sessions are kept",
        "In the cookie itself, or in a Redis that all nodes share (its address: everything else, "
        "Redis).",
        kind="choice",
        ways=("people",),
        options={"cookie": "in the cookie", "redis": "in a Redis"},
    ),
    Question(
        "logout_uri_suffix",
        "login",
        "Path that logs out",
        "A request whose path ends so ends the session (POST or DELETE).",
        ways=("people",),
        placeholder="/logout",
    ),
    Question(
        "audience_required",
        "access",
        "Audience",
        f"For which API a token must have been issued (claim aud). {_LIST}",
        kind="words",
    ),
    Question(
        "scopes_required",
        "access",
        "Scopes",
        f"What a token must allow (claim scope). {_LIST}",
        kind="words",
    ),
    Question(
        "groups_required",
        "access",
        "Groups",
        f"In which group the caller must be. {_LIST}",
        kind="words",
    ),
    Question(
        "groups_claim",
        "access",
        "Claim that holds the groups",
        "Most providers call it groups. Several entries lead inwards, name by name.",
        kind="words",
    ),
)


@dataclass(frozen=True, slots=True)
class Strictness:
    """A named option that is stricter than Kong's defaults. fields: what it sets.

    proposed: it is on in what is proposed to somebody who chooses one of its ways.
    """

    name: str
    title: str
    why: str
    fields: Mapping[str, Any]
    ways: tuple[str, ...]
    proposed: bool = True


STRICTNESSES = (
    Strictness(
        "header_only",
        "Take tokens from the Authorization header only",
        "In an address or a form they end up in logs and histories.",
        {"bearer_token_param_type": ["header"]},
        ("tokens", "introspection"),
    ),
    Strictness(
        "secret_in_header",
        "Take client secrets from the Authorization header only",
        "In an address or a form they end up in logs and histories.",
        {"client_credentials_param_type": ["header"]},
        ("applications",),
    ),
    Strictness(
        "leeway",
        "Forgive clocks five seconds, no more",
        "Without any, a token is refused when the provider's clock is a little ahead.",
        {"leeway": 5},
        ("tokens", "people", "applications"),
    ),
    Strictness(
        "pkce",
        "Demand PKCE of every login",
        "A code that somebody intercepts is then worth nothing. Every current provider knows it.",
        {"require_proof_key_for_code_exchange": True},
        ("people",),
    ),
    Strictness(
        "access_tokens_only",
        "Take only what RFC 9068 calls an access token",
        "An id token is then never taken for one. Not every provider writes such tokens (typ "
        "at+jwt): test yours before.",
        {"strict_access_tokens": True},
        ("tokens",),
        proposed=False,
    ),
    Strictness(
        "ask_too",
        "Ask the provider about each JWT as well",
        "A token that was taken back then ends soon, not only when its time is over. Needs the "
        "client ID and secret of the gateway.",
        {"introspect_jwt_tokens": True},
        ("tokens",),
        proposed=False,
    ),
    Strictness(
        "keep_the_token",
        "Keep the token from the upstream",
        "An upstream that only wants to know who calls need not get a token that it could use.",
        {"upstream_access_token_header": None},
        tuple(BY_NAME),
        proposed=False,
    ),
)
