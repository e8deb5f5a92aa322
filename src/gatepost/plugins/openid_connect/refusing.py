"""How somebody is refused: a challenge for a program, a page for a person, or a redirect."""

from typing import final

from gatepost.oidc import Client
from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.decision import Refusal
from gatepost.plugin.plugin import Failure, unavailable
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.challenge import Challenger
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.login.place import own_target
from gatepost.plugins.openid_connect.pages import Page, render
from gatepost.plugins.openid_connect.session import Lookup
from gatepost.plugins.openid_connect.session.cookies import as_headers
from gatepost.values import Headers, Reply

_HELP = "Whoever runs this gateway finds the cause by the code and the request."


@final
class Refusing:
    """Applies the fields of ``ErrorFields``, and ``unauthorized_destroy_session``."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        clients: Clients,
        challenger: Challenger,
        lookup: Lookup | None,
    ) -> None:
        self._config = config
        self._clients = clients
        self._challenger = challenger
        self._lookup = lookup
        # Pages are for configurations that know people; an API's clients get what they always got.
        self._people = any(name in config.methods for name in ("authorization_code", "session"))

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What decides between a page and a message."""
        return (bit("navigation"),) if self._people else ()

    def unauthorized(self, failure: Failure, request: Request) -> Refusal | Reply:
        """Answer 401."""
        code = failure.code
        bad_token = code.startswith(("token.", "id_token.")) or code == "credential.revoked"
        challenges = self._challenger.unauthorized(bad_token=bad_token)
        cookies: tuple[str, ...] = ()
        if self._lookup is not None and self._config.unauthorized_destroy_session:
            cookies = self._dead(request)
        return self._answer(failure, request, challenges, cookies)

    def forbidden(
        self,
        failure: Failure,
        request: Request,
        *,
        scope: str | None = None,
        cookies: tuple[str, ...] = (),
    ) -> Refusal | Reply:
        """Answer 403. scope: what would do. cookies: Set-Cookie lines that go with it."""
        return self._answer(failure, request, self._challenger.insufficient(scope), cookies)

    def unavailable(self, failure: Failure, request: Request) -> Refusal | Reply:
        """Answer 503."""
        uri = self._instead(503, request)
        if uri is not None:
            return _redirect(uri)
        plain = unavailable(failure)
        if not self._person(request):
            return plain
        text = (
            "Something that is needed to let you in does not answer.",
            "Reload this page in a moment. Nothing is lost.",
            _HELP,
        )
        page = Page(503, failure.code, "Not available at present", text)
        return render(page, request, headers=(("Retry-After", str(plain.retry_after)),))

    def _answer(
        self,
        failure: Failure,
        request: Request,
        challenges: tuple[str, ...],
        cookies: tuple[str, ...],
    ) -> Refusal | Reply:
        config, status = self._config, failure.status
        headers = as_headers(cookies)
        uri = self._instead(status, request)
        if uri is not None:
            return _redirect(uri, headers)
        unauthorized = status == 401
        message = (
            config.unauthorized_error_message if unauthorized else config.forbidden_error_message
        )
        if config.display_errors:
            message = failure.reason
        if not self._person(request):
            return Refusal(status, failure.code, message, challenges, headers)
        # A browser would ask for the password that Basic means with a box of its own.
        shown = tuple(("WWW-Authenticate", one) for one in challenges if one.startswith("Bearer"))
        page = self._unauthorized(failure, message, request)
        if not unauthorized:
            text = (*_said(message, "Forbidden"), _FORBIDDEN, _HELP)
            page = Page(403, failure.code, "You may not open this page", text)
        return render(page, request, headers=(*shown, *headers))

    def _unauthorized(self, failure: Failure, message: str, request: Request) -> Page:
        text = [*_said(message, "Unauthorized"), "This page is for people who are logged in."]
        link = None
        begins = "authorization_code" in self._config.methods and not self._config.anonymous
        if begins and request.method() != "GET":
            text.append("What you sent was not taken. Log in, and send it again.")
            link = own_target(request, query=self._config.preserve_query_args)
        return Page(
            401,
            failure.code,
            "You are not logged in",
            (*text, _HELP),
            link=link,
            link_text="Log in",
        )

    def _person(self, request: Request) -> bool:
        return self._people and request.bit("navigation")

    def _dead(self, request: Request) -> tuple[str, ...]:
        """Return the lines that delete session cookies which do not count."""
        if self._lookup is None:
            return ()
        look = self._lookup.seen(request)
        return self._lookup.keeper.clear(request) if look is not None and look.why else ()

    def _instead(self, status: int, request: Request) -> str | None:
        """Return the configured address to redirect to, of the request's client."""
        config = self._config
        uris = {
            401: config.unauthorized_redirect_uri,
            403: config.forbidden_redirect_uri,
            503: config.unexpected_redirect_uri,
        }[status]
        if not uris:
            return None
        return self._clients.entry(uris, self._clients.chosen(request) or Client(""))


_FORBIDDEN = "You are logged in, but what your account may do does not include this."


def _said(message: str, usual: str) -> tuple[str, ...]:
    """Return what an operator wants to be said; the usual word says nothing to a person."""
    return () if message == usual else (message if message[-1:] in ".!?" else f"{message}.",)


def _redirect(uri: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    return Reply(302, Headers([("Location", uri), ("Cache-Control", "no-store"), *headers]))
