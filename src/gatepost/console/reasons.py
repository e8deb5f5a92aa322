"""What a reason code means: what happened, and what to do about it, for somebody new to it."""

from typing import NamedTuple

from gatepost.console.reasons_of_logins import LOGINS
from gatepost.console.reasons_of_providers import PROVIDERS


class Reason(NamedTuple):
    """happened: one sentence about the request. do: what helps."""

    happened: str
    do: str


_TOKENS = {
    "token.algorithm": (
        "The token is not signed, or in a way that is not accepted here.",
        "Let the provider sign tokens with RS256, ES256 or another public-key algorithm.",
    ),
    "token.audience": (
        "The token is for somebody else: its audience (aud) is not the one that is wanted.",
        "Ask the provider for a token for this API, or change the audience in the policy.",
    ),
    "token.claim": (
        "A claim that every token needs is missing from the token, or has the wrong form.",
        "Look at the token (Try it decodes it) and at the provider's claims for this application.",
    ),
    "token.claim_too_large": (
        "A claim that is to be sent as a header is too large for one.",
        "Send a smaller claim upstream: change upstream_headers_claims of the policy.",
    ),
    "token.claim_unsendable": (
        "A claim holds characters that no header can hold.",
        "Send another claim upstream, or let the provider write it in plain text.",
    ),
    "token.domain": (
        "The token belongs to somebody outside the allowed domains (hd).",
        "Log in with an account of an allowed domain, or add the domain to the policy.",
    ),
    "token.expired": (
        "The token has expired.",
        "Get a new token. If it is new, compare the clocks of provider and gateway.",
    ),
    "token.inactive": (
        "The identity provider says that this token is not active: expired, revoked, or not its.",
        "Get a new token. If it is new: is it of this provider, and is its application active?",
    ),
    "token.issuer": (
        "Another issuer made the token than the ones that are accepted here.",
        "Get the token from the issuer of the policy, or add its issuer to issuers_allowed.",
    ),
    "token.kind": (
        "This is a token, but not an access token (an id token, say).",
        "Send the access token that the provider gave beside it.",
    ),
    "token.malformed": (
        "What was sent as a token is none that can be read here.",
        "Send the whole token, unchanged. An opaque token needs the method introspection.",
    ),
    "token.not_yet_valid": (
        "The token is not valid yet (nbf or iat lies in the future).",
        "Compare the clocks of provider and gateway, or allow some seconds of leeway.",
    ),
    "token.proof_missing": (
        "The token is bound to a key, and no proof of that key came with it.",
        "Send tokens that are not bound to a key (DPoP, mutual TLS) to this route.",
    ),
    "token.session": (
        "The token does not belong to the session of the cookie that came with it.",
        "Send either the token or the cookie.",
    ),
    "token.signature": (
        "The token's signature is not valid: it was changed, or not signed by the provider.",
        "Send the token just as the provider gave it. Never edit a token by hand.",
    ),
    "token.too_old": (
        "Whoever the token is about logged in too long ago.",
        "Log in again, or raise max_age of the policy.",
    ),
    "token.unknown_key": (
        "The token is signed with a key that the issuer has not published.",
        "Is it a token of this issuer? After a key change, look at the issuer's jwks_uri.",
    ),
    "token.unsupported": (
        "The identity provider does not introspect tokens of this kind.",
        "Send an access token, or let the policy take JWTs (method bearer).",
    ),
    "token.userinfo_refused": (
        "The identity provider did not accept the token at its userinfo endpoint.",
        "Ask for the scope openid when the token is made, or turn userinfo off.",
    ),
    "userinfo.subject": (
        "What the provider said at userinfo is about somebody else than the token.",
        "This must not happen. Report it to whoever runs the identity provider.",
    ),
}

_CREDENTIALS = {
    "credential.absent": (
        "No credential was sent: no token, password or session that this route takes.",
        "Send one, such as Authorization: Bearer TOKEN, or open the page in a browser to log in.",
    ),
    "credential.malformed": (
        "The credential is there, but its form is wrong.",
        "Check the Authorization header: Bearer TOKEN, or Basic with base64 of name:secret.",
    ),
    "credential.not_removable": (
        "The credential came in a body that it cannot be taken out of.",
        "Send it in the Authorization header.",
    ),
    "credential.refused": (
        "The identity provider did not accept the client id and secret, or what was asked for.",
        "Check id and secret, whether the application is active, and its grants and scopes.",
    ),
    "credential.revoked": (
        "The credential was revoked.",
        "Get a new one. The audit log says who revoked it.",
    ),
    "errand.spent": (
        "This can be used once, and was used before.",
        "Begin anew: log in again, or get a new refresh token.",
    ),
}

