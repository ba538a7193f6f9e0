"""Handles on the metrics of the HTTP gateway."""

from prometheus_client import CollectorRegistry

from monitoring.registry import Maker


class GatewayMetrics:
    """The gateway's metrics; the meaning of each is in the catalogue."""

    def __init__(self, registry: CollectorRegistry) -> None:
        make = Maker(registry, "jangkau_gateway_")
        self.requests = make.counters("requests_total")
        self.request_seconds = make.histogram("request_seconds")
        self.open_requests = make.gauge("open_requests")
        self.accepted_events = make.counters("accepted_events_total")
        self.refused_requests = make.counters("refused_requests_total")

    def begun(self) -> None:
        """One more request is in flight."""
        self.open_requests.inc()

    def ended(self, route: str, status: int, seconds: float) -> None:
        """It is answered."""
        self.open_requests.dec()
        self.request_seconds.observe(seconds)
        self.requests.at(route, f"{status // 100}xx").inc()

    def refused(self, problem: str) -> None:
        """Why one was answered with a problem."""
        self.refused_requests.at(problem).inc()

    def accepted(self, event_type: str, count: int) -> None:
        """So many events of a type."""
        self.accepted_events.at(event_type).inc(count)
