"""What a proven caller must have, and which consumer it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost.oidc import claims as claim_reader
from gatepost.plugin.auth_method import Proof
from gatepost.plugin.runtime import Person, Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a proven caller is refused. scope: what it would need, for the challenge.

    claim, wants, has: which claim decided, what would have done, and what it holds, for traces.
    """

    code: str
    reason: str
    scope: str | None = None
    claim: str = ""
    wants: str = ""
    has: str = ""


@dataclass(frozen=True, slots=True)
class _Requirement:
    name: str
    path: tuple[str, ...]
    required: tuple[str, ...]


def claim(proof: Proof, path: Sequence[str]) -> object:
    """Return a claim from the first source that has it: access token, id token, introspection."""
    for source in proof.claims.values():
        value = claim_reader.look_up(source, path)
        if value is not None:
            return value
    return None


class Access:
    """Applies ``*_required``, ``claims_forbidden`` and the consumer mapping."""

    def __init__(self, config: OpenIdConnectConfig) -> None:
        self._forbidden = config.claims_forbidden or ()
        self._requirements = tuple(
            _Requirement(
                name,
                getattr(config, f"{name}_claim"),
                getattr(config, f"{name}_required"),
            )
            for name in ("scopes", "audience", "groups", "roles")
            if getattr(config, f"{name}_required")
        )
        self._consumer_claims = config.consumer_claims or ()
        self._consumer_by = config.consumer_by
        self._ignore_case = config.by_username_ignore_case
        self._optional = config.consumer_optional

    def denied(self, proof: Proof) -> Denied | None:
        """Return why the caller may not do this, or None. All requirements must hold."""
        for name in self._forbidden:
            if any(name in source for source in proof.claims.values()):
                return Denied(
                    "claims.forbidden", "The token has a claim that is forbidden.", claim=name
                )
        for one in self._requirements:
            values = claim_reader.words(claim(proof, one.path))
            if not claim_reader.satisfies(one.required, values):
                scope = one.required[0] if one.name == "scopes" else None
                return Denied(
                    f"{one.name}.missing",
                    f"The token lacks required {one.name}.",
                    scope,
                    claim=".".join(one.path),
                    wants=" or ".join(one.required),
                    has=" ".join(sorted(values)),
                )
        return None

    def consumer(self, proof: Proof, runtime: Runtime) -> Person | Denied | None:
        """Return the consumer the caller is mapped to; None where none is asked for or needed."""
        if not self._consumer_claims:
            return None
        for path in self._consumer_claims:
            value = claim(proof, path)
            if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
                continue
            for by in self._consumer_by:
                ignore_case = self._ignore_case and by == "username"
                person = runtime.consumer(by, str(value), ignore_case=ignore_case)
                if person is not None:
                    return person
        if self._optional:
            return None
        return Denied(
            "consumer.unknown",
            "No consumer is mapped to the caller.",
            claim=" or ".join(".".join(path) for path in self._consumer_claims),
            wants="a consumer with this " + " or ".join(self._consumer_by),
            has=" ".join(self._values(proof)),
        )

    def _values(self, proof: Proof) -> list[str]:
        found = [claim(proof, path) for path in self._consumer_claims]
        return [str(one) for one in found if isinstance(one, str | int)]
