"""The names a line's fields may have. What is passed as ``extra`` under another name is not written.

So a library's own extras stay out, and nothing about a person has a place. A test holds every call against
this list; docs/operators.md explains the ids.
"""

IDS: dict[str, str] = {
    "request": "a request to the gateway, as its `X-Request-Id` and the `correlation` of its problems",
    "command": "a command: the key on `hub.commands` and `hub.outcomes`, a header on `hub.control`",
    "event": "a decision on `hub.control`: its `event_id`",
    "directive": "a directive",
    "version": "its version",
    "preview": "one question to the engines",
    "batch": "a publication: the key on `agency.manifests` and `agency.receipts`",
    "receipt": "a request to publish: the receipt the gateway gave",
    "lookup": "a look at one person, on `hub.lookups`; who was looked at is never written",
}
"""What joins lines of several processes, each with what it is."""

FIELDS: dict[str, str] = {
    **IDS,
    "accepted": "records or events taken",
    "agency": "whose it is",
    "answered": "how many have answered",
    "attempt": "how often a preview has been asked",
    "behind": "records still to be read",
    "begun": "holds begun",
    "business_date": "the business date",
    "child": "a process of the hub",
    "count": "how many",
    "database": "a database, without its password",
    "decision": "what was decided of holds",
    "directives": "directives in force",
    "duplicate": "records known before",
    "ended": "holds ended",
    "events": "decisions read from hub.control",
    "exit_code": "how a process ends",
    "found": "whether there was somebody",
    "gained": "partitions gained",
    "generation": "generation of a partition's state",
    "given_up": "partitions given up",
    "kind": "of a command or a look-up",
    "milliseconds": "how long it took",
    "missing": "records that have not come",
    "offset": "a record's offset",
    "partition": "a partition",
    "partitions": "partitions, or how many",
    "pause_s": "seconds until the next try",
    "persons": "how many persons",
    "pid": "process id",
    "policy": "version of the policy tables",
    "purpose": "of a preview: WHAT_IF, DRAFT or ACTIVATION",
    "quarantined": "records in quarantine",
    "reason": "why a record cannot be used",
    "reasons": "how many reasons; of records, how many for each",
    "records": "how many records",
    "regencies": "how many regencies",
    "region": "a region's code",
    "remedy": "what to do",
    "restarts": "how often a process was started again",
    "result": "ACCEPTED or REFUSED",
    "route": "the template of an address",
    "rows": "rows of a partition's state",
    "seconds": "how long it took",
    "sent": "records the manifest promises",
    "state": "where a directive stands",
    "status": "HTTP status",
    "step": "step of a decision",
    "topic": "a topic",
    "url": "an address",
}
"""Every field, each with what it is."""

ERROR = "error"
"""Kind and place of an error; comes last, set by logging itself or given where an error is told in words."""

WRITTEN = FIELDS.keys() | {ERROR}
"""What of a record's extras is written."""
