"""Names on the wire: topics, headers and the symbols of every enum, in schema order.

They are written out here and nowhere derived, so that moving code never renames a topic.
A test keeps the symbols equal to ``schemas/avro``.
"""

from typing import Literal, get_args

DTSEN_PERSONS = "dtsen.persons"
BPJS_MEMBERSHIPS = "bpjs.memberships"
KEMNAKER_DIRECTIVES = "kemnaker.directives"
AGENCY_MANIFESTS = "agency.manifests"
AGENCY_RECEIPTS = "agency.receipts"
HUB_COMMANDS = "hub.commands"
HUB_OUTCOMES = "hub.outcomes"
HUB_CONTROL = "hub.control"
HUB_STATE = "hub.state"
HUB_HOLDS = "hub.holds"
HUB_PARTIALS = "hub.partials"
HUB_QUARANTINE = "hub.quarantine"
HUB_REPAIRS = "hub.repairs"
HUB_LOOKUPS = "hub.lookups"
HUB_ANSWERS = "hub.answers"
COVERAGE_PERSONS = "coverage.persons"
COVERAGE_REGIONS = "coverage.regions"
COVERAGE_DIRECTIVES = "coverage.directives"

PERSON_TOPICS = (DTSEN_PERSONS, BPJS_MEMBERSHIPS, COVERAGE_PERSONS, HUB_STATE, HUB_HOLDS, HUB_LOOKUPS)
"""Topics that share one partition count and one partitioner: partition p of each holds the same persons."""

AGENCY_FACTS = (DTSEN_PERSONS, BPJS_MEMBERSHIPS)
"""Topics of facts about persons, in the order the engine numbers agencies."""

HEADER_BATCH = "batch"
"""Kafka header with the batch id; read only for records whose value cannot be."""

HEADER_RECEIPT = "receipt"
"""Kafka header of what came through the gateway: its receipt and a hash; read by the gateway alone."""

HEADER_ORIGIN = "origin"
"""Kafka header of a record sent again from quarantine: topic/partition/offset of the original."""

HEADER_BY = "by"
"""Kafka header of a record sent again from quarantine: who sent it."""

HEADER_COMMAND = "command"
"""Kafka header of hub.control records: id of the command a decision answers."""

NATION = "ID"
"""Key of the nation on coverage.regions."""

Agency = Literal["BPS", "BPJSTK", "KEMNAKER"]
BatchScope = Literal["FULL", "PART"]
Sex = Literal["MALE", "FEMALE"]
Presence = Literal["PRESENT", "ABROAD", "DECEASED", "REMOVED", "MERGED"]
MembershipCause = Literal[
    "REGISTERED", "PAID", "LAPSED", "ENDED", "DIED", "TRANSFERRED", "CORRECTED", "PUBLISHED"
]
Segment = Literal["PU", "BPU", "JAKON", "PMI"]
Program = Literal["JKK", "JKM", "JHT", "JP", "JKP"]
Payer = Literal[
    "SELF", "EMPLOYER", "APBN", "APBD_PROVINCE", "APBD_REGENCY", "DBH_SAWIT", "DBH_TOBACCO", "CSR"
]
CoverageStatus = Literal["GAP", "COVERED", "NOT_ELIGIBLE"]
VerdictStatus = Literal["COVERED", "GAP"]
GapReason = Literal["NEVER_REGISTERED", "MEMBERSHIP_ENDED", "PROGRAM_PARTIAL", "IN_ARREARS", "LAPSED"]
Change = Literal["OPENED", "CLOSED", "CHANGED"]
Cause = Literal["DTSEN", "MEMBERSHIP", "DIRECTIVE", "CLOCK", "RELEASE"]
DirectiveEventKind = Literal["DRAFTED", "REVOKED"]
DirectiveState = Literal[
    "DRAFTED",
    "REJECTED",
    "PREVIEWED",
    "APPROVED",
    "SCHEDULED",
    "HELD",
    "IN_FORCE",
    "SUPERSEDED",
    "REVOKED",
    "EXPIRED",
]
WithdrawnState = Literal["SUPERSEDED", "REVOKED", "EXPIRED"]
CommandKind = Literal[
    "ADVANCE_BUSINESS_DATE",
    "SET_POLICY",
    "PREVIEW_DIRECTIVE",
    "APPROVE_DIRECTIVE",
    "REVOKE_DIRECTIVE",
    "PAUSE_ROLLOUT",
    "RESUME_ROLLOUT",
    "SET_GUARD",
    "DECIDE_HOLDS",
    "ERASE_PERSON",
    "REINSTATE_PERSON",
    "RESUME_INPUT",
]
PreviewPurpose = Literal["WHAT_IF", "DRAFT", "ACTIVATION"]
Movement = Literal["ENTERING", "LEAVING", "STAYING"]
Standing = Literal[
    "COVERED", "NEVER_REGISTERED", "MEMBERSHIP_ENDED", "PROGRAM_PARTIAL", "IN_ARREARS", "LAPSED"
]
HoldState = Literal["WAITING", "REFUSED"]
HoldDecision = Literal["RELEASED", "REFUSED"]
LookupKind = Literal["EXPLAIN", "TRAIL", "RESOLVE", "EXPORT", "REPAIR"]
RepairState = Literal["RESENT", "DISCARDED"]
OutcomeResult = Literal["ACCEPTED", "REFUSED"]
RegionLevel = Literal["NATION", "PROVINCE", "REGENCY"]
RejectReason = Literal[
    "INVALID_KEY",
    "WRONG_PARTITION",
    "NULL_VALUE",
    "UNKNOWN_SCHEMA",
    "UNDECODABLE",
    "INVALID_VERSION",
    "VERSION_AHEAD",
    "UNKNOWN_REGION",
    "INVALID_DATE",
    "INVALID_DECILE",
    "INVALID_WORK_STATUS",
    "INVALID_INDUSTRY",
    "INVALID_REPLACED_BY",
    "TOO_MANY_ENROLMENTS",
    "WRONG_AGENCY",
]

