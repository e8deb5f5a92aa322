"""Reason codes of identity providers and stores that do not work: what happened, what to do."""

_REACH = "Is its address right in the policy, and can the node reach it? Data planes says more."
_ANSWER = "Test the provider on the policy's page, and look at the provider's log."

PROVIDERS = {
    "provider.bad_answer": (
        "The identity provider gave an answer that cannot be used.",
        _ANSWER,
    ),
    "provider.bad_keys": ("The identity provider's key document cannot be used.", _ANSWER),
    "provider.bad_metadata": (
        "Something in the identity provider's discovery document cannot be used.",
        _ANSWER,
    ),
    "provider.bad_status": (
        "The identity provider answered with an error.",
        "Look at the provider's log at this moment; it may be overloaded or being changed.",
    ),
    "provider.issuer_mismatch": (
        "The discovery document names another issuer than the policy.",
        "Write the issuer exactly as the provider does, down to the last slash.",
    ),
    "provider.malformed": ("The identity provider's answer could not be read.", _ANSWER),
    "provider.no_endpoint": (
        "The identity provider does not name an endpoint that is needed.",
        "Configure the endpoint in the policy, or use another method.",
    ),
    "provider.no_keys": ("There are no keys to verify tokens with.", _ANSWER),
    "provider.no_usable_keys": ("The provider published no key that can be used.", _ANSWER),
    "provider.refused_our_credentials": (
        "The identity provider does not accept the gateway's own client id and secret.",
        "Check client_id, client_secret and client_auth of the policy.",
    ),
    "provider.timeout": (
        "The identity provider did not answer in time.",
        "Look at how it does; timeout of the policy says how long it is waited for.",
    ),
    "provider.tls": (
        "The identity provider's certificate was not accepted.",
        "Has it expired, is it for that name, and is its authority known to the node?",
    ),
    "provider.too_large": ("The identity provider's answer is too large.", _ANSWER),
    "provider.unknown_key": (
        "The provider signed its answer with a key that it has not published.",
        _ANSWER,
    ),
    "provider.unreachable": ("The identity provider could not be reached.", _REACH),
    "provider.untimely_token": (
        "The identity provider granted a token that is not valid now.",
        "Compare the clocks of provider and gateway.",
    ),
    "errand.foreign": (
        "What lies in the shared Redis was not written by this gateway.",
        "Do all nodes have the same secret, and nobody else that Redis?",
    ),
    "errand.nobody": (
        "This would spend something that can be used once, which is not done here.",
        "Nothing: this is so where a request is only explained.",
    ),
    "errand.waited": (
        "Another node does not get done with a call that must be made once.",
        "Send the request again.",
    ),
    "store.none": ("The session lives in a Redis, and there is none here.", "Name a Redis."),
    "store.read_only": (
        "This would write a session, which is not done where a request is only explained.",
        "Nothing: send the request itself to see it happen.",
    ),
    "store.unreachable": (
        "The Redis that keeps sessions cannot be reached.",
        "Look whether it runs, and whether the node reaches it.",
    ),
}
"""What happened and what to do, by code."""
