"""Writes down what is true when the year is over, for the check to compare with."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.population.ledger import held_memberships, ranked_people
from connectors.population.year import Year
from deploy.demo.folder import DemoFolder
from schemas.directive import DirectiveDocument
from schemas.policy import Policy


@dataclass(frozen=True)
class SentBatch:
    """One publication as its sender knows it; ``spoiled`` records of it must end in quarantine."""

    batch: str
    topic: str
    sent: int
    spoiled: int


def write_ledger(
    folder: DemoFolder,
    year: Year,
    batches: Sequence[SentBatch],
    rules: tuple[date, Policy, Sequence[DirectiveDocument]],
) -> None:
    """The facts, the publications, and the rules at the last business date."""
    _write(folder.ledger / "persons.parquet", ranked_people(year))
    _write(folder.ledger / "memberships.parquet", held_memberships(year))
    sent = pa.Table.from_pylist([asdict(batch) for batch in batches])
    pq.write_table(sent, folder.ledger / "batches.parquet")
    (folder.ledger / "rules.json").write_text(json.dumps(_rules(*rules), indent=2) + "\n", "utf-8")


def _rules(day: date, policy: Policy, documents: Sequence[DirectiveDocument]) -> dict[str, object]:
    segments = [
        {
            "segment": name,
            "kind": segment.kind,
            "due_day": segment.due_day,
            "due_month_offset": segment.due_month_offset,
        }
        for name, segment in policy.segments.items()
    ]
    return {
        "business_date": day.isoformat(),
        "tolerance": policy.tolerance_at(day),
        "arrears_months": policy.arrears_months,
        "segments": segments,
        "directives": [json.loads(document.canonical_json()) for document in documents],
    }


def _write(path: Path, slices: Iterator[pa.RecordBatch]) -> None:
    first = next(slices)
    with pq.ParquetWriter(path, first.schema, compression="zstd") as writer:
        writer.write_batch(first)
        for rows in slices:
            writer.write_batch(rows)
