"""What the sink of the SQL view shows."""

from monitoring.catalog.spec import Kind, MetricSpec
from monitoring.labels import OUTCOME, TOPIC

# A batch of 20,000 records takes well under a second; above ten the database is in trouble.
_TRANSACTION_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

SINK = (
    MetricSpec(
        "jangkau_sink_records_total",
        Kind.COUNTER,
        "records",
        "Records of the hub's topics that are in the tables, committed work only.",
        (TOPIC,),
    ),
    MetricSpec(
        "jangkau_sink_erased_persons_total",
        Kind.COUNTER,
        "persons",
        "Persons deleted from the tables after a tombstone.",
    ),
    MetricSpec(
        "jangkau_sink_transactions_total",
        Kind.COUNTER,
        "transactions",
        "Transactions of the database, by outcome; one whose outcome was not heard counts as aborted.",
        (OUTCOME,),
    ),
    MetricSpec(
        "jangkau_sink_transaction_seconds",
        Kind.HISTOGRAM,
        "seconds",
        "From the first row to the database's answer to the commit.",
        (),
        _TRANSACTION_S,
    ),
    MetricSpec(
        "jangkau_sink_last_commit_timestamp_seconds",
        Kind.GAUGE,
        "seconds",
        "When records were last committed, seconds since 1970.",
    ),
    MetricSpec(
        "jangkau_sink_database_up",
        Kind.GAUGE,
        "state",
        "1 while the database is there, 0 while the sink waits for it.",
    ),
)
