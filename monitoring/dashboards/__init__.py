"""Grafana dashboards as code, one for each audience; ``jangkau monitoring write`` writes their JSON."""

from monitoring.dashboards.agencies import agencies
from monitoring.dashboards.hub import hub
from monitoring.dashboards.model import Dashboard
from monitoring.dashboards.programme import programme

__all__ = ["dashboards"]


def dashboards() -> tuple[Dashboard, ...]:
    """All of them: hub, agencies, programme."""
    return hub(), agencies(), programme()
