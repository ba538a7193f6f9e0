"""What the gateway's watch shows of the hub as a whole; a series it cannot vouch for is not there."""

from monitoring.catalog.spec import Kind, MetricSpec
from monitoring.labels import AGENCY, DIRECTIVE, PARTITION, PROVINCE, STATUS, TOPIC

_G = Kind.GAUGE

HUB = (
    MetricSpec(
        "jangkau_hub_look_timestamp_seconds",
        _G,
        "seconds",
        "When the watch last saw everything, seconds since 1970.",
    ),
    MetricSpec(
        "jangkau_hub_lag_records",
        _G,
        "records",
        "High watermark − the engines' committed position: written and not yet worked in.",
        (AGENCY, TOPIC, PARTITION),
    ),
    MetricSpec(
        "jangkau_hub_lag_seconds",
        _G,
        "seconds",
        "How long the oldest of those has waited, by the broker's clock; absent while it cannot be read.",
        (AGENCY, TOPIC, PARTITION),
    ),
    MetricSpec(
        "jangkau_hub_lag_readable_records",
        _G,
        "records",
        "Last stable offset − the engines' committed position: what an engine could read now.",
        (AGENCY, TOPIC, PARTITION),
    ),
    MetricSpec(
        "jangkau_hub_open_transaction_seconds",
        _G,
        "seconds",
        "How long the last stable offset has stood still below the high watermark: the age of the oldest "
        "open transaction. 0 when none is open.",
        (TOPIC, PARTITION),
    ),
    MetricSpec(
        "jangkau_hub_person_partitions", _G, "partitions", "Partitions each of the person topics has."
    ),
    MetricSpec(
        "jangkau_hub_newest_fact_timestamp_seconds",
        _G,
        "seconds",
        "Broker time of the newest record on the agency's topic, seconds since 1970.",
        (AGENCY,),
    ),
    MetricSpec(
        "jangkau_hub_newest_complete_batch_timestamp_seconds",
        _G,
        "seconds",
        "When the receipt of the agency's newest complete batch was written, seconds since 1970.",
        (AGENCY,),
    ),
    MetricSpec("jangkau_hub_incomplete_batches", _G, "batches", "Batches that are not complete.", (AGENCY,)),
    MetricSpec(
        "jangkau_hub_stalled_batches",
        _G,
        "batches",
        "Of those, the ones whose receipt has not changed for a quarter of an hour.",
        (AGENCY,),
    ),
    MetricSpec(
        "jangkau_hub_coverage_persons",
        _G,
        "persons",
        "Persons of a province by the published totals.",
        (PROVINCE, DIRECTIVE, STATUS),
    ),
    MetricSpec(
        "jangkau_hub_coverage_target_persons",
        _G,
        "persons",
        "How many shall be covered by the target that applies.",
        (PROVINCE, DIRECTIVE),
    ),
    MetricSpec(
        "jangkau_hub_totals_partitions", _G, "partitions", "Partitions the nation's totals should hold."
    ),
    MetricSpec("jangkau_hub_totals_reported_partitions", _G, "partitions", "Partitions they do hold."),
    MetricSpec(
        "jangkau_hub_totals_timestamp_seconds",
        _G,
        "seconds",
        "When the nation's totals were made, seconds since 1970.",
    ),
    MetricSpec(
        "jangkau_hub_disk_free_bytes", _G, "bytes", "Free on the data folder's disk, where Kafka writes."
    ),
    MetricSpec("jangkau_hub_disk_size_bytes", _G, "bytes", "Size of that disk."),
)
