"""The schemas that tests of policies begin with: the real one, and one of a plugin nobody knows."""

from typing import Any

from gatepost.console.policies.schema import PluginSchema, read_schema
from gatepost.plugin.describe import described
from gatepost.plugins import openid_connect

OIDC_TOLD: dict[str, Any] = described(openid_connect.plugin)
OIDC: PluginSchema = read_schema("openid-connect", OIDC_TOLD)

UNKNOWN_TOLD: dict[str, Any] = {
    "fields": [
        {"consumer": {"type": "foreign", "reference": "consumers"}},
        {"protocols": {"type": "set", "default": ["http"], "elements": {"type": "string"}}},
        {
            "config": {
                "type": "record",
                "fields": [
                    {"limit": {"type": "integer", "required": True, "description": "How many."}},
                    {"window": {"type": "number", "default": 60}},
                    {"by": {"type": "string", "default": "ip", "one_of": ["ip", "consumer"]}},
                    {"hide": {"type": "boolean", "default": False}},
                    {"maybe": {"type": "boolean"}},
                    {"key": {"type": "string", "encrypted": True, "referenceable": True}},
                    {"words": {"type": "array", "elements": {"type": "string"}}},
                    {
                        "store": {
                            "type": "record",
                            "fields": [
                                {"host": {"type": "string", "default": "localhost"}},
                                {"password": {"type": "string", "encrypted": True}},
                            ],
                        }
                    },
                    {"asleep": {"type": "string", "at_work": False}},
                    {"old": {"type": "string", "deprecation": {"message": "gone"}}},
                ],
                "shorthand_fields": [{"max": {"type": "integer"}}],
            }
        },
    ]
}
UNKNOWN: PluginSchema = read_schema("unknown", UNKNOWN_TOLD)
