"""What a directive would do: asked of every partition, answered, added up."""

from dataclasses import dataclass
from datetime import date

from schemas.events.record import WireRecord
from schemas.names import Movement, PreviewPurpose, Program, Sex, Standing


@dataclass(frozen=True, slots=True)
class PreviewWanted(WireRecord):
    """A question to every partition, on hub.control; ``document`` is canonical JSON.

    ``attempt`` counts from 1: it is asked again when a partition had already gone past it.
    """

    preview: str
    attempt: int
    purpose: PreviewPurpose
    directive: str
    version: int
    document: str


@dataclass(frozen=True, slots=True)
class PreviewCell(WireRecord):
    """Persons that move alike. ``standing``: what would be said of them, for the leaving what is now."""

    movement: Movement
    regency: str
    decile: int | None
    sex: Sex
    standing: Standing
    persons: int


@dataclass(frozen=True, slots=True)
class UncoveredCell(WireRecord):
    """Persons the draft means with a gap; ``transport`` is the sector the tariff tells apart."""

    regency: str
    missing: tuple[Program, ...]
    transport: bool
    persons: int


@dataclass(frozen=True, slots=True)
class Overlap(WireRecord):
    """Persons the draft and another directive in force both mean."""

    directive: str
    persons: int


@dataclass(frozen=True, slots=True)
class Sample(WireRecord):
    """One of the persons who would move."""

    movement: Movement
    token: str


@dataclass(frozen=True, slots=True)
class PreviewAnswer(WireRecord):
    """One part of one partition's answer; ``passed``: it was past the question, ask again."""

    preview: str
    attempt: int
    passed: bool
    part: int
    parts: int
    digest: str
    cells: tuple[PreviewCell, ...]
    uncovered: tuple[UncoveredCell, ...]
    overlaps: tuple[Overlap, ...]
    public_payers: int
    sample: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class RegionMovement(WireRecord):
    """Movements of one regency."""

    region: str
    entering: int
    leaving: int
    staying: int


@dataclass(frozen=True, slots=True)
class PreviewFigures(WireRecord):
    """What a preview comes to. ``digest`` proves whom the draft means: it is over all their tokens."""

    preview: str
    digest: str
    business_date: date
    control_offset: int
    entering: int
    leaving: int
    staying: int
    regencies: tuple[RegionMovement, ...]


@dataclass(frozen=True, slots=True)
class Cost(WireRecord):
    """What one program not alive would cost in a region, rupiah; ``region`` ID is the nation."""

    region: str
    program: Program
    persons: int
    per_month: int
    to_year_end: int


@dataclass(frozen=True, slots=True)
class PreviewResult(WireRecord):
    """All of a preview, for whoever asked."""

    directive: str
    version: int
    figures: PreviewFigures
    cells: tuple[PreviewCell, ...]
    costs: tuple[Cost, ...]
    unpriced: tuple[Program, ...]
    overlaps: tuple[Overlap, ...]
    public_payers: int
    sample: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Bounds(WireRecord):
    """The most a directive may move when it comes into force; the last in thousandths of those meant now."""

    entering: int
    leaving: int
    leaving_regency: int
    leaving_regency_permille: int
