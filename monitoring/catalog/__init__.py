"""The metric catalogue: every series a Jangkau process shows, by name, kind, unit, labels and meaning.

``registry`` builds the handles from it and docs/metrics.md is made from it, so a metric that is not
here cannot be counted and one that is here is documented. Base units only (seconds, bytes, records);
no label can hold anything personal: each is a closed list or bounded by configuration.
"""

from collections.abc import Mapping

from monitoring.catalog.control import CONTROL
from monitoring.catalog.engine import ENGINE
from monitoring.catalog.gateway import GATEWAY
from monitoring.catalog.hub import HUB
from monitoring.catalog.lag import LAG
from monitoring.catalog.outside import OUTSIDE
from monitoring.catalog.sink import SINK
from monitoring.catalog.spec import PREFIX, Kind, MetricSpec

__all__ = ["BY_NAME", "METRICS", "PREFIX", "Kind", "MetricSpec"]

METRICS: tuple[MetricSpec, ...] = (*ENGINE, *CONTROL, *GATEWAY, *SINK, *LAG, *OUTSIDE, *HUB)
"""All metrics, in the order of the documentation."""

BY_NAME: Mapping[str, MetricSpec] = {spec.name: spec for spec in METRICS}
"""The same, by full name."""
