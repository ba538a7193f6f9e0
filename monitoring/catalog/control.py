"""What the control worker shows."""

from monitoring.catalog.spec import Kind, MetricSpec
from monitoring.labels import AGENCY, COMMAND, PREVIEW_STEP, PURPOSE, RESULT, STATE, SUBJECT

_C = Kind.COUNTER
_G = Kind.GAUGE

CONTROL = (
    MetricSpec(
        "jangkau_control_events_total",
        _C,
        "events",
        "Control events written to hub.control, by kind of subject.",
        (SUBJECT,),
    ),
    MetricSpec(
        "jangkau_control_commands_total",
        _C,
        "commands",
        "Commands answered, by kind and result.",
        (COMMAND, RESULT),
    ),
    MetricSpec(
        "jangkau_control_directive_events_total",
        _C,
        "events",
        "Directive events handled, by result.",
        (RESULT,),
    ),
    MetricSpec(
        "jangkau_control_partials_total",
        _C,
        "partials",
        "Partial counts taken in from engines; older repeats are not counted.",
    ),
    MetricSpec(
        "jangkau_control_incomplete_totals",
        _G,
        "regions",
        "Published totals that lack some partition's counts.",
    ),
    MetricSpec(
        "jangkau_control_receipts_total", _C, "receipts", "Batch receipts written, by agency.", (AGENCY,)
    ),
    MetricSpec(
        "jangkau_control_open_batches",
        _G,
        "batches",
        "Batches announced or begun and not whole: records or the manifest are missing, or others came.",
        (AGENCY,),
    ),
    MetricSpec(
        "jangkau_control_missing_records",
        _G,
        "records",
        "Records that manifests promise and that have not come.",
        (AGENCY,),
    ),
    MetricSpec(
        "jangkau_control_mismatched_batches",
        _G,
        "batches",
        "Batches with as many records as their manifest says, but others: the digest differs.",
        (AGENCY,),
    ),
    MetricSpec(
        "jangkau_control_business_date_days",
        _G,
        "days",
        "The business date in force, days since 1970-01-01; 0 while there is none.",
    ),
    MetricSpec("jangkau_control_directives_in_force", _G, "directives", "Directives in force."),
    MetricSpec(
        "jangkau_control_directive_versions",
        _G,
        "versions",
        "Valid versions of all directives, by where they stand.",
        (STATE,),
    ),
    MetricSpec(
        "jangkau_control_previews_total",
        _C,
        "previews",
        "Previews by purpose: asked of the engines, asked once more, added up, or given up incomplete.",
        (PURPOSE, PREVIEW_STEP),
    ),
    MetricSpec(
        "jangkau_control_open_previews", _G, "previews", "Previews that some partition has not answered yet."
    ),
    MetricSpec(
        "jangkau_control_granted_persons",
        _G,
        "persons",
        "How many may leave on the newest granted date, over all regencies with a limit of their own.",
    ),
    MetricSpec(
        "jangkau_control_held_persons",
        _G,
        "persons",
        "Persons held by the guard by the published totals, counted under each directive they are held for.",
    ),
    MetricSpec("jangkau_control_read_offset", _G, "offset", "Next offset of hub.control to be read back."),
)
