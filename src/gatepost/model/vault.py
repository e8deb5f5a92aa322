"""A vault: where references find their values. Only the environment today."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StrictStr

from gatepost.model.entity import Entity
from gatepost.model.text import Boolean, one_of
from gatepost.model.violation import Violation

LATER = ("aws", "azure", "conjur", "gcp", "hcv")
_PREFIX = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z0-9_-]*")


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ValueError("must be lower case letters, digits and '-', and start with a letter")
    if text == "env" or text in LATER:
        raise ValueError(f"'{text}' is the name of a kind of vault; choose another prefix")
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError("must only contain letters, digits, '_' and '-'")
    return text


def _plain_text(decode: bool) -> bool:
    if decode:
        raise ValueError("not supported yet; leave it out")
    return decode


class VaultConfig(BaseModel):
    """Configuration of the env vault. prefix: put before the name of each variable."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    prefix: Annotated[StrictStr, AfterValidator(_variable)] = ""
    base64_decode: Annotated[Boolean, AfterValidator(_plain_text)] = False


class Vault(Entity):
    """Kong's vault entity: ``{vault://<prefix>/name}`` reads through it."""

    prefix: Annotated[StrictStr, AfterValidator(_prefix)]
    name: Annotated[StrictStr, AfterValidator(one_of("env", later=LATER))]
    description: StrictStr | None = None
    config: VaultConfig = VaultConfig()

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Drop nulls from the configuration, as everywhere."""
        config = data.get("config")
        if isinstance(config, dict):
            kept = {name: value for name, value in config.items() if value is not None}
            data = data | {"config": kept}
        return data, []
