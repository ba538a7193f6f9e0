"""A preview added up: the whole answers of all partitions make one result."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

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
from schemas.names import MOVEMENTS, Movement, Payer
from schemas.policy import Policy
from streams.control.costs import costs
from streams.control.fold import Asked
from streams.control.previews import PartitionAnswer

MOST_SAMPLED = 20
"""Tokens shown of each movement: the smallest, so that whoever adds up shows the same."""

_SELF: Payer = "SELF"
K = TypeVar("K")


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
    cells = _cells(cell for part in parts for cell in part.cells)
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


def _summed(keys: Iterable[tuple[K, int]], order: Callable[[K], Any]) -> list[tuple[K, int]]:
    sums: dict[K, int] = {}
    for key, persons in keys:
        sums[key] = sums.get(key, 0) + persons
    return sorted(sums.items(), key=lambda item: order(item[0]))


def _cells(cells: Iterable[PreviewCell]) -> tuple[PreviewCell, ...]:
    summed = _summed(
        (
            ((cell.movement, cell.regency, cell.decile, cell.sex, cell.standing), cell.persons)
            for cell in cells
        ),
        lambda key: (MOVEMENTS.index(key[0]), key[1], key[2] or 0, key[3], key[4]),
    )
    return tuple(PreviewCell(*key, persons) for key, persons in summed)


def _uncovered(cells: Iterable[UncoveredCell]) -> tuple[UncoveredCell, ...]:
    keyed = (((cell.regency, cell.missing, cell.transport), cell.persons) for cell in cells)
    return tuple(UncoveredCell(*key, persons) for key, persons in _summed(keyed, lambda key: key))


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
