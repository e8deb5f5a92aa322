"""The keys endpoint: what an issuer signs with (RFC 7517, 5)."""

from gatepost.oidc.answer import DOCUMENT_TYPES, json_object
from gatepost.oidc.key_set import KeySet
from gatepost.values import By, Call, Fault, Headers, Reply, Transport


def request(
    url: str, *, headers: Headers | None = None, transport: Transport | None = None
) -> Call:
    """Ask for the keys; url: ``jwks_uri`` of the provider, or an extra one."""
    fields = Headers([("accept", "application/jwk-set+json, application/json"), *(headers or ())])
    return Call("GET", url, fields, purpose="jwks", transport=transport or Transport())


def read(reply: Reply, issuer: str) -> KeySet:
    """Read the keys; the set's notes name those that were left out.

    Raises Fault(by=PROVIDER): ``provider.bad_status``, ``provider.bad_answer``,
    ``provider.bad_keys``, or ``provider.no_usable_keys`` so that a caller keeps its last good set.
    """
    keys = KeySet.read(json_object(reply, what="keys", types=DOCUMENT_TYPES), issuer)
    if not keys.keys:
        raise Fault(
            "provider.no_usable_keys",
            "The identity provider published no key that can be used.",
            by=By.PROVIDER,
            cause="; ".join(keys.notes[:5]) or "the set is empty",
        )
    return keys
