"""The handle of what a process sees of Kafka."""

from prometheus_client import CollectorRegistry, Gauge

from monitoring.registry import Maker


def kafka_up(registry: CollectorRegistry) -> Gauge:
    """1 while Kafka answers the process, else 0. One per registry."""
    return Maker(registry, "jangkau_").gauge("kafka_up")
