"""What the routes beside POST /events take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.gateway.people import TOKENS_AT_MOST
from schemas.events import BatchReceipt, DirectiveStatus, Outcome
from schemas.names import CommandKind

_MOST = 2**31 - 1

Purpose = Annotated[str, Field(min_length=1, max_length=500, description="Why you ask; kept for a year")]
Basis = Annotated[
    str, Field(min_length=1, max_length=500, description="The regulation or instruction it rests on")
]
Count = Annotated[int, Field(ge=0, le=_MOST)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LookupBody(_Body):
    """Whom, and why."""

    person: str = Field(min_length=1, max_length=64, description="NIK (16 digits) or person token")
    purpose: Purpose


class ResolveBody(_Body):
    """Tokens of persons of one's own regions, and why."""

    tokens: list[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]] = Field(
        min_length=1, max_length=TOKENS_AT_MOST
    )
    purpose: Purpose


class VersionBody(_Body):
    """Which version of the directive, and on what basis."""

    version: int = Field(ge=1, le=_MOST)
    basis: Basis


class BoundsBody(_Body):
    """The most that may move; what is left out is as the document has it."""

    entering: Count | None = None
    leaving: Count | None = None
    leaving_regency: Count | None = None
    leaving_regency_permille: Annotated[int, Field(ge=0, le=1000)] | None = None


class ApproveBody(VersionBody):
    """What was seen: the digest of the preview, of which 12 characters do."""

    preview: str = Field(pattern=r"^[0-9a-f]{12,64}$")
    bounds: BoundsBody = BoundsBody()


class CommandBody(_Body):
    """Any command; ``payload`` are the arguments of its kind."""

    kind: CommandKind
    basis: Basis
    payload: dict[str, Any]


class Sentence(BaseModel):
    """One sentence in both languages."""

    id: str
    en: str


class Explained(BaseModel):
    """Why one person's coverage is what it is, in words and in full. ``name`` is that of the region they live
    in; ``spoken`` is said to them, ``sentences`` to whoever checks; ``history``: null without a view of it.
    """

    token: str
    name: str | None
    spoken: list[Sentence]
    sentences: list[Sentence]
    explanation: dict[str, Any]
    history: list[dict[str, Any]] | None


class ResolvedPerson(BaseModel):
    """A token and whose it is."""

    token: str
    nik: str


class ResolvedPersons(BaseModel):
    """``refused``: tokens of other regions, or of nobody known; which of the two is not told."""

    persons: list[ResolvedPerson]
    refused: list[str]


class BatchEntry(BaseModel):
    """A batch and its receipt."""

    batch: str
    receipt: BatchReceipt


class BatchPage(BaseModel):
    """Batches by id. ``next``: give it as ``after`` for the next page; null at the end."""

    items: list[BatchEntry]
    next: str | None


class DirectiveEntry(BaseModel):
    """A directive and where one version of it stands."""

    directive: str
    status: DirectiveStatus


class DirectiveList(BaseModel):
    """Versions by directive and number."""

    items: list[DirectiveEntry]


class CommandAnswer(BaseModel):
    """A command that was accepted, and all the hub says of it."""

    command: str
    outcome: Outcome


class CoverageAnswer(BaseModel):
    """Persons by rising token, and up to when the view has everything."""

    items: list[dict[str, Any]]
    next: str | None
    as_of: datetime | None


StatusFilter = Literal["GAP", "COVERED", "NOT_ELIGIBLE"]
