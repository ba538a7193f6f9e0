"""The JSON form of an explanation, as engines answer it on hub.answers.

It comes from another process, perhaps of another release: what is not known is ignored, what is
missing is a fault that names the field.
"""

from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.errors import InvalidInput


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DtsenFact(_Part):
    """The winning DTSEN fact. ``version`` = release × 2³² + correction, release = year × 10 + quarter."""

    version: int
    offset: int
    decile: int | None
    extreme_poor: bool
    birth_date: date | None = None
    sex: str
    work_status: int | None
    industry: int | None
    presence: str


class BpjsFact(_Part):
    """The winning membership fact, as it stands at the business date."""

    version: int
    offset: int
    alive: tuple[str, ...]
    in_arrears: tuple[str, ...]
    enrolled: bool


class Facts(_Part):
    """What the hub holds of the person, per agency."""

    dtsen: DtsenFact | None
    bpjs: BpjsFact | None


class Clause(_Part):
    """One clause of a directive: what it asks and what the person has."""

    clause: str
    result: Literal["true", "false", "unknown"]
    asks: Any = None
    has: Any = None


class VerdictPart(_Part):
    """What a directive that means the person finds."""

    status: str
    missing: tuple[str, ...] = ()
    reason: str | None = None


class DirectivePart(_Part):
    """One directive in force."""

    directive: str
    version: int
    means: bool
    clauses: tuple[Clause, ...]
    not_meant_reason: str | None
    verdict: VerdictPart | None


class PublishedVerdict(VerdictPart):
    """One verdict of the record subscribers have."""

    directive: str
    version: int


class Published(_Part):
    """The last record on coverage.persons."""

    seq: int
    status: str
    verdicts: tuple[PublishedVerdict, ...]


class HeldFrom(_Part):
    """A directive whose leaving is held."""

    directive: str
    version: int


class HeldPart(_Part):
    """The change that is kept back, and the DTSEN fact that led to it."""

    state: str
    directives: tuple[HeldFrom, ...]
    business_date: date
    region: str
    dtsen_version: int
    dtsen_offset: int
    control_offset: int


class Explanation(_Part):
    """Why one person's coverage is what it is."""

    region: str | None
    business_date: date | None
    facts: Facts
    directives: tuple[DirectivePart, ...]
    published: Published | None
    held: HeldPart | None
    control_offset: int
    partition: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the JSON; raises ``InvalidInput`` naming fields, never values."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)})
            raise InvalidInput(
                f"the answer has another form than this command knows: {', '.join(fields) or 'no JSON'}",
                remedy="run this command from the same release as the engines",
            ) from None

    def has(self, clause: Clause) -> Any:
        """What the person has of what a clause asks: as the engine says, else from the facts."""
        fact = self.facts.dtsen
        if clause.has is not None or fact is None:
            return clause.has
        return {
            "PRESENCE": fact.presence,
            "REGION": self.region,
            "WELFARE": {"decile": fact.decile, "extreme_poor": fact.extreme_poor},
            "AGE": completed_years(fact.birth_date, self.business_date),
            "SEX": fact.sex,
            "WORK_STATUS": fact.work_status,
            "INDUSTRY": fact.industry,
        }.get(clause.clause)

    @property
    def pending(self) -> bool:
        """Whether the record subscribers have differs from what is decided now."""
        desired = [
            (
                part.directive,
                part.version,
                part.verdict.status,
                set(part.verdict.missing),
                part.verdict.reason,
            )
            for part in self.directives
            if part.verdict is not None
        ]
        there = self.published.verdicts if self.published else ()
        shown = [
            (part.directive, part.version, part.status, set(part.missing), part.reason) for part in there
        ]
        return sorted(desired, key=lambda part: part[0]) != sorted(shown, key=lambda part: part[0])


def completed_years(birth: date | None, on: date | None) -> int | None:
    """Age on a day; born on 29 February, a year older on 1 March in other years (docs/rules.md)."""
    if birth is None or on is None:
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
