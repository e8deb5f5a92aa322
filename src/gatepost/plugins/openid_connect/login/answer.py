"""Which requests are answers to a login of ours, and what they say.

Told by the path of a configured redirect URI, or by a state that we wrote. Without a redirect URI
any page may get the answer, and an application's own ``state`` and ``code`` must stay its own.
"""

from dataclasses import dataclass, field
from typing import Final, final
from urllib.parse import parse_qsl, urlsplit

from gatepost.oidc import parse
from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import looks_like_jwt
from gatepost.plugins.openid_connect.login.flow import Flows
from gatepost.plugins.openid_connect.login.place import own_path
from gatepost.values import By, Fault

_FORM: Final = "application/x-www-form-urlencoded"
_LARGEST: Final = 65_536
_SPEAKS: Final = frozenset({"code", "error", "response", "state"})


@final
@dataclass(frozen=True, slots=True)
class Brought:
    """What a browser brought. name: of the login that it answers, None for none of ours.

    posted: in a body, not in the address.
    """

    parameters: tuple[tuple[str, str], ...] = field(repr=False)
    name: str | None
    posted: bool


@final
class Answers:
    """Recognises the answers to the logins of one configuration."""

    def __init__(self, config: OpenIdConnectConfig, flows: Flows) -> None:
        self._flows = flows
        self._posts = config.response_mode.startswith("form_post")
        self._signed = config.response_mode.endswith("jwt")
        self._paths = tuple(
            dict.fromkeys(urlsplit(uri).path or "/" for uri in config.redirect_uri or ())
        )

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``find`` reads from the key of a request."""
        found = [bit("query", "state"), bit("query", "response")]
        found += [bit("path-suffix", path) for path in self._paths]
        if self._posts:
            found.append(bit("body"))
            found.append(bit("cookie-prefix", self._flows.prefix))
        return tuple(found)

    def find(self, request: Request) -> Brought | None:
        """Return what a browser brought, or None when it brings no answer to a login.

        Raises Fault(by=CLIENT), code ``callback.unreadable``, for a form or a query that is none.
        """
        here = self._here(request)
        if self._posts and request.bit("body"):
            begun = here or request.bit("cookie-prefix", self._flows.prefix)
            return self._posted(request, here=here) if begun else None
        named = any(request.bit("query", name) for name in ("state", "response"))
        # An error without a state is one of the provider's too, if it comes where we asked.
        if not named and not (here and (request.query("error") or request.query("code"))):
            return None
        pairs = _pairs(request.args() or "", here=here)
        return None if pairs is None else self._brought(pairs, here=here, posted=False)

    def _here(self, request: Request) -> bool:
        suffixes = [path for path in self._paths if request.bit("path-suffix", path)]
        return bool(suffixes) and own_path(request) in suffixes

    def _posted(self, request: Request, *, here: bool) -> Brought | None:
        body = request.body()
        if request.content_type() != _FORM or len(body) > _LARGEST:
            return None
        pairs = _pairs(body.decode("latin-1"), here=here)
        return None if pairs is None else self._brought(pairs, here=here, posted=True)

    def _brought(
        self, pairs: tuple[tuple[str, str], ...], *, here: bool, posted: bool
    ) -> Brought | None:
        name = None
        for state in self._states(pairs):
            name = self._flows.named(state)
            if name is not None:
                break
        if name is None and (not here or not any(key in _SPEAKS for key, _ in pairs)):
            return None
        return Brought(pairs, name, posted)

    def _states(self, pairs: tuple[tuple[str, str], ...]) -> list[str]:
        """Return every state that is named; of a signed answer before its signature is checked."""
        found = [value for key, value in pairs if key == "state"]
        for key, value in pairs:
            if key != "response" or not looks_like_jwt(value):
                continue
            try:
                state = parse(value, repeats=True).payload.get("state")
            except Fault:
                continue
            if isinstance(state, str):
                found.append(state)
        return found


def _pairs(text: str, *, here: bool) -> tuple[tuple[str, str], ...] | None:
    """Return what a query or a form holds; None where it is none, and need not be an answer.

    Raises Fault(by=CLIENT), code ``callback.unreadable``, where answers are expected.
    """
    try:
        if not text.isascii():
            raise ValueError("what is not ASCII must be encoded")
        return tuple(
            parse_qsl(
                text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=500
            )
        )
    except ValueError:
        if not here:
            return None
        raise Fault(
            "callback.unreadable", "What came from the provider cannot be read.", by=By.CLIENT
        ) from None
