"""Following ``coverage.regions`` and ``coverage.directives``: how many, where, and how directives stand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from connectors.client.connection import Login
from connectors.client.latest import Entry, Latest
from schemas.events import DirectiveStatus, RegionTotals
from schemas.ids import DirectiveId
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_REGIONS

TOTALS_TOPICS = (COVERAGE_REGIONS, COVERAGE_DIRECTIVES)


class Totals:
    """The totals of the nation, its provinces and regencies, and the standing of directives, as they are now.

    ``regions`` has the code of a region (``"ID"`` the nation), ``directives`` the id of a directive. Both
    are complete after ``connect``, brought up to date by ``read`` and while iterating over ``follow``.
    A total with ``partitions_reported`` below ``partitions`` is not complete yet. Nothing is stored
    anywhere: the topics hold the last record of each key, some hundreds, and are read from their start.

    One thread reads; ``stop`` may be called from any.

        with Totals.connect(servers, registry) as totals:
            kendari = totals.regions["74.71"]
            for key, value in totals.follow():
                ...
    """

    def __init__(self, latest: Latest) -> None:
        self._latest = latest
        self._regions: dict[str, RegionTotals] = {}
        self._directives: dict[DirectiveId, DirectiveStatus] = {}

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        registry_url: str,
        *,
        registry_login: Login | None = None,
        security: Mapping[str, str] | None = None,
        secret_files: Mapping[str, Path] | None = None,
    ) -> Self:
        """On a cluster; reads all there is. Raises as ``Subscriber.connect``."""
        latest = Latest.connect(
            bootstrap_servers, registry_url, TOTALS_TOPICS, registry_login, security, secret_files
        )
        totals = cls(latest)
        totals.read()
        return totals

    def __repr__(self) -> str:
        return f"Totals({len(self._regions)} regions, {len(self._directives)} directives)"

    @property
    def regions(self) -> Mapping[str, RegionTotals]:
        """The last totals by region code."""
        return self._regions

    @property
    def directives(self) -> Mapping[DirectiveId, DirectiveStatus]:
        """The last status by directive."""
        return self._directives

    def read(self) -> None:
        """Take in all that lies on the topics now. Raises ``ContractBroken``, ``Retryable``."""
        for entry in self._latest.there():
            self._take(entry)

    def follow(
        self, *, idle_s: float | None = None
    ) -> Iterator[tuple[str, RegionTotals | DirectiveStatus | None]]:
        """What changes, for ever, or until nothing has come for ``idle_s``, or until ``stop``.

        The key (region code or directive id) and the new value, ``None`` if there is none any more.
        """
        for entry in self._latest.coming(idle_s):
            yield entry.key, self._take(entry)

    def stop(self) -> None:
        """End ``follow`` within a quarter of a second; from any thread or a signal handler."""
        self._latest.stop()

    def close(self) -> None:
        """Release the connection."""
        self._latest.close()

    def _take(self, entry: Entry) -> RegionTotals | DirectiveStatus | None:
        if entry.topic == COVERAGE_REGIONS:
            if entry.value is None:
                self._regions.pop(entry.key, None)
                return None
            self._regions[entry.key] = RegionTotals.from_record(entry.value)
            return self._regions[entry.key]
        directive = DirectiveId(entry.key)
        if entry.value is None:
            self._directives.pop(directive, None)
            return None
        self._directives[directive] = DirectiveStatus.from_record(entry.value)
        return self._directives[directive]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
