"""The control state an engine works under: hub.control folded, and compiled for a business date."""

from collections.abc import Mapping, Sequence
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
    GuardGranted,
    HoldsDecided,
    InputResumed,
    PersonErased,
    PersonReinstated,
    PolicyInForce,
    StateGeneration,
)
from schemas.ids import DirectiveId, RegionCode
from schemas.names import NATION
from schemas.policy import Policy, load_policy
from streams.coverage.directive import CompiledDirective, compile_directive
from streams.coverage.region_index import RegionIndex
from streams.coverage.rollout import Reach, reached
from streams.coverage.situation import MembershipRule, day_number
from streams.engine.erasures import Erasures
from streams.engine.guard import Grant
from streams.engine.inputs import Resumptions


@dataclass(frozen=True, slots=True)
class HoldDecision:
    """A decision on the holds made before it: ``offset`` is its place on hub.control.

    ``region`` is ``None`` for everywhere; ``token`` narrows it to one person.
    """

    offset: int
    released: bool
    region: RegionCode | None
    token: bytes | None

    def reaches(self, home: str) -> bool:
        """Whether it is about people whose record says they live there."""
        return self.region is None or (bool(home) and self.region.contains(RegionCode(home)))


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides a verdict, fixed between two control events.

    ``directives`` are ordered by id and version; an id occurs more than once only while a higher version
    rolls out: no person is meant by two of them. Without a ``grant`` nothing is ever held.
    """

    day: date
    policy: Policy
    membership: MembershipRule
    directives: tuple[CompiledDirective, ...]
    grant: Grant | None = None
    decisions: tuple[HoldDecision, ...] = ()

    @property
    def day_number(self) -> int:
        """The business date as days since 1970-01-01."""
        return day_number(self.day)


@dataclass(frozen=True, slots=True)
class InForce:
    """A version that came into force. ``paused_at``: its rollout stands still as of that date."""

    document: DirectiveDocument
    paused_at: date | None

    def reached(self, day: date) -> tuple[RegionCode, ...] | None:
        """The regions it has come to; ``None`` for everywhere it means."""
        return reached(self.document, min(day, self.paused_at or day))


@dataclass(slots=True)
class ControlState:
    """Fold of hub.control: per subject the highest (version, step) wins; repeats and lower ones change
    nothing.
    """

    regions: RegionIndex
    partitions: int
    day: date | None = None
    policy: Policy | None = None
    in_force: dict[DirectiveId, dict[int, InForce]] = field(default_factory=dict)
    """Per directive its versions since it was last withdrawn: a lower one goes on where a higher one has
    not rolled out to yet.
    """
    grant: Grant | None = None
    decisions: list[HoldDecision] = field(default_factory=list)
    full: dict[str, FullReconciled] = field(default_factory=dict)
    generations: dict[int, int] = field(default_factory=dict)
    erasures: Erasures = field(default_factory=Erasures)
    resumptions: Resumptions = field(default_factory=Resumptions)
    _standing: dict[str, tuple[int, int]] = field(default_factory=dict)
    _rules: Rules | None = None

    def is_news(self, event: ControlEvent) -> bool:
        """Whether nothing as high has been folded of its subject."""
        return (event.version, event.step) > self._standing.get(event.subject, (-1, -1))

    def fold(self, event: ControlEvent, offset: int, timestamp_ms: int) -> str | None:
        """Take in the event at ``offset``, which reached the broker at that time. Returns the cause it is for
        a verdict (CLOCK, DIRECTIVE, RELEASE), or ``None``.
        """
        if not self.is_news(event):
            return None
        self._standing[event.subject] = event.version, event.step
        self._rules = None
        return self._take(event.body, offset, timestamp_ms)

    def _take(self, body: ControlBody, offset: int, timestamp_ms: int) -> str | None:
        match body:
            case BusinessDateSet(date=day):
                self.day = day
                return "CLOCK"
            case PolicyInForce(policy=version):
                self.policy = load_policy(version)
                return "CLOCK"
            case DirectiveInForce(directive=name, version=version, document=text):
                version_in_force = InForce(DirectiveDocument.from_json(text), body.rollout_paused_at)
                self.in_force.setdefault(DirectiveId(name), {})[version] = version_in_force
                return "DIRECTIVE"
            case DirectiveWithdrawn(directive=name):
                self.in_force.pop(DirectiveId(name), None)
                return "DIRECTIVE"
            case GuardGranted():
                self.grant = Grant.of(body, self.partitions)
            case HoldsDecided(decision=decision, region=region, person=person):
                everywhere = None if region == NATION else RegionCode.parse(region)
                token = None if person is None else bytes.fromhex(person)
                self.decisions.append(HoldDecision(offset, decision == "RELEASED", everywhere, token))
                return "RELEASE"
            case FullReconciled(agency=agency):
                self.full[agency] = body
            case PersonErased(person=person):
                self.erasures.erase(bytes.fromhex(person), offset)
            case PersonReinstated(person=person):
                self.erasures.reinstate(bytes.fromhex(person), timestamp_ms)
            case InputResumed():
                self.resumptions.resume(body, offset)
            case StateGeneration(partition=partition, generation=generation):
                self.generations[partition] = generation
        return None

    def rules(self) -> Rules | None:
        """The rules in force; ``None`` before there is a business date and a policy: then only fold."""
        if self._rules is None and self.day is not None and self.policy is not None:
            compiled = [
                directive
                for name in sorted(self.in_force)
                for directive in _compiled(self.in_force[name], self.day, self.regions)
            ]
            self._rules = Rules(
                self.day,
                self.policy,
                MembershipRule.at(self.policy, self.day),
                tuple(compiled),
                self.grant,
                tuple(self.decisions),
            )
        return self._rules


def _compiled(
    versions: Mapping[int, InForce], day: date, regions: RegionIndex
) -> Sequence[CompiledDirective]:
    """The versions of one directive that decide at ``day``, lowest first: each where no higher one does."""
    found: list[CompiledDirective] = []
    taken: tuple[RegionCode, ...] = ()
    for version in sorted(versions, reverse=True):
        one = versions[version]
        until = one.document.effective.until
        if found and until is not None and until < day:
            break  # it ended while the higher version was still on its way
        within = one.reached(day)
        found.append(compile_directive(one.document, day, regions, Reach(within, taken)))
        if within is None:
            break
        taken += within
    return found[::-1]
