"""How far behind whoever reads is."""

from monitoring.catalog.spec import Kind, MetricSpec
from monitoring.labels import PARTITION, TOPIC

_G = Kind.GAUGE

LAG = (
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