AGENCIES: tuple[Agency, ...] = get_args(Agency)
BATCH_SCOPES: tuple[BatchScope, ...] = get_args(BatchScope)
SEXES: tuple[Sex, ...] = get_args(Sex)
PRESENCES: tuple[Presence, ...] = get_args(Presence)
MEMBERSHIP_CAUSES: tuple[MembershipCause, ...] = get_args(MembershipCause)
SEGMENTS: tuple[Segment, ...] = get_args(Segment)
PROGRAMS: tuple[Program, ...] = get_args(Program)
PAYERS: tuple[Payer, ...] = get_args(Payer)
COVERAGE_STATUSES: tuple[CoverageStatus, ...] = get_args(CoverageStatus)
VERDICT_STATUSES: tuple[VerdictStatus, ...] = get_args(VerdictStatus)
GAP_REASONS: tuple[GapReason, ...] = get_args(GapReason)
CHANGES: tuple[Change, ...] = get_args(Change)
CAUSES: tuple[Cause, ...] = get_args(Cause)
DIRECTIVE_STATES: tuple[DirectiveState, ...] = get_args(DirectiveState)
COMMAND_KINDS: tuple[CommandKind, ...] = get_args(CommandKind)
ANSWERED_LATER: tuple[CommandKind, ...] = ("PREVIEW_DIRECTIVE", "ERASE_PERSON")
"""The outcome of a preview follows when every partition has answered, of an erasure when it is done."""
MOVEMENTS: tuple[Movement, ...] = get_args(Movement)
STANDINGS: tuple[Standing, ...] = get_args(Standing)
LOOKUP_KINDS: tuple[LookupKind, ...] = get_args(LookupKind)
REPAIR_STATES: tuple[RepairState, ...] = get_args(RepairState)
HOLD_STATES: tuple[HoldState, ...] = get_args(HoldState)
REJECT_REASONS: tuple[RejectReason, ...] = get_args(RejectReason)
"""The reasons of docs/rules.md section 1, in the order they are checked."""

TOPIC_OF_AGENCY: dict[Agency, str] = {
    "BPS": DTSEN_PERSONS,
    "BPJSTK": BPJS_MEMBERSHIPS,
    "KEMNAKER": KEMNAKER_DIRECTIVES,
}
"""What each agency publishes on."""

AGENCY_OF_TOPIC: dict[str, Agency] = {topic: agency for agency, topic in TOPIC_OF_AGENCY.items()}
"""Who publishes on each topic of an agency."""

RECORD_CLASSES = ("accepted", "duplicate", "stale", "conflict", "quarantined", "erased")
"""What may become of a record of a batch; each is in exactly one. Fields of receipts and partials."""

WORK_STATUSES = range(9)
"""Status kedudukan as BPS numbers it: 0 not working, 1 to 8. Not known is null."""

INDUSTRIES = range(1, 27)
"""Lapangan usaha: the 26 groups of DTSEN."""

MAX_ENROLMENTS = 8
"""Enrolments one membership snapshot may hold."""

VALUE_SCHEMAS = {
    DTSEN_PERSONS: "PersonRanked",
    BPJS_MEMBERSHIPS: "MembershipSnapshot",
    KEMNAKER_DIRECTIVES: "DirectiveEvent",
    AGENCY_MANIFESTS: "BatchManifest",
    AGENCY_RECEIPTS: "BatchReceipt",
    HUB_COMMANDS: "Command",
    HUB_OUTCOMES: "Outcome",
    HUB_CONTROL: "ControlEvent",
    HUB_PARTIALS: "Partial",
    HUB_QUARANTINE: "Quarantined",
    HUB_REPAIRS: "Repair",
    HUB_HOLDS: "Hold",
    HUB_LOOKUPS: "Lookup",
    HUB_ANSWERS: "Answer",
    COVERAGE_PERSONS: "CoverageState",
    COVERAGE_REGIONS: "RegionTotals",
    COVERAGE_DIRECTIVES: "DirectiveStatus",
}
"""The Avro schema of each topic's values, a file of ``schemas/avro``; hub.state holds Arrow blocks."""


def subject(topic: str) -> str:
    """The registry's subject of a topic's values (TopicNameStrategy)."""
    return f"{topic}-value"
