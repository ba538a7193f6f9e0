"""A small year judged by the plain oracle and written down as a hub would have published it."""

import json
from collections import defaultdict
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.population import ledger
from connectors.population.steps import Publish
from schemas.events import DirectiveCounts, Discrepancies
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, PROGRAMS
from tests.connectors.population.conftest import make_year
from tests.oracle.examples import PARTITIONS, Tables, directive, hub
from tests.oracle.facts import Fact
from tests.oracle.hub import OracleHub
from tests.oracle.partition import partition_of
from tests.oracle.verdict import Desired

DAY = date(2025, 6, 30)
TARGET = {"region": "74.71", "date": "2026-03-31", "persons": 40}
DOCUMENT = directive() | {"targets": [TARGET]}


@pytest.fixture(scope="package")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every check finds nothing wrong. Copy it before changing it."""
    folder = tmp_path_factory.mktemp("judged")
    (folder / "ledger").mkdir()
    (folder / "recorded" / "coverage").mkdir(parents=True)
    year = make_year(months=3, share=0.001)
    batches = []
    for step in year.steps():
        if isinstance(step, Publish):
            sent = sum(len(rows) for rows in step.slices)
            batches.append({"batch": step.batch, "sent": sent, "spoiled": len(step.spoiled)})
    persons = [row for part in ledger.ranked_people(year) for row in part.to_pylist()]
    memberships = [row for part in ledger.held_memberships(year) for row in part.to_pylist()]
    _write(folder / "ledger" / "persons.parquet", persons)
    _write(folder / "ledger" / "memberships.parquet", memberships)
    _write(folder / "ledger" / "batches.parquet", batches)
    (folder / "ledger" / "rules.json").write_text(json.dumps(_rules()))
    oracle = _told(persons, memberships)
    _write(folder / "recorded" / "coverage" / "0.parquet", _coverage(oracle))
    _write(folder / "recorded" / "regions.parquet", _totals(oracle))
    _write(folder / "recorded" / "receipts.parquet", [_receipt(row) for row in batches])
    return folder


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    pq.write_table(pa.Table.from_pylist(rows), path)


def _rules() -> dict[str, Any]:
    policy = Tables()
    segments = [
        {
            "segment": name,
            "kind": rule.kind,
            "due_day": rule.due_day,
            "due_month_offset": rule.due_month_offset,
        }
        for name, rule in policy.segments.items()
    ]
    return {
        "business_date": DAY.isoformat(),
        "tolerance": policy.tolerance,
        "arrears_months": policy.arrears_months,
        "segments": segments,
        "directives": [DOCUMENT],
    }


def _told(persons: list[dict[str, Any]], memberships: list[dict[str, Any]]) -> OracleHub:
    oracle = hub(DAY, DOCUMENT)
    for topic, rows in ((DTSEN_PERSONS, persons), (BPJS_MEMBERSHIPS, memberships)):
        for offset, row in enumerate(rows):
            oracle.facts[topic, row["token"]] = Fact(row["version"], 0, offset, row)
    return oracle


def _coverage(oracle: OracleHub) -> list[dict[str, Any]]:
    """One record for everyone meant, and before it, for some, one that said otherwise."""
    rows: list[dict[str, Any]] = []
    for number, (token, desired) in enumerate(oracle.desired.items()):
        if not desired.verdicts:
            continue
        seq = 1
        if number % 3 == 0:
            rows.append(_record(token, seq, desired, len(rows)) | {"region": "74"})
            seq += 1
        rows.append(_record(token, seq, desired, len(rows)))
    return rows


def _record(token: str, seq: int, desired: Desired, offset: int) -> dict[str, Any]:
    verdicts = [
        {
            "directive": v.directive,
            "version": v.version,
            "status": v.status,
            "missing": [p for p in PROGRAMS if p in v.missing],
            "reason": v.reason,
        }
        for v in desired.verdicts
    ]
    gap = any(v["status"] == "GAP" for v in verdicts)
    return {
        "partition": partition_of(token.encode(), PARTITIONS),
        "offset": offset,
        "token": token,
        "seq": seq,
        "status": "GAP" if gap else "COVERED",
        "verdicts": verdicts,
        "region": desired.region,
        "previous_region": None if seq == 1 else "74",
    }


_DIRECTIVE_COUNTS = [field.name for field in fields(DirectiveCounts)][2:]
_DISCREPANCIES = [field.name for field in fields(Discrepancies)]


def _totals(oracle: OracleHub) -> list[dict[str, Any]]:
    added: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for region, total in oracle.totals.items():
        for key in (region, region[:2], "ID") if region else ("ID",):
            added[key]["persons"] += total.persons
            for (_, name), count in total.directives.items():
                added[key][name] += count
            for name, count in total.discrepancies.items():
                added[key][name] += count
    return [_region(key, counts, offset) for offset, (key, counts) in enumerate(added.items())]


def _region(key: str, counts: dict[str, int], offset: int) -> dict[str, Any]:
    target = {"target": TARGET["persons"] if key == TARGET["region"] else None, "target_date": None}
    of_directive = {name: counts[name] for name in _DIRECTIVE_COUNTS}
    return {
        "partition": 0,
        "offset": offset,
        "key": key,
        "business_date": DAY,
        "persons": counts["persons"],
        "directives": [{"directive": "inpres-8-2025", "version": 1, **of_directive, **target}],
        "discrepancies": {name: counts[name] for name in _DISCREPANCIES},
        "partitions_reported": PARTITIONS,
        "partitions": PARTITIONS,
    }


def _receipt(batch: dict[str, Any]) -> dict[str, Any]:
    return {
        "partition": 0,
        "offset": 0,
        "key": batch["batch"],
        "sent": batch["sent"],
        "accepted": batch["sent"] - batch["spoiled"],
        "duplicate": 0,
        "stale": 0,
        "conflict": 0,
        "quarantined": batch["spoiled"],
        "erased": 0,
        "complete": True,
        "digest_matches": None if batch["spoiled"] else True,
        "regencies": [
            {"region": "74.71", "accepted": batch["sent"] - batch["spoiled"], "quarantined": 0},
            {"region": "", "accepted": 0, "quarantined": batch["spoiled"]},
        ],
    }
