"""What Prometheus says is wrong, if there is one: its alerts, asked over HTTP."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from connectors.console.bodies import AlertLine, Alerts
from schemas.errors import InvalidInput

_WITHIN_S = 2.0
_GOOD_FOR_S = 2.0
_ALERTS_AT_MOST = 200
_LONGEST_TEXT = 2_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AlertSource(Protocol):
    """Where alerts are to be had."""

    async def get(self) -> Alerts:
        """What is pending or firing now; never raises."""


class NoAlerts:
    """No Prometheus is set."""

    async def get(self) -> Alerts:
        """Nothing, and from nowhere."""
        return Alerts(source=None, error=None, items=[])


class PrometheusAlerts:
    """Asks a Prometheus; an answer is good for two seconds, however many ask."""

    def __init__(
        self,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._clock = checked(url), clock
        self._client = httpx.AsyncClient(timeout=_WITHIN_S, trust_env=False, transport=transport)
        self._known: tuple[float, Alerts] | None = None

    async def get(self) -> Alerts:
        """What is pending or firing now; ``error`` says in words why it is not known."""
        if self._known is None or self._clock() - self._known[0] > _GOOD_FOR_S:
            self._known = self._clock(), await self._ask()
        return self._known[1]

    async def _ask(self) -> Alerts:
        try:
            answer = await self._client.get(f"{self._url}/api/v1/alerts")
            answer.raise_for_status()
            found = answer.json()["data"]["alerts"]
            return Alerts(source="prometheus", error=None, items=_lines(found))
        except httpx.TimeoutException:
            return _failed(f"Prometheus did not answer within {_WITHIN_S:g} s")
        except httpx.HTTPStatusError as error:
            return _failed(f"Prometheus answered {error.response.status_code}")
        except httpx.HTTPError:
            return _failed("Prometheus cannot be reached")
        except (ValueError, KeyError, TypeError, AttributeError):
            return _failed("what answers is no Prometheus")

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()


def checked(url: str) -> str:
    """The address without its last slash; raises ``InvalidInput`` unless it is loopback or https."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise InvalidInput(
            "JANGKAU_GATEWAY__PROMETHEUS_URL: an address on this machine, or https, without a password",
            remedy="as http://127.0.0.1:9090",
        )
    return url.rstrip("/")


def _failed(why: str) -> Alerts:
    return Alerts(source="prometheus", error=why, items=[])


def _lines(found: Iterable[Any]) -> list[AlertLine]:
    lines = [_line(each) for each in found]
    # What fires first, then what is severe, then what is old.
    lines.sort(key=lambda line: (line.state != "firing", line.severity != "page", line.name))
    return lines[:_ALERTS_AT_MOST]


def _line(alert: Any) -> AlertLine:
    labels, notes = alert["labels"], alert.get("annotations") or {}
    return AlertLine(
        name=_text(labels["alertname"]),
        state=_text(alert["state"]),
        severity=_text(labels.get("severity", "")),
        audience=_text(labels.get("audience", "")),
        summary_id=_text(notes.get("summary_id", "")),
        summary_en=_text(notes.get("summary_en", "")),
        since=_moment(alert.get("activeAt")),
        runbook=_text(notes["runbook"]) if "runbook" in notes else None,
    )


def _text(given: Any) -> str:
    return str(given)[:_LONGEST_TEXT]


def _moment(given: Any) -> datetime | None:
    found = datetime.fromisoformat(given) if given else None
    return found if found is not None and found.tzinfo is not None else None