_ACCESS = {
    "anonymous.unknown": (
        "Nobody was authenticated, and the consumer that should stand in does not exist.",
        "Make that consumer, or correct anonymous in the policy.",
    ),
    "audience.missing": (
        "The token is good, but is not for an audience that this route wants.",
        "Ask for a token with that audience, or change audience_required of the policy.",
    ),
    "claim.unsafe": (
        "A claim that is to be sent upstream cannot be sent as a header.",
        "Choose another claim in the policy, or change it at the provider.",
    ),
    "claims.forbidden": (
        "The token has a claim that this route forbids.",
        "Use another token, or change claims_forbidden of the policy.",
    ),
    "consumer.unknown": (
        "The token is good, but no consumer here stands for whoever it is about.",
        "Make a consumer with that name (or custom_id), or set consumer_optional.",
    ),
    "groups.missing": (
        "Whoever calls is known, but in none of the groups that this route wants.",
        "Put them into a group at the provider, or change groups_required of the policy.",
    ),
    "roles.missing": (
        "Whoever calls is known, but has none of the roles that this route wants.",
        "Give them a role at the provider, or change roles_required of the policy.",
    ),
    "scopes.missing": (
        "The token is good, but lacks a scope that this route wants.",
        "Ask for the scope when getting the token, or change scopes_required of the policy.",
    ),
}

_REQUESTS = {
    "request.ambiguous": (
        "A header, argument or cookie that decides came twice, so that it means nothing.",
        "Send it once.",
    ),
    "request.bad_header": (
        "A header that is copied to the identity provider holds control characters.",
        "Send it without them, or do not copy that header (the policy names it).",
    ),
    "request.bad_host": (
        "The Host header is not the name of a host.",
        "Send the gateway's name as Host.",
    ),
    "request.oversize": (
        "What decides about this request is too large.",
        "Send fewer or smaller cookies and headers.",
    ),
}

_OURS = {
    "authorizer.error": (
        "The gateway made a mistake while it decided, and so let nobody through.",
        "Look at the node's log at this moment, and report it.",
    ),
    "authorizer.malformed": (
        "Two parts of the gateway did not understand one another.",
        "Restart the node; report it if it comes again.",
    ),
    "authorizer.timeout": (
        "The decision took longer than it may: mostly the provider was slow.",
        "Look at how long the provider's answers take; timeout of the policy bounds them.",
    ),
    "authorizer.unknown_plan": (
        "The configuration had just changed and one part of the node did not have it yet.",
        "Send the request again.",
    ),
    "authorizer.unsettled": (
        "What the decision rests on changed again and again while it was made.",
        "Send the request again.",
    ),
    "plugin.reserved_header": (
        "A plugin wanted to set a header that belongs to the gateway.",
        "Choose another name for the header in the policy.",
    ),
    "process.refused": (
        "Two processes of the node did not understand one another.",
        "Restart the node; report it if it comes again.",
    ),
    "process.silent": ("A process of the node does not answer.", "Look at the node's log."),
    "revocation.nobody": (
        "Something would have to be revoked, which cannot be done from here.",
        "Nothing: this is so where a request is only explained.",
    ),
}

_EVERY = {
    code: Reason(*words)
    for table in (_TOKENS, _CREDENTIALS, _ACCESS, _REQUESTS, _OURS, LOGINS, PROVIDERS)
    for code, words in table.items()
}

_FAMILIES = {
    "token": "The token was not accepted.",
    "id_token": "The id token that the provider gave was not accepted.",
    "credential": "The credential was not accepted.",
    "provider": "The identity provider could not be used.",
    "session": "The session does not count.",
    "login": "The login did not work.",
    "callback": "The login could not be finished.",
    "store": "The store of sessions could not be used.",
}


def codes() -> list[str]:
    """Return every code that has words, sorted."""
    return sorted(_EVERY)


def known(code: str | None) -> bool:
    """Say whether a code has words of its own."""
    return code in _EVERY


def reason(code: str) -> Reason:
    """Return what a code means; of one that is not known, what its family does."""
    found = _EVERY.get(code)
    if found is not None:
        return found
    happened = _FAMILIES.get(code.partition(".")[0], "The gateway refused the request.")
    return Reason(happened, "The reference of errors (docs/reference/errors.md) lists every code.")
