"""Every family of metrics that ``/metrics`` can show: its kind, and one line of help.

docs/metrics.md tells an operator what to make of them; a house test holds the two together.
"""

FAMILIES = {
    "gatepost_agent_cpu_seconds_total": ("counter", "Processor time of the agent"),
    "gatepost_authorizer_malformed_total": ("counter", "Questions that could not be read"),
    "gatepost_authorizer_plans": ("gauge", "Plans bound, summed over authorizers"),
    "gatepost_authorizer_questions_total": ("counter", "Questions answered, by outcome"),
    "gatepost_authorizer_revocations": ("gauge", "Revocations in force, summed over authorizers"),
    "gatepost_configuration_bad": ("gauge", "1 when the file's latest state is refused"),
    "gatepost_configuration_versions_total": ("counter", "Configurations taken"),
    "gatepost_consumer_requests_total": ("counter", "Requests by route, consumer and status"),
    "gatepost_control_plane_certificate_expires": ("gauge", "Unix seconds of the node's own"),
    "gatepost_control_plane_up": ("gauge", "1 when the control plane is followed"),
    "gatepost_decisions_total": ("counter", "Where decisions were found"),
    "gatepost_errands_total": ("counter", "Calls that are made once, by what came of them"),
    "gatepost_events_total": ("counter", "Events of policies, as the audit log has them"),
    "gatepost_facts_bytes": ("gauge", "Bytes of kept answers of providers"),
    "gatepost_facts_kept": ("gauge", "Kept answers of providers"),
    "gatepost_facts_total": ("counter", "Uses of kept answers of providers"),
    "gatepost_http_request_seconds": ("histogram", "Seconds of a request, by route"),
    "gatepost_http_requests_total": ("counter", "Requests by route and class of status"),
    "gatepost_limited_total": ("counter", "Requests of clients over their budget of refusals"),
    "gatepost_memory_bytes": ("gauge", "Bytes used, summed over nginx's workers"),
    "gatepost_process_restarts_total": ("counter", "Times it was started again"),
    "gatepost_process_up": ("gauge", "1 when the process serves"),
    "gatepost_provider_call_seconds": ("histogram", "Seconds of a call to a provider"),
    "gatepost_provider_calls_total": ("counter", "Calls to providers, by result"),
    "gatepost_ready": ("gauge", "1 when the node takes traffic"),
    "gatepost_requests_running": ("gauge", "Requests that run under a decision"),
    "gatepost_revocation_last": ("gauge", "Number of the latest revocation"),
    "gatepost_room_revocations_total": ("counter", "Revocations that came from another node"),
    "gatepost_room_up": ("gauge", "1 when the room is followed"),
    "gatepost_streams_ended_total": ("counter", "Streams ended with their credential"),
    "gatepost_unmatched_total": ("counter", "Requests that no route matched"),
    "gatepost_zone_bytes": ("gauge", "Capacity and free bytes of nginx's shared memory"),
}
