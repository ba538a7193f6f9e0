"""A preview added up: the whole answers of all partitions make one result."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from schemas.directive import DirectiveDocument
from schemas.events import (
    Overlap,
    PreviewCell,
    PreviewFigures,
    PreviewResult,
    RegionMovement,
    Sample,
    UncoveredCell,
)
from schemas.names import MOVEMENTS, Movement, Payer, Program
from schemas.policy import Policy
from streams.control.cells import summed
from streams.control.costs import costs
from streams.control.fold import Asked
from streams.control.previews import PartitionAnswer

MOST_SAMPLED = 20
"""Tokens shown of each movement: the smallest, so that whoever adds up shows the same."""

_SELF: Payer = "SELF"


def add_up(asked: Asked, answers: Mapping[int, PartitionAnswer], policy: Policy | None) -> PreviewResult:
    """The result of a preview that every partition has answered.

    ``policy`` is None for tables this release does not have: then nothing is priced.
    """
    wanted = asked.wanted
    ordered = [answers[number] for number in sorted(answers)]
    day = ordered[0].partial.business_date
    assert day is not None, "an answer without a business date counts as passed"
    parts = [part for answer in ordered for part in answer.parts]
    uncovered = _uncovered(cell for part in parts for cell in part.uncovered)
    document = DirectiveDocument.from_json(wanted.document)
    priced, unpriced = costs(uncovered, policy, day, document.payer or _SELF)
    cells = summed([each for answer in ordered for each in answer.cells])
    regencies = _movements(cells)
    figures = PreviewFigures(
        preview=wanted.preview,
        digest=_digest(answer.parts[0].digest for answer in ordered),
        business_date=day,
        control_offset=asked.offset + 1,
        entering=sum(region.entering for region in regencies),
        leaving=sum(region.leaving for region in regencies),
        staying=sum(region.staying for region in regencies),
        regencies=regencies,
    )
    overlaps: Counter[str] = Counter()
    for part in parts:
        for overlap in part.overlaps:
            overlaps[overlap.directive] += overlap.persons
    return PreviewResult(
        directive=wanted.directive,
        version=wanted.version,
        figures=figures,
        cells=cells,
        costs=priced,
        unpriced=unpriced,
        overlaps=tuple(Overlap(name, overlaps[name]) for name in sorted(overlaps)),
        public_payers=sum(part.public_payers for part in parts),
        sample=_sample(sample for part in parts for sample in part.sample),
    )


def _digest(partitions: Iterable[str]) -> str:
    """SHA-256 over the digests of the partitions, 32 bytes each, in their order."""
    whole = hashlib.sha256()
    for digest in partitions:
        whole.update(bytes.fromhex(digest))
    return whole.hexdigest()


def _uncovered(cells: Iterable[UncoveredCell]) -> tuple[UncoveredCell, ...]:
    sums: Counter[tuple[str, tuple[Program, ...], bool]] = Counter()
    for cell in cells:
        sums[cell.regency, cell.missing, cell.transport] += cell.persons
    return tuple(UncoveredCell(*key, sums[key]) for key in sorted(sums))


def _movements(cells: Iterable[PreviewCell]) -> tuple[RegionMovement, ...]:
    moved: dict[str, Counter[Movement]] = {}
    for cell in cells:
        moved.setdefault(cell.regency, Counter())[cell.movement] += cell.persons
    return tuple(
        RegionMovement(code, moved[code]["ENTERING"], moved[code]["LEAVING"], moved[code]["STAYING"])
        for code in sorted(moved)
    )


def _sample(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    tokens: dict[Movement, set[str]] = {movement: set() for movement in MOVEMENTS}
    for sample in samples:
        tokens[sample.movement].add(sample.token)
    return tuple(
        Sample(movement, token) for movement in MOVEMENTS for token in sorted(tokens[movement])[:MOST_SAMPLED]
    )
