"""Handles on the sink's metrics."""

from prometheus_client import CollectorRegistry

from monitoring.registry import Maker


class SinkMetrics:
    """The metrics of the sink of the SQL view; the meaning of each is in the catalogue."""

    def __init__(self, registry: CollectorRegistry) -> None:
        make = Maker(registry, "jangkau_sink_")
        self.records = make.counters("records_total")
        self.erased_persons = make.counter("erased_persons_total")
        self.transactions = make.counters("transactions_total")
        self.transaction_seconds = make.histogram("transaction_seconds")
        self.last_commit_timestamp_seconds = make.gauge("last_commit_timestamp_seconds")
        self.database_up = make.gauge("database_up")
