"""A directive as its author writes it: whom it means, what it requires, from when; YAML or JSON."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import DirectiveId, RegionCode
from schemas.names import Payer, Presence, Program, Sex
from schemas.regions import Regions

MAX_BYTES = 64 * 1024
"""A directive longer than this is no directive."""

OLDEST_AGE = 130

_AS_WRITTEN = {"as_written": True}
"""Context of a document fresh from its author, not read back from the log."""


class DirectiveInvalid(InvalidInput):
    """The document does not validate; ``faults`` lists every fault, each naming its field."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(
            "the directive does not validate:\n" + "\n".join(f"  {fault}" for fault in faults),
            remedy="mend every line above; docs/directives.md explains each field",
        )
        self.faults = list(faults)


def _region(value: object, info: ValidationInfo) -> RegionCode:
    """A region of today. From the log one retired since is its successor, as a person's home is; an author
    is told instead: whom a directive means must be what its author wrote.
    """
    if isinstance(value, RegionCode):
        return value
    if not isinstance(value, str):
        raise ValueError('a region is text in quotes, as "74.71": a bare 74.10 is read as the number 74.1')
    try:
        resolved = Regions.load().resolve(value)
    except ContractBroken as broken:
        raise ValueError(f"{broken.detail or 'no such region'}: use the Kemendagri code") from None
    if resolved.translated and info.context == _AS_WRITTEN:
        raise ValueError(_retired(value, resolved.code))
    return resolved.code


def _retired(value: str, today: RegionCode) -> str:
    if len(value) == len(today.text):
        return f"{value} is retired: write today's code, {today}"
    return (
        f"{value} lies in a retired regency, {today} today, and was numbered anew: write its code in {today}"
    )


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) != len(values):
        raise ValueError("a value is listed twice")
    return values


