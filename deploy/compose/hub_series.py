"""What the watch has seen, as the series of the catalogue. Pure: what is not known has no series."""

from collections.abc import Iterator

from deploy.query.looking import Look
from monitoring.figures import CoverageFigures, HubFigures
from monitoring.handles_hub import Series

_HUB = "jangkau_hub_"

OF_A_LOOK = tuple(
    _HUB + name for name in ("lag_records", "lag_seconds", "lag_readable_records", "open_transaction_seconds")
)
"""What must not be shown when it could not be looked at: an old lag reads as a present one."""


def look_series(look: Look, at: float) -> Series:
    """What the topics said; ``at`` is when, seconds since 1970."""
    places = {(str(part.agency), part.topic, str(part.partition)): part for part in look.lag}
    waited = {place: part.seconds for place, part in places.items()}
    return {
        _HUB + "look_timestamp_seconds": {(): at},
        _HUB + "lag_records": {place: part.records for place, part in places.items()},
        _HUB + "lag_readable_records": {place: part.readable for place, part in places.items()},
        _HUB + "lag_seconds": {place: each for place, each in waited.items() if each is not None},
        _HUB + "open_transaction_seconds": {
            (source.topic, str(source.partition)): age for source, age in look.open_transactions.items()
        },
        _HUB + "person_partitions": {(): look.person_partitions},
        _HUB + "newest_fact_timestamp_seconds": {
            (agency,): stamp for agency, stamp in look.newest_facts.items()
        },
    }


def figures_series(figures: HubFigures) -> Series:
    """What whoever follows the totals and receipts has made of them."""
    whole = {
        "totals_timestamp_seconds": figures.totals_at,
        "totals_partitions": figures.partitions,
        "totals_reported_partitions": figures.partitions_reported,
    }
    return {
        _HUB + "newest_complete_batch_timestamp_seconds": {
            (each.agency,): each.newest_complete_batch_at
            for each in figures.agencies
            if each.newest_complete_batch_at is not None
        },
        _HUB + "incomplete_batches": {(each.agency,): each.open_batches for each in figures.agencies},
        _HUB + "stalled_batches": {(each.agency,): each.stalled for each in figures.agencies},
        _HUB + "coverage_persons": {
            (each.region, each.directive, status): persons
            for each in figures.coverage
            for status, persons in _counted(each)
        },
        _HUB + "coverage_target_persons": {
            (each.region, each.directive): each.target for each in figures.coverage if each.target is not None
        },
        **{_HUB + name: {(): value} for name, value in whole.items() if value is not None},
    }


def disk_series(free_bytes: int, size_bytes: int) -> Series:
    """The file system of the data folder."""
    return {_HUB + "disk_free_bytes": {(): free_bytes}, _HUB + "disk_size_bytes": {(): size_bytes}}


def _counted(one: CoverageFigures) -> Iterator[tuple[str, int]]:
    yield "eligible", one.eligible
    yield "covered", one.covered
    yield "gap", one.gap
    yield "held", one.held
    yield "lapsing", one.lapsing
    yield "incomplete_data", one.incomplete_data
