"""The contract between policies and the gateway, and the chain that runs them.

Owns: what a plugin is, how its configuration is described, stored and shown; what it may read, ask
and decide; the chain; plans; facts; revocations; and the rules of what may be remembered, until
when, and under what.
Refuses to know: any policy, any protocol, sockets, the engine.
Neighbours: values below; plugins, the engine and the authorizer above.
"""

from gatepost.plugin.attribute import Attribute, bit, cookie, header, query
from gatepost.plugin.auth_method import Absent, Answer, AuthMethod, Json, Place, Proof, Rejected
from gatepost.plugin.canonical import canonical, expanded, filled, patched, with_old_names
from gatepost.plugin.chain import (
    IDENTITY_HEADERS,
    Chain,
    Link,
    Verdict,
    consumer_headers,
    identity_values,
    unavailable,
)
from gatepost.plugin.courier import Board, LocalCourier
from gatepost.plugin.decision import KEEP, ConsumerHeaders, Decision, Edits, Forward, Keep, Refusal
from gatepost.plugin.describe import described
from gatepost.plugin.errand import Courier, Errand
from gatepost.plugin.evaluate import Evaluation, evaluate
from gatepost.plugin.event import Event
from gatepost.plugin.extract import HttpRequest, extract
from gatepost.plugin.facts import Facts
from gatepost.plugin.judge import judge
from gatepost.plugin.masking import NothingStored, masked, secret_paths, unmasked
from gatepost.plugin.memory import Limits, Memory
from gatepost.plugin.old_name import OldName
from gatepost.plugin.people import People, changed_lookup_tags, lookup_tag
from gatepost.plugin.plan import Plan, PlanDefinition, bind, content, plan_id
from gatepost.plugin.plans import plans_of
from gatepost.plugin.plugin import Bound, Config, Failure, Plugin, Site
from gatepost.plugin.problems import Problem
from gatepost.plugin.recorder import Ending, Recorder, Sources
from gatepost.plugin.registry import Registry, installed, scan
from gatepost.plugin.request import BodyNeeded, Context, Request
from gatepost.plugin.revocations import Revocation, Revocations
from gatepost.plugin.runtime import Freshness, Person, Runtime
from gatepost.plugin.shape import Like, json_schema
from gatepost.plugin.store import Store
from gatepost.plugin.trace import Step, Trace

__all__ = [
    "IDENTITY_HEADERS",
    "KEEP",
    "Absent",
    "Answer",
    "Attribute",
    "AuthMethod",
    "Board",
    "BodyNeeded",
    "Bound",
    "Chain",
    "Config",
    "ConsumerHeaders",
    "Context",
    "Courier",
    "Decision",
    "Edits",
    "Ending",
    "Errand",
    "Evaluation",
    "Event",
    "Facts",
    "Failure",
    "Forward",
    "Freshness",
    "HttpRequest",
    "Json",
    "Keep",
    "Like",
    "Limits",
    "Link",
    "LocalCourier",
    "Memory",
    "NothingStored",
    "OldName",
    "People",
    "Person",
    "Place",
    "Plan",
    "PlanDefinition",
    "Plugin",
    "Problem",
    "Proof",
    "Recorder",
    "Refusal",
    "Registry",
    "Rejected",
    "Request",
    "Revocation",
    "Revocations",
    "Runtime",
    "Site",
    "Sources",
    "Step",
    "Store",
    "Trace",
    "Verdict",
    "bind",
    "bit",
    "canonical",
    "changed_lookup_tags",
    "consumer_headers",
    "content",
    "cookie",
    "described",
    "evaluate",
    "expanded",
    "extract",
    "filled",
    "header",
    "identity_values",
    "installed",
    "json_schema",
    "judge",
    "lookup_tag",
    "masked",
    "patched",
    "plan_id",
    "plans_of",
    "query",
    "scan",
    "secret_paths",
    "unavailable",
    "unmasked",
    "with_old_names",
]
