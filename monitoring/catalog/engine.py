"""What an engine shows."""

from monitoring.catalog.spec import Kind, MetricSpec
from monitoring.labels import AGENCY, CLASS, HOLD, OUTCOME, PARTITION, REASON, TOPIC

# A verdict is wanted within 50 to 150 ms; the upper bounds show a takeover and a backlog.
_LATENCY_S = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)
# Transactions last 20 ms to 1 s by design; above that something is wrong.
_TRANSACTION_S = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
_RESTORE_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0, 1800.0)

_C = Kind.COUNTER
_G = Kind.GAUGE
_H = Kind.HISTOGRAM

ENGINE = (
    MetricSpec(
        "jangkau_engine_consumed_records_total",
        _C,
        "records",
        "Records taken from an agency topic, committed work only.",
        (TOPIC, AGENCY),
    ),
    MetricSpec(
        "jangkau_engine_classified_records_total",
        _C,
        "records",
        "The same records, each in exactly one class.",
        (TOPIC, AGENCY, CLASS),
    ),
    MetricSpec(
        "jangkau_engine_quarantined_records_total",
        _C,
        "records",
        "Records that could not be used, by reason.",
        (TOPIC, AGENCY, REASON),
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
        "jangkau_engine_fenced_total",
        _C,
        "fences",
        "Times an engine of this slot was fenced by a successor and ended; counted on over restarts.",
    ),
    MetricSpec(
        "jangkau_engine_waiting",
        _G,
        "0 or 1",
        "Whether something failed for want of Kafka or the registry and has not been done since; it is tried "
        "again after pauses.",
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
    MetricSpec(
        "jangkau_engine_stopped_inputs",
        _G,
        "inputs",
        "1 while an input is not read on because too much of it was rejected, else 0.",
        (TOPIC, AGENCY, PARTITION),
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
