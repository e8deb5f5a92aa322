"""Reason codes of logins, sessions, id tokens and logouts: what happened, what to do."""

_AGAIN = "Open the page again and log in anew."
_PROVIDER = "Look at the application's settings at the identity provider."
_ID_TOKEN = "Log in again; if it comes again, look at the application's settings at the provider."
_LOGOUT = "Look at what the provider sends to the back-channel logout address."

_ANSWERS = {
    "authorization.denied": (
        "The identity provider did not let the login happen.",
        "Did the person decline, or may they not use this application? The provider's log says it.",
    ),
    "authorization.duplicate": ("The provider's answer holds something twice.", _AGAIN),
    "authorization.issuer": (
        "Another issuer answered than the one that was asked: a mix-up, or an attack.",
        "Check the issuer in the policy. Somebody may have tried to mix up two providers.",
    ),
    "authorization.issuer_missing": (
        "The provider's answer does not say who gave it, though its metadata promise that.",
        _PROVIDER,
    ),
    "authorization.jarm": (
        "The provider's signed answer (JARM) is not accepted.",
        "Look at how the provider signs its answers, or choose another response_mode.",
    ),
    "authorization.no_code": ("The provider's answer holds no code.", _PROVIDER),
    "authorization.no_state": (
        "The provider's answer does not say which login it belongs to.",
        "Open the page itself, not the callback address.",
    ),
    "callback.code_refused": (
        "The provider does not take the code back that it gave.",
        "Log in again. A code is good once and for seconds; was the page loaded twice?",
    ),
    "callback.no_id_token": (
        "The provider did not say who logged in: there is no id token.",
        "Ask for the scope openid in the policy.",
    ),
    "callback.other_browser": (
        "This login was not begun in this browser, or it is over.",
        "Begin where you want to arrive. Are cookies kept, and is the address the same?",
    ),
    "callback.reconfigured": ("The configuration changed during the login.", _AGAIN),
    "callback.repeated": ("This login is finished already.", _AGAIN),
    "callback.response_mode": (
        "The provider's answer came in another way than was asked for.",
        "Compare response_mode of the policy with the application at the provider.",
    ),
    "callback.state": ("The provider's answer belongs to another login.", _AGAIN),
    "callback.too_late": ("The login took too long.", _AGAIN),
    "callback.unknown_state": (
        "The provider's answer belongs to no login that was begun here.",
        _AGAIN,
    ),
    "callback.unreadable": ("What came from the provider cannot be read.", _AGAIN),
    "login.loop": (
        "The login came back again and again without a session.",
        "Does the browser keep cookies of this host? Is redirect_uri on the same host?",
    ),
}

_SESSIONS = {
    "refresh.refused": (
        "The provider did not give a new token for the one that ended.",
        "Log in again. The provider may have ended the login.",
    ),
    "session.forbidden": ("The session's owner may not be here, so it was ended.", _AGAIN),
    "session.revoked": ("The session was revoked.", _AGAIN),
    "session.superseded": ("Another request had just changed this session.", "Reload the page."),
    "session.token_expired": ("The session's token ended and could not be renewed.", _AGAIN),
    "session.too_large": (
        "The session does not fit into cookies.",
        "Set session_storage to redis in the policy.",
    ),
    "session.unsettled": ("The session is being changed by another request.", "Try again."),
}

_ID_TOKENS = {
    "id_token.at_hash": ("The id token belongs to another access token.", _ID_TOKEN),
    "id_token.audience": (
        "The id token is for another application.",
        "Compare client_id of the policy with the application at the provider.",
    ),
    "id_token.azp": ("The id token was issued to another application.", _ID_TOKEN),
    "id_token.c_hash": ("The id token belongs to another code.", _ID_TOKEN),
    "id_token.claim": ("The id token lacks a claim, or has one of the wrong form.", _ID_TOKEN),
    "id_token.domain": (
        "The person is not of an allowed domain.",
        "Log in with an account of an allowed domain, or add the domain to the policy.",
    ),
    "id_token.expired": ("The id token has expired.", "Compare the clocks, then log in again."),
    "id_token.issuer": (
        "The id token was not issued by the issuer that was asked.",
        "Configure the issuer exactly as the provider writes it.",
    ),
    "id_token.kind": ("What came is not an id token.", _ID_TOKEN),
    "id_token.nonce": ("The id token is not of the login that began here.", _AGAIN),
    "id_token.not_yet_valid": (
        "The id token is not valid yet.",
        "Compare the clocks of provider and gateway.",
    ),
    "id_token.other_login": ("The refreshed id token is of another login.", _AGAIN),
    "id_token.other_subject": (
        "The id token that came along is about somebody else.",
        "Send the id token that belongs to the access token, or none.",
    ),
    "id_token.subject": ("The id token does not say whose it is.", _ID_TOKEN),
    "id_token.too_old": (
        "The person logged in too long ago.",
        "Log in again, or raise max_age of the policy.",
    ),
}

_LOGOUTS = {
    "logout.cross_site": (
        "Another site asked for the logout, which only the site itself may.",
        "Link to the logout from a page of the same site.",
    ),
    "logout.done": ("The session was ended.", "Nothing: this is how a logout goes."),
    "logout.no_session": ("There was no session to end.", "Nothing."),
    "logout.unasked": ("Nobody has asked for this logout.", "Open the logout address itself."),
    "logout_token.audience": ("The provider's logout message is for another client.", _LOGOUT),
    "logout_token.claim": ("The provider's logout message lacks a claim.", _LOGOUT),
    "logout_token.event": ("The provider's message does not say that somebody left.", _LOGOUT),
    "logout_token.expired": ("The provider's logout message has expired.", _LOGOUT),
    "logout_token.issuer": ("The logout message is of another provider.", _LOGOUT),
    "logout_token.kind": ("What came is not a logout message.", _LOGOUT),
    "logout_token.missing": ("There is no logout message in the request.", _LOGOUT),
    "logout_token.nobody": ("The logout message does not say who logged out.", _LOGOUT),
    "logout_token.nonce": ("The logout message holds a nonce, as only id tokens do.", _LOGOUT),
    "logout_token.not_yet_valid": ("The logout message is not valid yet.", _LOGOUT),
    "logout_token.replayed": ("The logout message was used before.", "Nothing: it is done."),
    "logout_token.too_old": ("The logout message is too old.", _LOGOUT),
}

LOGINS = {**_ANSWERS, **_SESSIONS, **_ID_TOKENS, **_LOGOUTS}
"""What happened and what to do, by code."""
