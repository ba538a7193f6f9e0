"""What the HTTP gateway shows."""

from monitoring.catalog.spec import Kind, MetricSpec
from monitoring.labels import EVENT_TYPE, PROBLEM, ROUTE, STATUS_CLASS

# An answer waits for Kafka and for the disk: a few to some tens of milliseconds; a look-up for an engine.
_REQUEST_S = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)

_C = Kind.COUNTER
_G = Kind.GAUGE

GATEWAY = (
    MetricSpec(
        "jangkau_gateway_requests_total",
        _C,
        "requests",
        "Requests answered, by route and class of status; 499 is a sender that hung up.",
        (ROUTE, STATUS_CLASS),
    ),
    MetricSpec(
        "jangkau_gateway_request_seconds",
        Kind.HISTOGRAM,
        "seconds",
        "From the header of a request to the end of its answer.",
        (),
        _REQUEST_S,
    ),
    MetricSpec("jangkau_gateway_open_requests", _G, "requests", "Requests being worked on now."),
    MetricSpec(
        "jangkau_gateway_accepted_events_total",
        _C,
        "events",
        "Events that Kafka has acknowledged, by type; repeats are not counted again.",
        (EVENT_TYPE,),
    ),
    MetricSpec(
        "jangkau_gateway_refused_requests_total",
        _C,
        "requests",
        "Requests answered with a problem, by the problem.",
        (PROBLEM,),
    ),
)
