"""What a proven caller may do, what follows from it, and what the upstream is told."""

from dataclasses import replace
from typing import final

from gatepost.oidc import claims as claim_reader
from gatepost.plugin.auth_method import Proof
from gatepost.plugin.chain import consumer_headers
from gatepost.plugin.decision import ConsumerHeaders, Edits, Forward, Refusal
from gatepost.plugin.plugin import Failure
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Person, Runtime
from gatepost.plugin.stripping import strip
from gatepost.plugins.openid_connect.access import Access, Denied, claim
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.ending import Endings
from gatepost.plugins.openid_connect.enrichment import Enrichment
from gatepost.plugins.openid_connect.login import Completion
from gatepost.plugins.openid_connect.refusing import Refusing
from gatepost.plugins.openid_connect.session import Keeper, Session
from gatepost.plugins.openid_connect.session_facts import SessionFacts
from gatepost.plugins.openid_connect.told import Told, downstream_headers
from gatepost.values import By, Fault, Reply


@final
class Admission:
    """Admits, or refuses, whoever was proven."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        enrichment: Enrichment,
        completion: Completion,
        endings: Endings,
        keeper: Keeper,
        refusing: Refusing,
        upstream: tuple[Told, SessionFacts],
        downstream: tuple[Told, SessionFacts],
    ) -> None:
        self._config = config
        self._access = Access(config)
        self._enrichment = enrichment
        self._completion = completion
        self._endings = endings
        self._keeper = keeper
        self._refusing = refusing
        self._upstream, self._up_facts = upstream
        self._downstream, self._down_facts = downstream

    async def admit(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> Forward | Refusal | Reply:
        """Check what is required, map to a consumer, complete a login, tell the upstream."""
        try:
            return await self._admitted(proof, request, runtime)
        except Fault as fault:
            if "flow" not in proof.details:
                raise
            if fault.by is By.CLIENT:  # userinfo is about somebody else, say
                return self._completion.failed(fault, proof, request, runtime)
            runtime.tell("login.unavailable", fault.code)
            raise

    async def _admitted(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> Forward | Refusal | Reply:
        rode = proof.places
        proof = await self._enrichment.enrich(proof, request, runtime)
        denied = self._access.denied(proof)
        if denied is not None:
            return await self._forbid(denied, proof, request, runtime)
        person = self._access.consumer(proof, runtime)
        if isinstance(person, Denied):
            return await self._forbid(person, proof, request, runtime)
        # What cannot be told ends it before a session is made.
        try:
            headers, groups = self._upstream.values(proof), self._groups(proof)
            replayed = downstream_headers(
                self._downstream, proof, prefix=self._config.token_headers_prefix or ""
            )
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            runtime.step("not sendable", code=fault.code, cause=fault.cause)
            unsafe = Denied("claim.unsafe", fault.message)
            return await self._forbid(unsafe, proof, request, runtime)
        proof, lines = await self._completion.session(proof, request, runtime)
        followed = await self._completion.answer(proof, lines, request, runtime)
        if isinstance(followed, Reply):
            return followed
        if isinstance(proof.details.get("session"), Session):
            headers = self._upstream.values(proof)  # with the session that may just have been made
            replayed = downstream_headers(
                self._downstream, proof, prefix=self._config.token_headers_prefix or ""
            )
        down = self._down_facts.values(proof, runtime)
        edits = Edits(
            headers=headers + self._up_facts.values(proof, runtime),
            response_headers=replayed
            + tuple((name, value) for name, value in down if value is not None),
        ).and_(followed)
        if len(proof.places) > len(rode) and self._config.hide_credentials:
            edits = edits.and_(strip(proof.places[len(rode) :], request))
        return Forward(edits, self._told(proof, person, groups, runtime), proof.ends)

    def _told(
        self, proof: Proof, person: Person | None, groups: str | None, runtime: Runtime
    ) -> ConsumerHeaders:
        credential = self._credential(proof, runtime)
        if person is None:
            return ConsumerHeaders(credential=credential, authenticated_groups=groups)
        return replace(consumer_headers(person, credential), authenticated_groups=groups)

    async def _forbid(
        self, denied: Denied, proof: Proof, request: Request, runtime: Runtime
    ) -> Refusal | Reply:
        """Refuse, end the session where that is wanted, and let go of a login that led here."""
        if denied.claim:
            runtime.step("lacks", claim=denied.claim, wants=denied.wants, has=denied.has)
        session = proof.details.get("session")
        cookies = self._completion.denied(proof, request)
        if isinstance(session, Session) and self._config.forbidden_destroy_session:
            await self._endings.revoke(session, "session.forbidden", request, runtime)
            cookies += self._keeper.clear(request)
        elif isinstance(proof.details.get("cookies"), tuple):
            cookies += proof.details["cookies"]  # type: ignore[operator]
        if "flow" in proof.details:
            runtime.tell("login.forbidden", denied.code, subject=proof.subject)
        failure = Failure(403, denied.code, denied.reason)
        return self._refusing.forbidden(failure, request, scope=denied.scope, cookies=cookies)

    def _groups(self, proof: Proof) -> str | None:
        path = self._config.authenticated_groups_claim
        if path is None:
            return None
        words = sorted(claim_reader.words(claim(proof, path)))
        return claim_reader.claim_as_header(list(words))

    def _credential(self, proof: Proof, runtime: Runtime) -> str | None:
        """Return what identifies the credential; nobody asked for it, so it may be left out."""
        try:
            return claim_reader.claim_as_header(claim(proof, self._config.credential_claim))
        except Fault as fault:
            runtime.step("credential not sendable", code=fault.code, cause=fault.cause)
            return None
