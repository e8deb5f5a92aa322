import re
from pathlib import Path

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig

PAGE = Path(__file__).parents[4] / "docs/plugins/openid-connect.md"


def at_work(name: str) -> bool:
    extra = OpenIdConnectConfig.model_fields[name].json_schema_extra
    return not (isinstance(extra, dict) and extra.get("at_work") is False)


def test_the_page_lists_every_field_where_it_belongs() -> None:
    text = PAGE.read_text(encoding="utf-8")
    _, _, rest = text.partition("## Fields at work")
    working, _, later = rest.partition("## Fields that are not at work yet")
    listed = set(re.findall(r"^\| `([a-z_0-9]+)` \|", working, re.MULTILINE))
    later = later.partition("one redirect address.")[2].partition("## Older names")[0]
    names = set(OpenIdConnectConfig.model_fields)
    assert listed == {name for name in names if at_work(name)}
    assert set(re.findall(r"`([a-z_0-9]+)`", later)) == {n for n in names if not at_work(n)}


def test_the_page_says_what_each_field_means() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, field in OpenIdConnectConfig.model_fields.items():
        if at_work(name):
            assert f"| {field.description} |" in text, name
