"""Who a caller is to us, and what a caller must have."""

from typing import Annotated, ClassVar, Literal

from pydantic import Strict

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import (
    ClaimPath,
    Fields,
    Record,
    Texts,
    later,
    works,
)
from gatepost.plugins.openid_connect.config.records import Principals


class AccessFields(Fields):
    """A requirement lists alternatives; of one, all words (apart by spaces) must be there."""

    section: ClassVar[str] = "Access, consumers, groups"

    scopes_claim: ClaimPath = works(("scope",), "Where the scopes of a token are.")
    scopes_required: Texts | None = works(None, "Scopes that a token must have.")
    audience_claim: ClaimPath = works(("aud",), "Where the audience of a token is.")
    audience_required: Texts | None = works(None, "Audience that a token must have.")
    groups_claim: ClaimPath = works(("groups",), "Where the groups of a token are.")
    groups_required: Texts | None = works(None, "Groups that a token must have.")
    roles_claim: ClaimPath = works(("roles",), "Where the roles of a token are.")
    roles_required: Texts | None = works(None, "Roles that a token must have.")
    claims_forbidden: Texts | None = works(None, "Claims that a token must not have.")
    consumer_claims: Annotated[tuple[ClaimPath, ...], Strict(strict=False)] | None = works(
        None, "Claims, tried in order, whose value names a consumer."
    )
    consumer_by: Annotated[
        tuple[Literal["custom_id", "id", "username"], ...], Strict(strict=False)
    ] = works(("custom_id", "username"), "Fields in which the consumer is looked for, in order.")
    by_username_ignore_case: bool = works(False, "Compare usernames without regard to case.")
    consumer_optional: bool = works(False, "Go on when no consumer is found.")
    consumer_groups_claim: ClaimPath | None = later(None, "Claim that names consumer groups.")
    consumer_groups_optional: bool = later(False, "Go on when no such group is found.")
    credential_claim: ClaimPath = works(("sub",), "Claim that identifies the credential.")
    authenticated_groups_claim: ClaimPath | None = works(
        None, "Claim whose values are the caller's groups for access lists."
    )
    principals: Annotated[Record, Like(Principals)] | None = later(
        None, "Look-up of identities in a directory of Konnect.", filled=True
    )
