"""Back-channel logout beyond the plan: what the tests of mod_auth_openidc ask, and some more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.conformance.rp.conftest import Parties
from tests.conformance.rp.login import Party, logged_in
from tests.conformance.rp.logout_tokens import Told, answered, minted, posted, refused, taken, told
from tests.integration.person import FORM

pytestmark = [pytest.mark.integration, pytest.mark.slow]

Tell = Callable[..., Told]


@pytest.fixture
def tell(parties: Parties) -> Tell:
    return lambda fault, **how: told(parties("back"), parties("starter"), fault, **how)


@pytest.fixture
def party(parties: Parties) -> Party:
    return parties("back")


def test_a_logout_token_without_iat_is_refused(tell: Tell) -> None:
    """There is no `iat`.

    Refuses.
    """
    refused(tell("backchannel-missing-iat"), status=400, code="logout_token.claim")


def test_a_logout_token_without_jti_is_refused(tell: Tell) -> None:
    """There is no `jti`.

    Refuses.
    """
    refused(tell("backchannel-missing-jti"), status=400, code="logout_token.claim")


def test_a_logout_token_that_comes_again_is_refused_and_the_first_one_counts(tell: Tell) -> None:
    """Posts the same token twice.

    Takes the first and refuses the second.
    """
    one = tell("backchannel-replay")
    first, second = one.statuses
    taken(replace(one, statuses=[first]))
    refused(replace(one, statuses=[second]), status=400, code="logout_token.replayed", alone=False)


def test_a_logout_token_about_nobody_is_refused(tell: Tell) -> None:
    """There is neither `sub` nor `sid`.

    Refuses.
    """
    refused(tell("backchannel-no-sub-no-sid"), status=400, code="logout_token.nobody")


def test_a_logout_token_about_a_person_ends_all_their_sessions(tell: Tell) -> None:
    """There is `sub` alone.

    Ends every session of that person at this client.
    """
    taken(tell("backchannel-sub-only"))


def test_a_logout_token_about_a_person_is_refused_where_a_session_is_demanded(
    parties: Parties,
) -> None:
    """The same, where `backchannel_logout_session_required` is on.

    Refuses.
    """
    one = told(parties("back-strict"), parties("starter"), "backchannel-sub-only")
    refused(one, status=400, code="logout_token.nobody")


def test_an_encrypted_logout_token_is_refused(party: Party) -> None:
    """Encrypts the token (five parts).

    Refuses: nothing is registered by which to encrypt for us.
    """
    sealed = "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0.a2V5.aXY.dGV4dA.dGFn"
    answered(posted(party, sealed), status=400, code="token.malformed")


def test_a_logout_is_posted_and_nothing_else(party: Party) -> None:
    """Sends the token with GET, in the address.

    Answers 405 and ends nothing.
    """
    suite, person = party.suite, logged_in(party)
    seen = len(suite.upstream.seen)
    answer = suite.world.proxy.get(f"/back/back-channel?logout_token={minted(party, sub='alice')}")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert person.send("GET", party.page, navigates=False).status == 200
    assert len(suite.upstream.seen) == seen + 1


def test_a_logout_token_of_an_unknown_issuer_is_refused(party: Party) -> None:
    """Another issuer signs, well, for our client.

    Refuses.
    """
    token = minted(party, iss="https://unknown.example/oauth2", sub="alice")
    answered(posted(party, token), status=400, code="logout_token.issuer")


def test_what_is_no_logout_token_is_refused(tell: Tell) -> None:
    """Posts something that is no token.

    Refuses.
    """
    refused(tell("backchannel-garbage"), status=400, code="token.malformed")


def test_a_logout_token_is_posted_once(tell: Tell) -> None:
    """Posts the parameter `logout_token` twice in one form.

    Refuses.
    """
    refused(tell("backchannel-twice-parameter"), status=400, code="logout_token.missing")


def test_an_id_token_does_not_log_out(party: Party) -> None:
    """Somebody posts the id token of a login, which they have seen.

    Refuses: it names no event.
    """
    attempt = party.log_in()
    [token] = attempt.reached[0].all("x-id-token")
    answered(posted(party, token), status=400, code="logout_token.event")


def test_a_logout_token_that_says_it_is_any_jwt_is_taken(tell: Tell) -> None:
    """`typ` is `JWT`, as it was before there was a type for logout tokens.

    Takes it: what else is demanded of it keeps id tokens out.

    Choice: The type is recommended (Back-Channel Logout 1.0, 2.4).
    """
    taken(tell("backchannel-id-token-typ"))


def test_a_logout_token_that_has_expired_is_refused(tell: Tell) -> None:
    """`exp` was some minutes ago.

    Refuses.
    """
    refused(tell("backchannel-expired"), status=400, code="logout_token.expired")


def test_a_logout_token_whose_signature_is_wrong_is_refused(tell: Tell) -> None:
    """Each byte of the signature is changed.

    Refuses.
    """
    refused(tell("backchannel-invalid-sig"), status=400, code="token.signature")


def test_a_logout_token_of_a_session_that_nobody_knows_is_taken_and_ends_nothing(
    party: Party,
) -> None:
    """`sid` is that of no session.

    Answers 200, as the session may be over.
    """
    suite, person = party.suite, logged_in(party)
    answer = posted(party, minted(party, sid="of nobody", sub="alice"))
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert person.send("GET", party.page, navigates=False).status == 200
    assert suite.upstream.seen[-1].all("x-user") == ["alice"]


def test_an_index_of_sessions_that_points_nowhere_does_no_harm(parties: Parties) -> None:
    """Tells of a session whose record the store has lost, and which it still lists.

    Answers 200; the session is refused.
    """
    party, starter = parties("back-stored"), parties("starter")
    redis = party.suite.redis

    def lose() -> None:
        records = [key for key in redis.raw("KEYS", "*") if b"session:" in key]
        assert records
        assert [key for key in redis.raw("KEYS", "*") if b"index:" in key]
        redis.raw("DEL", *records)

    taken(told(party, starter, "", before=lose))


def test_a_logout_is_done_also_while_nobody_can_say_who_else_took_its_token(
    parties: Parties,
) -> None:
    """Tells while the Redis is away by which nodes agree on which tokens were used.

    Takes it; this node takes it once.

    Choice: A client may answer that it failed, and then somebody stays in who is to be out.
    """
    party = parties("back-shared")
    suite, person, token = party.suite, logged_in(party), minted(party, sub="alice")
    suite.redis.stop()
    try:
        since, seen = len(suite.world.node.lines), len(suite.upstream.seen)
        assert posted(party, token).status == 200
        suite.heard(since, event="logout.done", code="back_channel")
        assert person.send("GET", party.page, navigates=False).status == 401
        assert len(suite.upstream.seen) == seen
        answered(posted(party, token), status=400, code="logout_token.replayed")
    finally:
        suite.redis.start()


def test_a_logout_token_comes_as_a_form(party: Party) -> None:
    """Posts the token as JSON.

    Refuses.
    """
    body = f'{{"logout_token": "{minted(party, sub="alice")}"}}'.encode()
    for content_type in ("application/json", FORM):
        headers = {"Content-Type": content_type}
        answer = party.suite.world.proxy.send("POST", "/back/back-channel", body, headers)
        answered(answer, status=400, code="logout_token.missing")
