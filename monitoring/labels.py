"""The labels of the metric catalogue, and how many values each may take.

A label without a bound is a memory leak, and a free text label is where a person's number would
end up: every label here is a closed list or counted by configuration.
"""

from dataclasses import dataclass
from typing import get_args

from schemas.names import (
    AGENCIES,
    COMMAND_KINDS,
    DIRECTIVE_STATES,
    RECORD_CLASSES,
    REJECT_REASONS,
    PreviewPurpose,
)

_PRODUCTION_PARTITIONS = 64
_TOPICS_READ = 4  # two agency topics, hub.control and hub.lookups
_PROVINCES = 38
_DIRECTIVES_AT_MOST = 64  # in force at once, as the engine allows


@dataclass(frozen=True, slots=True)
class Label:
    """A label: its closed list of ``values`` (empty: bounded by configuration) and ``at_most`` how many."""

    name: str
    meaning: str
    at_most: int
    values: tuple[str, ...] = ()

    def allows(self, value: str) -> bool:
        """Whether the value may be shown under this label."""
        return value in self.values if self.values else bool(value)


def _closed(name: str, meaning: str, *values: str) -> Label:
    return Label(name, meaning, len(values), values)


TOPIC = Label("topic", "a topic this process reads", _TOPICS_READ)
PARTITION = Label("partition", "number of a partition", _PRODUCTION_PARTITIONS)
PROVINCE = Label("province", "Kemendagri code of a province", _PROVINCES)
DIRECTIVE = Label("directive", "id of a directive in force", _DIRECTIVES_AT_MOST)

AGENCY = _closed("agency", "a publisher, by its name in the manifests", *AGENCIES)
STATUS = _closed(
    "status",
    "what is counted of a directive's persons",
    "eligible",
    "covered",
    "gap",
    "held",
    "lapsing",
    "incomplete_data",
)

CLASS = _closed(
    "class",
    "what became of a record (each has exactly one)",
    *RECORD_CLASSES,
)

REASON = _closed(
    "reason",
    "why a record could not be used (docs/rules.md, section 1)",
    *REJECT_REASONS,
)

HOLD = _closed("hold", "what became of a change kept back", "begun", "ended")
OUTCOME = _closed("outcome", "how a transaction ended", "committed", "aborted")
RESULT = _closed("result", "whether it will be acted on", "accepted", "refused")
SUBJECT = _closed(
    "subject",
    "what a control event is about",
    "date",
    "policy",
    "directive",
    "full",
    "generation",
    "preview",
    "previewed",
    "approval",
    "held",
    "guard-limit",
    "guard",
    "holds",
    "person",
    "input",
)
PURPOSE = _closed("purpose", "what a preview was asked for", *get_args(PreviewPurpose))
PREVIEW_STEP = _closed("step", "how far a preview has come", "asked", "repeated", "complete", "incomplete")
STATE = _closed("state", "where a version of a directive stands", *DIRECTIVE_STATES)
COMMAND = _closed(
    "command",
    "kind of a command; unknown for one that could not be read",
    *COMMAND_KINDS,
    "unknown",
)
EVENT_TYPE = _closed(
    "event_type",
    "type of a CloudEvent",
    "id.jangkau.dtsen.person-ranked.v1",
    "id.jangkau.bpjs.membership-snapshot.v1",
    "id.jangkau.kemnaker.directive.v1",
    "id.jangkau.agency.manifest.v1",
)
ROUTE = _closed(
    "route",
    "template of an address; none for one that is not there",
    "/events",
    "/receipts/{receipt}",
    "/batches",
    "/batches/{batch}",
    "/persons/lookup",
    "/persons/resolve",
    "/coverage",
    "/directives",
    "/directives/{directive}",
    "/directives/{directive}/preview",
    "/directives/{directive}/approve",
    "/directives/{directive}/revoke",
    "/directives/{directive}/pause",
    "/directives/{directive}/resume",
    "/commands",
    "/session",
    "/totals/{region}",
    "/totals/{region}/trend",
    "/agencies",
    "/holds",
    "/hub",
    "/live",
    "/",
    "/console",
    "/console/{path:path}",
    "/openapi.json",
    "none",
)
STATUS_CLASS = _closed("status_class", "first digit of a status", "2xx", "3xx", "4xx", "5xx")
PROBLEM = _closed(
    "problem",
    "name of a problem (docs/gateway.md)",
    "not-json",
    "unauthenticated",
    "scope-missing",
    "batch-of-another-agency",
    "region-out-of-bounds",
    "not-found",
    "method-not-allowed",
    "too-slow",
    "other-content",
    "too-large",
    "url-too-long",
    "media-type",
    "faults",
    "refused",
    "too-many-requests",
    "headers-too-large",
    "fault-of-ours",
    "unavailable",
    "no-view",
    "no-answer",
)