def _listed(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not Field(min_length=1): that also counts items that were wrong as missing and so says one fault twice.
    if not values:
        raise ValueError("names nothing: list at least one value")
    return _distinct(values)


Region = Annotated[RegionCode, BeforeValidator(_region), PlainSerializer(lambda code: code.text)]
Decile = Annotated[int, Field(ge=1, le=10)]
WorkStatus = Annotated[int, Field(ge=0, le=8)]
Industry = Annotated[int, Field(ge=1, le=26)]
Age = Annotated[int, Field(ge=0, le=OLDEST_AGE)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Welfare(_Part):
    """Deciles, extreme poor and unranked, joined by OR."""

    deciles: Annotated[tuple[Decile, ...], AfterValidator(_distinct)] = ()
    extreme_poor: bool = False
    unranked: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.deciles and not self.extreme_poor and not self.unranked:
            raise ValueError("names nobody: list deciles, or set extreme_poor or unranked, or leave it out")
        return self


class AgeRange(_Part):
    """Completed years at the business date, both ends included."""

    from_: Age = Field(alias="from")
    to: Age

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ > self.to:
            raise ValueError(f"from {self.from_} is above to {self.to}")
        return self


class Means(_Part):
    """Whom the directive means: clauses joined by AND; one left out asks nothing."""

    presence: Annotated[tuple[Presence, ...], AfterValidator(_listed)] = ("PRESENT",)
    regions: Annotated[tuple[Region, ...], AfterValidator(_distinct)] = ()
    welfare: Welfare | None = None
    age: AgeRange | None = None
    sex: Sex | None = None
    work_statuses: Annotated[tuple[WorkStatus, ...], AfterValidator(_listed)] | None = None
    industries: Annotated[tuple[Industry, ...], AfterValidator(_listed)] | None = None


class Effective(_Part):
    """First and last business date in force; without ``until`` it ends when revoked or superseded."""

    from_: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"until {self.until} lies before from {self.from_}")
        return self


class Target(_Part):
    """Persons to be covered in a region by a date."""

    region: Region
    date: date
    persons: Annotated[int, Field(ge=0)]


class RolloutStep(_Part):
    """From a business date on, in these regions too; without regions everywhere the directive means."""

    from_: date = Field(alias="from")
    regions: Annotated[tuple[Region, ...], AfterValidator(_distinct)] = ()


class DocumentBounds(_Part):
    """The most the directive may move when it comes into force, as its author expects it."""

    entering: Annotated[int, Field(ge=0)]
    leaving: Annotated[int, Field(ge=0)]
    leaving_regency: Annotated[int, Field(ge=0)]
    leaving_regency_permille: Annotated[int, Field(ge=0, le=1000)]


class DirectiveDocument(_Part):
    """One version of a directive."""

    id: Annotated[DirectiveId, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    legal_basis: Annotated[str, Field(min_length=1, max_length=500)]
    means: Means
    requires: Annotated[tuple[Program, ...], AfterValidator(_listed)]
    payer: Payer | None = None
    effective: Effective
    rollout: tuple[RolloutStep, ...] = ()
    bounds: DocumentBounds | None = None
    targets: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def _rollout_ends_everywhere(self) -> Self:
        if self.rollout:
            faults = list(_rollout_faults(self))
            if faults:
                raise ValueError("rollout: " + "; ".join(faults))
        return self

    @model_validator(mode="after")
    def _one_target_each(self) -> Self:
        places = [(target.region, target.date) for target in self.targets]
        if len(set(places)) != len(places):
            raise ValueError("targets: a region has two targets for one date")
        return self

    def canonical_json(self) -> str:
        """The document as it is kept on hub.control: the same for every spelling of it."""
        plain = self.model_dump(mode="json", by_alias=True)
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back ``canonical_json``; raises ``DirectiveInvalid``."""
        return _validated(cls, _json(text), None)


def _rollout_faults(document: DirectiveDocument) -> Iterator[str]:
    steps, effective, means = document.rollout, document.effective, document.means
    days = [step.from_ for step in steps]
    if days != sorted(set(days)):
        yield "its steps come one after the other, each on a later date"
    if days[0] < effective.from_:
        yield f"it begins on {days[0]}, before effective.from {effective.from_}"
    if effective.until is not None and days[-1] > effective.until:
        yield f"it ends on {days[-1]}, after effective.until {effective.until}"
    if any(not step.regions for step in steps[:-1]) or steps[-1].regions:
        yield "its last step, and only the last, has no regions: it is everywhere the directive means"
    listed = [region for step in steps for region in step.regions]
    if len(set(listed)) != len(listed):
        yield "a region comes in two steps"
    if means.regions:
        for region in listed:
            if not any(wider.contains(region) for wider in means.regions):
                yield f"{region} lies outside means.regions"


def parse_directive(text: str) -> DirectiveDocument:
    """Read YAML or JSON as an author wrote it; raises ``DirectiveInvalid`` with every fault at once."""
    if len(text.encode()) > MAX_BYTES:
        raise DirectiveInvalid([f"the document is longer than {MAX_BYTES // 1024} KiB"])
    try:
        data = yaml.load(text, _PlainLoader)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}: " if where else ""
        raise DirectiveInvalid(
            [f"{line}not YAML: {getattr(error, 'problem', None) or 'unreadable'}"]
        ) from None
    except (ValueError, RecursionError):
        # A date like 2026-02-31, or brackets without end: PyYAML lets Python's own errors through.
        raise DirectiveInvalid(["not YAML: an impossible date, or nested too deeply"]) from None
    if not isinstance(data, dict):
        raise DirectiveInvalid(["the document is not a set of fields; begin with `id: …`"])
    return _validated(DirectiveDocument, data, _AS_WRITTEN)


class _PlainLoader(yaml.SafeLoader):
    """Without aliases, which can grow without bound, and without silent repeats of a field."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.MarkedYAMLError(problem=f"{name} is there twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


_Document = TypeVar("_Document", bound=DirectiveDocument)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise DirectiveInvalid(["not JSON"]) from None


def _validated(kind: type[_Document], data: Any, context: dict[str, bool] | None) -> _Document:
    try:
        return kind.model_validate(data, context=context)
    except ValidationError as error:
        raise DirectiveInvalid([_fault(fault) for fault in error.errors(include_url=False)]) from None


def _fault(fault: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
    message = re.sub("^Value error, ", "", fault["msg"])
    if fault["type"] == "extra_forbidden":
        message = "no such field; see docs/directives.md for the fields there are"
    return f"{where.lstrip('.') or 'document'}: {message}"
