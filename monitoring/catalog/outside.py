"""Whether what a process needs is there."""

from monitoring.catalog.spec import Kind, MetricSpec

OUTSIDE = (
    MetricSpec(
        "jangkau_kafka_up",
        Kind.GAUGE,
        "0 or 1",
        "Whether Kafka answers this process: engine, control worker or sink. Asked every two seconds.",
    ),
)
