"""Writes docs/reference/openid-connect.md from the configuration. Run it as ``make docs``."""

import json
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from gatepost.plugins.openid_connect.config import ALL_METHODS, AT_WORK, OpenIdConnectConfig

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/openid-connect.md"

HEAD = """\
# Fields of `openid-connect`

Names, types and defaults are Kong's (schema 3.15), except for the fields that are marked as ours.
This page is made from the source by `make docs`. Null means unset; the text `nil` means null for
fields whose name ends in `_header`.
"""

_SECTIONS = (
    "ClientFields",
    "IssuerFields",
    "CredentialFields",
    "VerificationFields",
    "IntrospectionFields",
    "UserinfoFields",
    "TokenFields",
    "LoginFields",
    "LogoutFields",
    "SessionFields",
    "AccessFields",
    "HeaderFields",
    "CacheFields",
    "TransportFields",
    "ErrorFields",
)

OURS = (
    "backchannel_logout_session_required",
    "backchannel_logout_uri",
    "frontchannel_logout_session_required",
    "frontchannel_logout_uri",
    "id_token_signed_response_alg",
    "session_previous_secrets",
    "strict_access_tokens",
)


def is_at_work(field: FieldInfo) -> bool:
    """Return whether a field does something."""
    extra = field.json_schema_extra
    return not (isinstance(extra, dict) and extra.get("at_work") is False)


def render() -> str:
    """Return the page: a table for each group of fields, then what is not at work yet."""
    groups = {base.__name__: base for base in OpenIdConnectConfig.__mro__}
    page, placed = [HEAD], set()
    for name in _SECTIONS:
        group: Any = groups[name]
        page.append(f"\n## {group.section}\n\n| field | default | meaning |\n|---|---|---|\n")
        for one, field in group.model_fields.items():
            placed.add(one)
            if is_at_work(field):
                ours = " Ours." if one in OURS else ""
                page.append(f"| `{one}` | {_default(one, field)} | {field.description}{ours} |\n")
    missing = set(OpenIdConnectConfig.model_fields) - placed
    if missing:
        raise SystemExit(f"fields of no section: {', '.join(sorted(missing))}")
    return "".join([*page, _redis(), _later()])


def _redis() -> str:
    record: Any = OpenIdConnectConfig.model_fields["redis"].annotation.__args__[0]  # type: ignore[union-attr]
    rows = [
        f"| `redis.{name}` | {_default(name, field)} | {field.description} |\n"
        for name, field in record.model_fields.items()
        if is_at_work(field)
    ]
    return "\n## Redis\n\n| field | default | meaning |\n|---|---|---|\n" + "".join(rows)


def _later() -> str:
    names = [n for n, field in OpenIdConnectConfig.model_fields.items() if not is_at_work(field)]
    methods = ", ".join(f"`{name}`" for name in ALL_METHODS if name not in AT_WORK)
    return (
        "\n## Not at work yet\n\n"
        "These are refused when they hold anything but their default; every default may be written "
        f"out. So are the methods {methods}.\n\n"
        + "".join(f"- `{name}`\n" for name in sorted(names))
    )


def _default(name: str, field: FieldInfo) -> str:
    if name == "auth_methods":
        return "all that are at work"
    if field.is_required():
        return "required"
    if field.default is None:
        return ""
    return f"`{json.dumps(field.default)}`"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
