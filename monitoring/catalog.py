"""The metric catalogue: every series a Jangkau process shows, by name, kind, unit, labels and meaning.

``registry`` builds the handles from it and docs/metrics.md is made from it, so a metric that is not
here cannot be counted and one that is here is documented. Base units only (seconds, bytes, records);
no label can hold anything personal: each is a closed list or bounded by configuration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from monitoring.labels import (
    AGENCY,
    CLASS,
    COMMAND,
    HOLD,
    OUTCOME,
    PARTITION,
    PREVIEW_STEP,
    PURPOSE,
    REASON,
    RESULT,
    STATE,
    SUBJECT,
    TOPIC,
    Label,
)

PREFIX = "jangkau_"


class Kind(Enum):
    """How a series behaves over time, in the terms of Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric. ``buckets`` are upper bounds in ``unit``, rising, without infinity; histograms only."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def process(self) -> str:
        """Which process shows it: ``engine``, ``control`` or ``lag`` (whoever reads)."""
        return self.name.removeprefix(PREFIX).split("_", 1)[0]

    @property
    def series_at_most(self) -> int:
        """How many time series one process can show for it, each bucket counted."""
        series = len(self.buckets) + 3 if self.buckets else 1  # + Inf, sum and count
        for label in self.labels:
            series *= label.at_most
        return series


# A verdict is wanted within 50 to 150 ms; the upper bounds show a takeover and a backlog.
_LATENCY_S = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)
# Transactions last 20 ms to 1 s by design; above that something is wrong.
_TRANSACTION_S = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
_RESTORE_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0, 1800.0)

_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

_ENGINE = (
    MetricSpec(
        "jangkau_engine_consumed_records_total",
        _C,
        "records",
        "Records taken from an agency topic, committed work only.",
        (TOPIC,),
    ),
    MetricSpec(
        "jangkau_engine_classified_records_total",
        _C,
        "records",
        "The same records, each in exactly one class.",
        (TOPIC, CLASS),
    ),
    MetricSpec(
        "jangkau_engine_quarantined_records_total",
        _C,
        "records",
        "Records that could not be used, by reason.",
        (TOPIC, REASON),
    ),
    MetricSpec(
        "jangkau_engine_published_records_total",
        _C,
        "records",
        "Records written to coverage.persons in committed transactions.",
    ),
    MetricSpec(
        "jangkau_engine_state_bytes_total",
        _C,
        "bytes",
        "Bytes of blocks written to hub.state in committed transactions.",
    ),
    MetricSpec(
        "jangkau_engine_holds_total",
        _C,
        "persons",
        "Persons whose leaving a directive was held, or is held no longer, in committed transactions.",
        (HOLD,),
    ),
    MetricSpec(
        "jangkau_engine_transactions_total", _C, "transactions", "Transactions ended, by outcome.", (OUTCOME,)
    ),
    MetricSpec(
        "jangkau_engine_transaction_seconds",
        _H,
        "seconds",
        "From begin to the broker's answer to the commit.",
        (),
        _TRANSACTION_S,
    ),
    MetricSpec(
        "jangkau_engine_published_latency_seconds",
        _H,
        "seconds",
        "From a fact's broker time to the commit of the transaction that took it in.",
        (),
        _LATENCY_S,
    ),
    MetricSpec(
        "jangkau_engine_last_commit_timestamp_seconds",
        _G,
        "seconds",
        "When the last transaction was committed, seconds since 1970.",
    ),
    MetricSpec(
        "jangkau_engine_owned_partitions",
        _G,
        "partitions",
        "Person partitions this engine holds and works on.",
    ),
    MetricSpec(
        "jangkau_engine_persons", _G, "persons", "Persons with any fact or published record.", (PARTITION,)
    ),
    MetricSpec(
        "jangkau_engine_dirty_rows",
        _G,
        "rows",
        "Persons still to be evaluated after a fact, a directive or a new date.",
        (PARTITION,),
    ),
    MetricSpec(
        "jangkau_engine_unswept_state_bytes",
        _G,
        "bytes",
        "Bytes of state written since the last completed sweep.",
        (PARTITION,),
    ),
    MetricSpec("jangkau_engine_sweeps_total", _C, "sweeps", "Sweeps of a state partition completed."),
    MetricSpec(
        "jangkau_engine_takeovers_total", _C, "takeovers", "Partitions taken over: restored and put to work."
    ),
    MetricSpec(
        "jangkau_engine_lost_partitions_total",
        _C,
        "partitions",
        "Partitions that went without notice; what was not committed there is done again.",
    ),
    MetricSpec(
        "jangkau_engine_restoring_partitions",
        _G,
        "partitions",
        "Partitions owned but still being restored from hub.state.",
    ),
    MetricSpec(
        "jangkau_engine_restore_progress_ratio",
        _G,
        "ratio",
        "How much of a partition's state has been read, 0 to 1; gone when it works.",
        (PARTITION,),
    ),
    MetricSpec("jangkau_engine_restored_rows_total", _C, "rows", "Person rows read back from hub.state."),
    MetricSpec(
        "jangkau_engine_restore_seconds",
        _H,
        "seconds",
        "From assignment to the resumption of a partition.",
        (),
        _RESTORE_S,
    ),
    MetricSpec("jangkau_engine_control_offset", _G, "offset", "Next offset of hub.control to be folded."),
    MetricSpec(
        "jangkau_engine_business_date_days",
        _G,
        "days",
        "The business date worked under, days since 1970-01-01; 0 while there is none.",
    ),
    MetricSpec("jangkau_engine_directives_in_force", _G, "directives", "Directives the engine evaluates."),
    MetricSpec("jangkau_engine_lookups_total", _C, "lookups", "Look-ups answered."),
)

_CONTROL = (
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
        "jangkau_control_open_batches", _G, "batches", "Batches announced or begun and not yet closed."
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

_LAG = (
    MetricSpec(
        "jangkau_lag_records",
        _G,
        "records",
        "High watermark − position: everything written and not yet worked in, "
        "open transactions of a publisher included.",
        (TOPIC, PARTITION),
    ),
    MetricSpec(
        "jangkau_lag_seconds", _G, "seconds", "How long the oldest of those has waited.", (TOPIC, PARTITION)
    ),
    MetricSpec(
        "jangkau_lag_readable_records",
        _G,
        "records",
        "Last stable offset − position: what could be read now.",
        (TOPIC, PARTITION),
    ),
    MetricSpec(
        "jangkau_lag_readable_seconds",
        _G,
        "seconds",
        "How long the oldest of those has waited.",
        (TOPIC, PARTITION),
    ),
)

METRICS: tuple[MetricSpec, ...] = (*_ENGINE, *_CONTROL, *_LAG)
"""All metrics, in the order of the documentation."""

BY_NAME: Mapping[str, MetricSpec] = {spec.name: spec for spec in METRICS}
"""The same, by full name."""
