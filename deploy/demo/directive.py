"""The directive the demo announces: Inpres 8/2025, its targets scaled to the population that was drawn."""

import json
from datetime import date
from pathlib import Path

import numpy as np

from connectors.population.drives import vulnerable_workers
from connectors.population.people import People
from connectors.population.year import FIRST_MONTH
from schemas.directive import DirectiveDocument, parse_directive

INPRES = Path(__file__).parents[2] / "schemas" / "examples" / "directives" / "inpres-8-2025.yaml"
_TARGET_SHARE = 0.6
"""Of the workers it means, to be covered by the end of the year; assumed."""

_DUE = date(2026, 3, 31)


def scaled_directive(people: People, path: Path = INPRES) -> DirectiveDocument:
    """The document with one target for each regency and one for the province."""
    document = json.loads(parse_directive(path.read_text("utf-8")).canonical_json())
    workers = vulnerable_workers(people, FIRST_MONTH.astype("datetime64[D]"))
    codes = people.places.regencies
    counts = np.bincount(people.regency[workers], minlength=len(codes)) * _TARGET_SHARE
    wanted = {code: round(count) for code, count in zip(codes, counts.tolist(), strict=True)}
    wanted[codes[0][:2]] = sum(wanted.values())
    document["targets"] = [
        {"region": code, "date": _DUE.isoformat(), "persons": persons} for code, persons in wanted.items()
    ]
    return parse_directive(json.dumps(document))
