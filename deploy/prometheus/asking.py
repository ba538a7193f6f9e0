"""A running Prometheus, asked whether it sees what the rules and dashboards read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from monitoring.dashboards import dashboards
from monitoring.dashboards.model import concrete
from monitoring.promql import selectors
from monitoring.rules import load_rules
from schemas.errors import InvalidInput, Retryable

_TIMEOUT_S = 10.0

RIGHTLY_EMPTY: Mapping[str, str] = {
    "jangkau_engine_quarantined_records_total": "nothing has been quarantined yet",
    "jangkau_hub_stalled_batches": "no agency has published a batch yet",
    "jangkau_control_directive_versions": "no directive has been submitted yet",
}
"""Metrics of alerts that a new hub does not show yet, and why that is no fault."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked: ``where`` it is used, and when no answer is no fault."""

    where: str
    expr: str
    rightly_empty: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """How many series answered."""

    question: Question
    series: int

    @property
    def missing(self) -> bool:
        """Nothing answered, and something should have."""
        return not self.series and self.question.rightly_empty is None


class Prometheus:
    """The HTTP API of a Prometheus. Every method raises ``Retryable`` while it does not answer."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(timeout=_TIMEOUT_S, trust_env=False)

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The series of an instant vector: ``metric`` and ``value``. Raises ``InvalidInput``: bad PromQL."""
        found = self._get("query", query=expr)["result"]
        assert isinstance(found, list)
        return found

    def targets(self) -> dict[str, str]:
        """How each process of the hub is: ``up``, ``down`` or ``unknown``, by its name."""
        active = self._get("targets", state="active")["activeTargets"]
        ours = (target for target in active if target["labels"].get("job") == "jangkau")
        return {target["labels"]["instance"]: target["health"] for target in ours}

    def firing(self) -> list[dict[str, str]]:
        """The labels of the alerts that fire now."""
        alerts = self._get("alerts")["alerts"]
        return [alert["labels"] for alert in alerts if alert["state"] == "firing"]

    def _get(self, path: str, **parameters: str) -> Any:
        try:
            answer = self._client.get(f"{self._url}/api/v1/{path}", params=parameters)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Retryable(
                f"no Prometheus answers at {self._url} ({type(error).__name__})",
                remedy="start it, or say where it is with --url; docs/monitoring.md",
            ) from None
        if body.get("status") != "success":
            raise InvalidInput(f"Prometheus refuses: {body.get('error', answer.status_code)}")
        return body["data"]


def questions(window: str = "5m") -> Iterator[Question]:
    """What every panel asks, every recording rule makes, and every alert reads. ``window``: of rates."""
    for board in dashboards():
        for panel, query in board.queries():
            where = f"{board.uid}: {panel.title.indonesian}"
            yield Question(where, concrete(query.expr, window), query.rightly_empty)
    for rule in load_rules().recorded:
        yield Question(rule.name, rule.expr, _excuse(rule.expr))
    for alert in load_rules().alerts:
        for read in selectors(alert.expr):
            yield Question(alert.name, read.metric, _excuse(read.metric))


def _excuse(expr: str) -> str | None:
    found = (RIGHTLY_EMPTY.get(read.metric) for read in selectors(expr))
    return next(filter(None, found), None)


def ask_all(prometheus: Prometheus, window: str = "5m") -> Iterator[Reply]:
    """Ask everything, one after the other."""
    for question in questions(window):
        yield Reply(question, len(prometheus.query(question.expr)))
