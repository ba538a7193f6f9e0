"""The whole hub, one record and one person at a time."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.errors import ContractBroken
from tests.oracle.check import Decode, check, is_void
from tests.oracle.control import Control
from tests.oracle.directive import outcome
from tests.oracle.facts import Fact, batch_word, classify, content_hash
from tests.oracle.membership import Policy
from tests.oracle.records import RawRecord, Record, Rejected
from tests.oracle.regions import RegionTable
from tests.oracle.totals import RegionTotal, total
from tests.oracle.verdict import Desired, Held, covered_through, desire, digest, standing
from tests.oracle.vocabulary import MEMBERSHIPS, PERSONS


@dataclass(frozen=True)
class Quarantine:
    """One rejected record: where it lies, why, and the batch it is counted in."""

    topic: str
    partition: int
    offset: int
    reason: str
    batch: str


@dataclass(frozen=True)
class Place:
    """Where a record lies, and the batch it is counted in."""

    topic: str
    partition: int
    offset: int
    batch: str


def decoded_only(topic: str, value: bytes) -> Record:
    """The decoder of a hub that is given decoded values: bytes stand for a value nobody can read."""
    raise ContractBroken("UNDECODABLE", f"{len(value)} bytes on {topic}")


@dataclass
class OracleHub:
    """Feed it ``record`` and ``control``; ask it anything at any time.

    ``policies`` gives the tables of a policy version by name. ``decode`` reads values given as bytes.
    """

    partitions: int
    regions: RegionTable
    policies: Callable[[str], Policy]
    decode: Decode = decoded_only
    state: Control = field(default_factory=Control)
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    digests: dict[tuple[str, str], int] = field(default_factory=dict)
    """Per batch that of the records not in quarantine."""
    regencies: dict[tuple[str, str], Counter[tuple[str, str]]] = field(default_factory=dict)
    """Per batch of DTSEN persons those records by regency and class."""
    quarantined: list[Quarantine] = field(default_factory=list)
    spoken: dict[bytes | None, list[Place]] = field(default_factory=dict)
    """By key every record, whatever became of it."""
    erased: set[str] = field(default_factory=set)
    """Whoever was erased, reinstated or not. Whether what lay on the log by then was read before is of no
    importance, and not said."""
    held: dict[str, Held] = field(default_factory=dict)
    """By token, as recorded: holds are decisions that were taken, not computed again."""

    def record(self, raw: RawRecord) -> str:
        """Fold one record; its class (accepted, stale, duplicate, conflict, quarantined, erased)."""
        checked = check(raw, self.partitions, self.regions, self.decode)
        place = Place(raw.topic, raw.partition, raw.offset, checked.batch)
        self.spoken.setdefault(raw.key, []).append(place)
        if is_void(raw, self.state):
            if raw.topic == PERSONS:
                self.regencies.setdefault((raw.topic, checked.batch), Counter())["", "erased"] += 1
            return self._count(raw.topic, checked.batch, "erased")
        if isinstance(checked, Rejected):
            self.quarantined.append(
                Quarantine(raw.topic, raw.partition, raw.offset, checked.reason, checked.batch)
            )
            return self._count(raw.topic, checked.batch, "quarantined")
        content = content_hash(raw.topic, checked.record)
        new = Fact(checked.record["version"], content, raw.offset, checked.record)
        at = (raw.topic, checked.token)
        outcome_class, self.facts[at] = classify(self.facts.get(at), new)
        of = raw.topic, checked.batch
        word = batch_word(checked.token, new.version)
        self.digests[of] = (self.digests.get(of, 0) + word) % 2**64
        if raw.topic == PERSONS:
            regency = checked.record["region"][: len("74.71")]
            self.regencies.setdefault(of, Counter())[regency, outcome_class] += 1
        return self._count(*of, outcome_class)

    def control(self, event: Record, at_ms: int = 0) -> bool:
        """Fold one event of hub.control, which reached the broker at that time; whether it was news."""
        news = self.state.fold(event, at_ms)
        kind, fields = self.state.bodies[event["subject"]]
        if news and kind == "PersonErased":
            for topic in (PERSONS, MEMBERSHIPS):
                self.facts.pop((topic, fields["person"]), None)
            self.held.pop(fields["person"], None)
            self.erased.add(fields["person"])
        return news

    @property
    def doubtful(self) -> list[Place]:
        """Records about whoever was erased: each is of the class ``erased``, or of the one it would have."""
        return [place for token in sorted(self.erased) for place in self.spoken.get(token.encode(), ())]

    @property
    def tokens(self) -> list[str]:
        """Everybody some agency has spoken of, sorted."""
        return sorted({token for _, token in self.facts})

    def person(self, token: str) -> Record | None:
        """The DTSEN fact held."""
        fact = self.facts.get((PERSONS, token))
        return None if fact is None else fact.record

    def membership(self, token: str) -> Record | None:
        """The membership fact held."""
        fact = self.facts.get((MEMBERSHIPS, token))
        return None if fact is None else fact.record

    @property
    def desired(self) -> dict[str, Desired]:
        """By token, for all with a DTSEN fact, by the facts alone; empty until there are a business date
        and a policy.

        Someone with an empty list of verdicts has a record only if some directive meant them before.
        """
        return self._desire({})

    @property
    def expected(self) -> dict[str, Desired]:
        """What the last records should say: ``desired``, but for the held."""
        return self._desire(self.held)

    def _desire(self, held: Mapping[str, Held]) -> dict[str, Desired]:
        rules = self._rules()
        if rules is None:
            return {}
        policy, day = rules
        return {
            token: desire(self.state, policy, person, self.membership(token), day, held.get(token))
            for token in self.tokens
            if (person := self.person(token)) is not None
        }

    @property
    def digest(self) -> str:
        """Digest over desired, hex."""
        return digest(self.desired)

    def covered_through(self, token: str) -> date | None:
        """Last day of cover of all that is required of the person."""
        rules = self._rules()
        if rules is None:
            return None
        policy, day = rules
        documents = standing(self.state, self.person(token), day, self.held.get(token))
        return covered_through(documents, policy, self.membership(token), day)

    def outcomes(self, token: str) -> dict[str, str]:
        """Per directive in force MEANT or why not; empty before the first business date."""
        day = self.state.business_date
        if day is None:
            return {}
        return {d["id"]: outcome(d, self.person(token), day) for d in self.state.directives}

    @property
    def totals(self) -> dict[str, RegionTotal]:
        """By regency code; empty until there are a business date and a policy."""
        rules = self._rules()
        if rules is None:
            return {}
        people = [(self.person(t), self.membership(t), self.held.get(t)) for t in self.tokens]
        return total(people, self.state, *rules)

    def _rules(self) -> tuple[Policy, date] | None:
        if self.state.policy is None or self.state.business_date is None:
            return None
        return self.policies(self.state.policy), self.state.business_date

    def _count(self, topic: str, batch: str, name: str) -> str:
        self.counts.setdefault((topic, batch), Counter())[name] += 1
        return name
