"""What is told about a person, by scope (OpenID Connect Core 1.0, 5.4)."""

from collections.abc import Collection

from gatepost.idp.directory import Directory, User

CLAIMS = (
    *("sub", "name", "given_name", "family_name", "preferred_username"),
    *("email", "email_verified", "groups"),
)
"""Every claim that ``person_claims`` may hold, and ``sub``."""


def person_claims(directory: Directory, user: User, scopes: Collection[str]) -> dict[str, object]:
    """Return the claims about a person that the scopes allow, without ``sub``.

    The claims that the seed gives them come with ``profile``.
    """
    seed = user.seed
    claims: dict[str, object] = {}
    if "profile" in scopes:
        claims |= seed.claims
        name = f"{seed.first_name} {seed.last_name}".strip()
        claims |= {"name": name or seed.login, "preferred_username": seed.login}
        if seed.first_name:
            claims["given_name"] = seed.first_name
        if seed.last_name:
            claims["family_name"] = seed.last_name
    if "email" in scopes and seed.email:
        claims |= {"email": seed.email, "email_verified": True}
    if "groups" in scopes:
        claims["groups"] = directory.groups_of(user)
    return claims
