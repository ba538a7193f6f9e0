"""The verbs of agencies and operators: facts and decisions, appended to the log as they would."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.directive import parse_directive
from schemas.events import DirectiveInForce, PreviewWanted, StateGeneration
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_CONTROL, NATION
from schemas.partitioner import partition_for
from schemas.records import Headers, Outgoing, TopicPartition
from streams.control.decisions import decide, generation_subject
from tests.oracle.records import Record
from tests.property.histories.logs import HistoryLog
from tests.property.histories.words import PERSONS, document, insured, pairs, ranked, version_of
from tests.property.strategies import MEMBERSHIP_FLAWS, PERSON_FLAWS
from tests.streams.engine.deciding import Deciding
from tests.streams.engine.world import CODEC

FIRST_DAY = date(2026, 4, 10)
TOPICS = {"dtsen": DTSEN_PERSONS, "bpjs": BPJS_MEMBERSHIPS}
FLUSH_S = 30.0


class Said(Deciding):
    """Facts and decisions. Nothing is told to the oracle: it reads the log in the end."""

    def __init__(self, log: HistoryLog) -> None:
        self.log = log
        self.said_of: Counter[str] = Counter()
        self.erased: set[str] = set()
        self.previews: list[str] = []
        self._day = FIRST_DAY
        self._in_force: Mapping[str, Any] = {}
        self._sent: list[Outgoing] = []
        self._steps = 0
        self._has_policy = self._has_day = False

    def begin(self) -> None:
        """What a hub begins with: a policy, a business date, one who may leave, and a directive."""
        self.complete()
        self.grant(self._day, 1)
        self.do_directive(["inpres-8-2025", "v1"])

    def complete(self) -> None:
        """Without a policy and a day nothing is published."""
        if not self._has_policy:
            self.do_policy([])
        if not self._has_day:
            self.do_day(["0"])

    def control(self, subject: str, version: int, step: int, body: Any) -> None:
        decided_at = datetime.fromtimestamp(self.log.now_ms() / 1000, UTC)
        event = decide(subject, version, step, "test", "test", decided_at, body)
        value = CODEC.encode(HUB_CONTROL, event.to_record())
        self._append(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [value]))

    def do_ranked(self, words: Sequence[str]) -> None:
        """``ranked a v2 decile 9``: BPS says of a person."""
        self._send(DTSEN_PERSONS, *ranked(words))

    def do_insured(self, words: Sequence[str]) -> None:
        """``insured a v2 BPU:2026-03-31``: BPJS TK says of a person."""
        self._send(BPJS_MEMBERSHIPS, *insured(words))

    def do_again(self, words: Sequence[str]) -> None:
        """``again 2``: the last record but one, byte for byte."""
        if self._sent:
            self._append(self._sent[-min(int(words[0]), len(self._sent))])

    def do_unusable(self, words: Sequence[str]) -> None:
        """``unusable a dtsen null|junk|elsewhere|no-key|<number of a flaw>``: what goes to quarantine."""
        name, topic, flaw = words
        dtsen = topic == "dtsen"
        token, value = ranked([name, "v1"]) if dtsen else insured([name, "v1", "nothing"])
        flaws = PERSON_FLAWS if dtsen else MEMBERSHIP_FLAWS
        if flaw.isdigit():
            value = {**value, **flaws[int(flaw) % len(flaws)]}
        body: Record | bytes | None = {"null": None, "junk": b"\x00\x7f\xff\xff\xff"}.get(flaw, value)
        headers = {"batch": b"b"} if flaw in ("null", "junk") else None
        self._send(
            TOPICS[topic],
            token.upper() if flaw == "no-key" else token,
            body,
            headers,
            elsewhere=flaw == "elsewhere",
        )

    def do_day(self, words: Sequence[str]) -> None:
        """``day 31``: the business date goes on by so many days."""
        self._has_day = True
        self._day += timedelta(days=int(words[0]))
        self.set_date(self._day)

    def do_policy(self, words: Sequence[str]) -> None:
        """The policy comes into force: what a bare hub needs, besides a day."""
        self._has_policy = True
        self.set_policy()

    def do_directive(self, words: Sequence[str]) -> None:
        """``directive zz v2 deciles 1+2``: a directive comes into force; see ``words.document``."""
        self._in_force = document(words)
        self.put_in_force(self._in_force)

    def do_withdraw(self, words: Sequence[str]) -> None:
        """``withdraw zz v2``"""
        self.withdraw(words[0], version_of(words[1]))

    def do_pause(self, words: Sequence[str]) -> None:
        """The rollout of the last directive stands still."""
        self._pause(self._day)

    def do_go_on(self, words: Sequence[str]) -> None:
        """It goes on."""
        self._pause(None)

    def _pause(self, at: date | None) -> None:
        if self._in_force:
            found = parse_directive(json.dumps(self._in_force))
            body = DirectiveInForce(found.id, found.version, found.canonical_json(), at)
            self.control(f"directive:{found.id}", found.version, 10 + self._next(), body)

    def do_grant(self, words: Sequence[str]) -> None:
        """``grant 1`` or ``grant 0 74.71 2``: how many may leave in a regency today."""
        at_most = {"r" + regency.replace(".", ""): int(n) for regency, n in pairs(words[1:]).items()}
        self.grant(self._day, int(words[0]), self._next(), **at_most)

    def do_release(self, words: Sequence[str]) -> None:
        """``release 74``: whoever is held there."""
        self.decide_holds(str(self._next()), "RELEASED", words[0] if words else NATION)

    def do_refuse(self, words: Sequence[str]) -> None:
        """``refuse 74``: whoever is held there stays so."""
        self.decide_holds(str(self._next()), "REFUSED", words[0] if words else NATION)

    def do_preview(self, words: Sequence[str]) -> None:
        """``preview zz v2 deciles 1``: what a draft would do."""
        draft = parse_directive(json.dumps(document(words)))
        name = f"p{self._next()}"
        self.previews.append(name)
        wanted = PreviewWanted(name, 1, "WHAT_IF", draft.id, draft.version, draft.canonical_json())
        self.control(f"preview:{name}", 1, 0, wanted)

    def do_erase(self, words: Sequence[str]) -> None:
        """``erase a``"""
        self.erase(PERSONS[words[0]])

    def do_reinstate(self, words: Sequence[str]) -> None:
        """``reinstate a``: their facts count a minute later."""
        if PERSONS[words[0]] in self.erased:
            self.reinstate(PERSONS[words[0]])

    def do_resume(self, words: Sequence[str]) -> None:
        """``resume dtsen 5``: an input that stands still goes on, with so many rejects let pass."""
        self.resume_input(TOPICS[words[0]], int(words[1]))

    def told_generation(self, number: int, generation: int) -> None:
        """Control has been told of a state made anew."""
        self.control(generation_subject(number), generation, 0, StateGeneration(number, generation))

    def _send(
        self,
        topic: str,
        key: str,
        value: Record | bytes | None,
        headers: Headers | None = None,
        *,
        elsewhere: bool = False,
    ) -> None:
        body = CODEC.encode(topic, dict(value)) if isinstance(value, Mapping) else value
        number = (partition_for(key.encode(), self.log.partitions) + elsewhere) % self.log.partitions
        record = Outgoing(TopicPartition(topic, number), [key.encode()], [body], [headers])
        self._sent.append(record)
        self._append(record)

    def _append(self, record: Outgoing) -> None:
        self.log.plain.produce(replace(record))
        assert self.log.plain.flush(FLUSH_S) == 0

    def _next(self) -> int:
        self._steps += 1
        return self._steps
