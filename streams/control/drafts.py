"""kemnaker.directives read back: which versions each directive has, and which steps were refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.directive import DirectiveDocument, DirectiveInvalid, parse_directive
from schemas.events import DirectiveEvent
from streams.control.personal import text_faults

Position = tuple[int, int]
"""Partition and offset of a record."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A valid version of a directive. ``canonical`` is its normalised document, JSON."""

    document: DirectiveDocument
    canonical: str
    by: str
    legal_basis: str


@dataclass(slots=True)
class Life:
    """All valid versions of one directive, and the steps that revoked some."""

    drafts: dict[int, Draft] = field(default_factory=dict)
    revocations: dict[int, DirectiveEvent] = field(default_factory=dict)

    @property
    def highest(self) -> int:
        """The highest valid version, 0 when there is none."""
        return max(self.drafts, default=0)

    def author(self, version: int) -> tuple[str, str]:
        """Who of its authors took the last step on a version, and on what legal basis."""
        step = self.revocations.get(version) or self.drafts[version]
        return step.by, step.legal_basis


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one directive event. No faults: it holds."""

    directive: str
    version: int
    by: str
    legal_basis: str
    faults: tuple[str, ...]


class DirectiveBook:
    """The fold of kemnaker.directives.

    Whether an event holds depends on the events before it on the topic and on nothing else, so that
    reading the topic again says the same. Folding a position twice gives the first answer again.
    """

    def __init__(self) -> None:
        self._lives: dict[str, Life] = {}
        self._steps: dict[Position, Step] = {}

    @property
    def lives(self) -> Mapping[str, Life]:
        """Every directive with a valid version."""
        return self._lives

    def fold(self, position: Position, directive: str, event: DirectiveEvent) -> Step:
        """Take the event at a position, in topic order."""
        if (known := self._steps.get(position)) is not None:
            return known
        faults = [*text_faults("by", event.by), *text_faults("legal_basis", event.legal_basis)]
        if event.kind == "DRAFTED":
            faults += self._draft(directive, event, refuse=bool(faults))
        else:
            faults += self._revoke(directive, event, refuse=bool(faults))
        step = Step(directive, event.version, event.by, event.legal_basis, tuple(faults))
        self._steps[position] = step
        return step

    def _draft(self, directive: str, event: DirectiveEvent, *, refuse: bool) -> list[str]:
        if event.document is None:
            return ["document: missing; a DRAFTED event carries the whole document"]
        try:
            document = parse_directive(event.document)
        except DirectiveInvalid as invalid:
            return [*self._version_faults(directive, event.version, None), *invalid.faults]
        canonical = document.canonical_json()
        faults = self._version_faults(directive, event.version, canonical)
        if document.id != directive:
            faults.append("id: is not the key of the record; both name the directive")
        if document.version != event.version:
            faults.append(f"version: the document says {document.version}, the event {event.version}")
        if not faults and not refuse:
            draft = Draft(document, canonical, event.by, event.legal_basis)
            self._lives.setdefault(directive, Life()).drafts.setdefault(event.version, draft)
        return faults

    def _version_faults(self, directive: str, version: int, canonical: str | None) -> list[str]:
        life = self._lives.get(directive)
        if version < 1:
            return ["version: counts from 1"]
        if life is None or version > life.highest:
            return []
        same = life.drafts.get(version)
        if same is not None and same.canonical == canonical:
            return []  # the same draft sent twice
        return [f"version: {version} is not higher than {life.highest}, which is already published"]

    def _revoke(self, directive: str, event: DirectiveEvent, *, refuse: bool) -> list[str]:
        life = self._lives.get(directive)
        if life is None or event.version not in life.drafts:
            return [f"version: there is no valid version {event.version} of this directive"]
        if not refuse:
            life.revocations.setdefault(event.version, event)
        return []
