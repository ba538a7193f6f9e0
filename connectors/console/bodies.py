"""What the routes of the console give. Times have an offset; figures say as of when they are."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from connectors.console.hub import Level
from schemas.names import Agency, HoldState, Program

PlaceLevel = Literal["nation", "province", "regency"]


class DirectiveName(BaseModel):
    """A version of a directive that totals speak of; without title and programs if its text is not known."""

    directive: str
    version: int
    title: str | None
    programs: list[Program]


class DirectiveLine(BaseModel):
    """One directive in one region, in persons. ``reasons`` are those of the gap."""

    directive: str
    version: int
    eligible: int
    covered: int
    gap: int
    reasons: dict[str, int]
    held: int
    lapsing: int
    incomplete_data: int
    target: int | None
    target_date: date | None


class Place(BaseModel):
    """A region; ``population`` is that of the official list, ``persons`` those the hub counts there."""

    code: str
    name: str
    level: PlaceLevel
    population: int
    persons: int
    directives: list[DirectiveLine]


class PlaceInFull(Place):
    """A region with what only a hub can see."""

    discrepancies: dict[str, int]


class Named(BaseModel):
    """A region by name."""

    code: str
    name: str


class TotalsAnswer(BaseModel):
    """A region, what lies above it and what lies below it. ``as_of`` is null before there are totals."""

    as_of: AwareDatetime | None
    business_date: date | None
    complete: bool
    partitions_reported: int | None
    partitions: int | None
    control_offset: int | None
    directives: list[DirectiveName]
    region: PlaceInFull
    parents: list[Named]
    children: list[Place]


class TrendPoint(BaseModel):
    """The last totals of one business date."""

    date: date
    eligible: int
    covered: int
    gap: int
    complete: bool


class Step(BaseModel):
    """Persons to be covered by a date."""

    date: date
    target: int


class TrendAnswer(BaseModel):
    """A directive in a region day by day; ``since`` is the first day that is known."""

    as_of: AwareDatetime | None
    directive: str
    region: str
    points: list[TrendPoint]
    target: int | None
    target_date: date | None
    steps: list[Step]
    since: date | None


class WholeBatch(BaseModel):
    """A batch all of whose records are accounted for, and since when."""

    batch: str
    at: AwareDatetime


class InQuarantine(BaseModel):
    """Records that could not be used."""

    window_hours: int
    total: int
    reasons: dict[str, int]


class AgencyLag(BaseModel):
    """The sum over the partitions of an agency's topics; of times the longest."""

    records: int
    seconds: float | None
    open_transaction_s: float


class AgencyLine(BaseModel):
    """One agency; ``lag`` and ``newest_fact_at`` are null while nobody looks."""

    agency: Agency
    topics: list[str]
    newest_fact_at: AwareDatetime | None
    newest_complete_batch: WholeBatch | None
    open_batches: int
    stalled_batches: int
    quarantined: InQuarantine
    lag: AgencyLag | None


class AgenciesAnswer(BaseModel):
    """The agencies the token may see; ``as_of``: when the hub was last seen."""

    as_of: AwareDatetime | None
    agencies: list[AgencyLine]


class HeldLine(BaseModel):
    """Persons held alike, from ``first`` to ``last``; ``release``: the DTSEN release that led to it."""

    region: str
    name: str
    state: HoldState
    release: int
    directives: list[str]
    persons: int
    first: date
    last: date


class GuardLine(BaseModel):
    """How many may leave on a business date in all regencies that have a share."""

    business_date: date
    granted: int


class HoldsAnswer(BaseModel):
    """Who is held, in groups; not ``complete`` when there were more than are counted here.

    ``as_of``: when the hub was last seen.
    """

    as_of: AwareDatetime | None
    complete: bool
    groups: list[HeldLine]
    guard: GuardLine | None


class FindingLine(BaseModel):
    """One thing worth saying."""

    level: Level
    id: str
    en: str
    runbook: str | None


class ProcessLine(BaseModel):
    """One process; ``ready`` is null when it does not answer."""

    name: str
    pid: int | None
    alive: bool
    ready: bool | None
    reasons: list[str]
    uptime_s: float | None
    restarts: int
    refused: bool
    notes: list[str]


class LagLine(BaseModel):
    """One partition of an agency's topic."""

    agency: Agency | None
    topic: str
    partition: int
    records: int
    readable: int
    seconds: float | None
    open_transaction_s: float


class DiskLine(BaseModel):
    """The file system of the data folder."""

    free_bytes: int
    size_bytes: int


class AlertLine(BaseModel):
    """An alert as Prometheus has it."""

    name: str
    state: str
    severity: str
    audience: str
    summary_id: str
    summary_en: str
    since: AwareDatetime | None
    runbook: str | None


class Alerts(BaseModel):
    """What Prometheus says, if the setting names one; ``error`` if it does not answer."""

    source: Literal["prometheus"] | None
    error: str | None
    items: list[AlertLine]


class HubAnswer(BaseModel):
    """How the hub is; ``unknown`` with ``as_of`` null while nobody can look."""

    as_of: AwareDatetime | None
    level: Literal["healthy", "degraded", "down", "unknown"]
    findings: list[FindingLine]
    processes: list[ProcessLine]
    lag: list[LagLine]
    business_date: date | None
    last_commit_age_s: float | None
    disk: DiskLine | None
    alerts: Alerts
