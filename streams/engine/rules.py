"""The control state an engine works under: hub.control folded, and compiled for a business date."""

from dataclasses import dataclass, field
from datetime import date

from schemas.directive import DirectiveDocument
from schemas.events import (
    BusinessDateSet,
    ControlBody,
    ControlEvent,
    DirectiveInForce,
    DirectiveWithdrawn,
    FullReconciled,
    PolicyInForce,
    StateGeneration,
)
from schemas.ids import DirectiveId
from schemas.policy import Policy, load_policy
from streams.coverage.directive import CompiledDirective, compile_directive
from streams.coverage.region_index import RegionIndex
from streams.coverage.situation import MembershipRule, day_number


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides a verdict, fixed between two control events. ``directives`` are ordered by id."""

    day: date
    policy: Policy
    membership: MembershipRule
    directives: tuple[CompiledDirective, ...]

    @property
    def day_number(self) -> int:
        """The business date as days since 1970-01-01."""
        return day_number(self.day)


@dataclass(slots=True)
class ControlState:
    """Fold of hub.control: per subject the highest (version, step) wins; repeats and lower ones change
    nothing.
    """

    regions: RegionIndex
    day: date | None = None
    policy: Policy | None = None
    documents: dict[DirectiveId, DirectiveDocument] = field(default_factory=dict)
    full: dict[str, FullReconciled] = field(default_factory=dict)
    generations: dict[int, int] = field(default_factory=dict)
    _standing: dict[str, tuple[int, int]] = field(default_factory=dict)
    _rules: Rules | None = None

    def fold(self, event: ControlEvent) -> str | None:
        """Take one event in. Returns the cause it is for a verdict (CLOCK, DIRECTIVE), or ``None``."""
        rank = event.version, event.step
        if self._standing.get(event.subject, (-1, -1)) >= rank:
            return None
        self._standing[event.subject] = rank
        cause = self._take(event.body)
        if cause is not None:
            self._rules = None
        return cause

    def _take(self, body: ControlBody) -> str | None:
        match body:
            case BusinessDateSet(date=day):
                self.day = day
                return "CLOCK"
            case PolicyInForce(policy=version):
                self.policy = load_policy(version)
                return "CLOCK"
            case DirectiveInForce(directive=name, document=text):
                self.documents[DirectiveId(name)] = DirectiveDocument.from_json(text)
                return "DIRECTIVE"
            case DirectiveWithdrawn(directive=name):
                self.documents.pop(DirectiveId(name), None)
                return "DIRECTIVE"
            case FullReconciled(agency=agency):
                self.full[agency] = body
            case StateGeneration(partition=partition, generation=generation):
                self.generations[partition] = generation
        return None

    def rules(self) -> Rules | None:
        """The rules in force; ``None`` before there is a business date and a policy: then only fold."""
        if self._rules is None and self.day is not None and self.policy is not None:
            ordered = [self.documents[name] for name in sorted(self.documents)]
            self._rules = Rules(
                self.day,
                self.policy,
                MembershipRule.at(self.policy, self.day),
                tuple(compile_directive(document, self.day, self.regions) for document in ordered),
            )
        return self._rules
