import json
from typing import Any

import yaml

from gatepost import __version__
from tests.unit.deploy.settings import DEPLOY, KNOWN

CHART = DEPLOY / "helm/gatepost"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())


def told(schema: dict[str, Any], values: Any, path: str = "values") -> list[str]:
    """Return where values and schema do not have the same names."""
    if "properties" not in schema:
        return []
    names = set(schema["properties"])
    wrong = [f"{path}: {sorted(names ^ set(values))}"] if names != set(values) else []
    for name in names & set(values):
        wrong += told(schema["properties"][name], values[name], f"{path}.{name}")
    return wrong


def test_the_chart_is_of_this_gatepost() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["appVersion"] == __version__


def test_values_and_their_schema_have_the_same_names() -> None:
    schema = {**SCHEMA, "properties": dict(SCHEMA["properties"])}
    del schema["properties"]["global"]  # helm's own
    assert told(schema, VALUES) == []


def test_secret_settings_are_refused_as_plain_variables() -> None:
    for part, command in (("controlPlane", "control-plane"), ("node", "node")):
        names = SCHEMA["properties"][part]["properties"]["settings"]["propertyNames"]["allOf"]
        refused = set(names[1]["not"]["enum"])
        for setting in KNOWN[command]:
            holds = setting.endswith(("token", "_key", "_client_secret")) or setting == "database"
            if holds and setting != "admin_ssl_cert_key":  # that is the path of a file
                assert f"GATEPOST_{setting.upper()}" in refused
