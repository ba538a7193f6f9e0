"""The answer of one partition to a preview, as it lies on hub.partials."""

import hashlib
import json
from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import numpy as np

from schemas.codec import AvroCodec
from schemas.directive import DirectiveDocument
from schemas.events import Partial, PreviewAnswer, PreviewWanted, Sample
from schemas.names import HUB_PARTIALS, PRESENCES
from schemas.policy import load_policy
from schemas.records import TopicPartition
from streams.coverage.directive import CompiledDirective, compile_directive
from streams.coverage.facts import ENROLLED, HAS_PU, PUBLIC_PAYER, UNRANKED
from streams.coverage.region_index import RegionIndex
from streams.coverage.rollout import EVERYWHERE, Reach
from streams.coverage.situation import PAID_SLOTS, MembershipRule, day_number
from streams.coverage.verdict import COVERED
from streams.engine.holds import WAITING
from streams.engine.owned import Owned
from streams.engine.partition import Partition, Scan
from streams.engine.preview_rows import CELLS_A_PART
from streams.engine.previews import Previews
from streams.engine.rules import Rules
from streams.engine.token_index import TOKEN
from tests.fakes.memory_log import MemoryBroker, MemoryPlainProducer, MemoryReader
from tests.fakes.registry import MemoryRegistry
from tests.oracle.examples import directive

DAY = date(2026, 4, 10)
POLICY = load_policy()
PAID = day_number(date(2026, 6, 30))
DRAFT = directive(version=2, welfare={"deciles": [2, 3]}, age=None, work_statuses=None)
NOW = directive(welfare={"deciles": [1, 2]}, age=None, work_statuses=None)
OTHER = directive("zz", welfare={"deciles": [3, 4]}, age=None, work_statuses=None)


class Bench:
    """One owned partition with persons filled in by hand, and what it has said."""

    def __init__(self, persons: int) -> None:
        self.broker = MemoryBroker()
        self.broker.create_topic(HUB_PARTIALS, 1)
        self.codec = AvroCodec(MemoryRegistry())
        self.regions = RegionIndex()
        self.previews = Previews(MemoryPlainProducer(self.broker), self.codec, self.regions)
        self.partition = Partition(3, generation=1)
        tokens = np.random.default_rng(1).bytes(16 * persons)
        rows = self.partition.rows_for(np.frombuffer(tokens, TOKEN))
        self.tokens = [tokens[at : at + 16] for at in range(0, len(tokens), 16)]
        self.facts = self.partition.facts
        self.facts.dtsen_version[rows] = 1
        self.facts.region[rows] = self.regions.intern(7471)
        self.owned = Owned(
            self.partition, {}, {"dtsen.persons": 812, "bpjs.memberships": 77}, state_offset=90
        )
        # What was never computed is found out: all is stale, as right after a takeover.
        self.partition.scan = Scan()

    def compiled(self, document: dict[str, Any], reach: Reach = EVERYWHERE) -> CompiledDirective:
        return compile_directive(DirectiveDocument.from_json(json.dumps(document)), DAY, self.regions, reach)

    def rules(self, *in_force: dict[str, Any]) -> Rules:
        compiled = tuple(self.compiled(document) for document in in_force)
        return Rules(DAY, POLICY, MembershipRule.at(POLICY, DAY), compiled)

    def enrol(self, row: int, flags: int = 0) -> None:
        """Paid in all programs of all segments."""
        self.facts.bpjs_version[row], self.facts.bpjs_flags[row] = 1, ENROLLED | flags
        self.facts.paid[row] = np.full(PAID_SLOTS, PAID)

    def ask(self, rules: Rules | None, draft: dict[str, Any] | None = None) -> list[PreviewAnswer]:
        self.previews.answer(self.owned, asked(draft or DRAFT), rules, 12, 1_000)
        return self.answers

    @property
    def partials(self) -> list[Partial]:
        reader = MemoryReader(self.broker)
        reader.assign({TopicPartition(HUB_PARTIALS, 0): 0})
        values = [value for batch in reader.consume(1_000, 0.0) for value in batch.values]
        return [Partial.from_record(self.codec.decode(HUB_PARTIALS, value or b"")) for value in values]

    @property
    def answers(self) -> list[PreviewAnswer]:
        found = [partial.preview for partial in self.partials]
        return [answer for answer in found if answer is not None]


def asked(document: dict[str, Any], text: str | None = None) -> PreviewWanted:
    text = json.dumps(document) if text is None else text
    return PreviewWanted("p" * 32, 2, "DRAFT", document["id"], document["version"], text)


def moved(answer: PreviewAnswer) -> Counter[str]:
    found: Counter[str] = Counter()
    for cell in answer.cells:
        found[cell.movement] += cell.persons
    return found


def test_an_answer_says_where_it_was_counted() -> None:
    bench = Bench(1)
    bench.ask(bench.rules())
    (partial,) = bench.partials
    assert (partial.partition, partial.generation, partial.state_offset) == (3, 1, 90)
    assert (partial.control_offset, partial.business_date) == (12, DAY)
    assert [(at.topic, at.offset) for at in partial.inputs] == [
        ("bpjs.memberships", 77),
        ("dtsen.persons", 812),
    ]
    assert not partial.full
    assert not partial.regions
    assert not partial.batches
    (answer,) = bench.answers
    assert (answer.preview, answer.attempt, answer.passed) == ("p" * 32, 2, False)
    assert (answer.part, answer.parts) == (0, 1)


def test_who_moves_and_whom_another_directive_means_too() -> None:
    bench = Bench(5)
    bench.facts.decile[:5] = [1, 2, 3, 4, UNRANKED]
    bench.enrol(1, PUBLIC_PAYER)
    bench.enrol(2, HAS_PU)
    (answer,) = bench.ask(bench.rules(NOW, OTHER))
    told = {(c.movement, c.regency, c.decile, c.standing): c.persons for c in answer.cells}
    assert told == {
        ("LEAVING", "74.71", 1, "NEVER_REGISTERED"): 1,
        ("STAYING", "74.71", 2, "COVERED"): 1,
        ("ENTERING", "74.71", 3, "COVERED"): 1,
    }
    assert [(o.directive, o.persons) for o in answer.overlaps] == [("zz", 1)]
    assert answer.public_payers == 1
    assert answer.sample == (
        Sample("ENTERING", bench.tokens[2].hex()),
        Sample("LEAVING", bench.tokens[0].hex()),
    )
    assert answer.digest == hashlib.sha256(b"".join(sorted(bench.tokens[1:3]))).hexdigest()
    assert answer.uncovered == ()


def test_the_unranked_have_no_decile_and_transport_is_told_apart() -> None:
    bench = Bench(2)
    bench.facts.decile[:2] = UNRANKED
    bench.facts.industry[:2] = [13, 12]
    draft = directive(welfare={"unranked": True}, age=None, work_statuses=None)
    (answer,) = bench.ask(bench.rules(), draft)
    assert {cell.decile for cell in answer.cells} == {None}
    assert {(u.missing, u.transport, u.persons) for u in answer.uncovered} == {
        (("JKK", "JKM"), True, 1),
        (("JKK", "JKM"), False, 1),
    }


def test_a_partition_without_persons_answers() -> None:
    bench = Bench(0)
    (answer,) = bench.ask(bench.rules(NOW))
    assert (answer.cells, answer.uncovered, answer.sample) == ((), (), ())
    assert answer.digest == hashlib.sha256().hexdigest()


def test_a_region_the_index_has_never_seen_means_nobody() -> None:
    bench = Bench(2)
    bench.facts.decile[:2] = 2
    (answer,) = bench.ask(
        bench.rules(NOW), directive(version=2, regions=["93.01"], age=None, work_statuses=None)
    )
    assert moved(answer) == Counter(LEAVING=2)


def test_the_directive_in_force_previewed_moves_nobody() -> None:
    bench = Bench(50)
    bench.facts.decile[:50] = np.arange(50) % 11
    (answer,) = bench.ask(bench.rules(NOW), NOW)
    assert moved(answer).keys() == {"STAYING"}
    assert not answer.sample
    assert not answer.overlaps


def test_both_versions_of_a_rollout_under_way_are_meant_now() -> None:
    bench = Bench(4)
    reached, not_yet = bench.regions.intern(7401), bench.regions.intern(7471)
    bench.facts.region[:4] = [reached, reached, not_yet, not_yet]
    bench.facts.decile[:4] = [1, 3, 1, 3]
    # Version 2 means decile 3 and has come to 74.01; elsewhere version 1 goes on and means decile 1.
    newer = directive(version=2, welfare={"deciles": [3]}, age=None, work_statuses=None)
    home = DirectiveDocument.from_json(
        json.dumps({**newer, "means": {**newer["means"], "regions": ["74.01"]}})
    ).means.regions
    rules = bench.rules()
    rolling = Rules(
        DAY,
        POLICY,
        rules.membership,
        (bench.compiled(NOW, Reach(taken=home)), bench.compiled(newer, Reach(within=home))),
    )
    (answer,) = bench.ask(rolling, newer)
    told = {(c.movement, c.regency, c.decile): c.persons for c in answer.cells}
    assert told == {
        ("STAYING", "74.01", 3): 1,
        ("LEAVING", "74.71", 1): 1,
        ("ENTERING", "74.71", 3): 1,
    }


def test_the_held_are_still_meant() -> None:
    bench = Bench(2)
    bench.facts.decile[:2] = 9
    published = bench.partition.published
    published.column((NOW["id"], NOW["version"]))[:2] = COVERED
    published.seq[:2] = 1
    bench.partition.holds.state[0] = WAITING
    (answer,) = bench.ask(bench.rules(NOW))
    assert moved(answer) == Counter(LEAVING=1)
    assert answer.sample == (Sample("LEAVING", bench.tokens[0].hex()),)


def test_answering_changes_nothing() -> None:
    bench = Bench(30)
    bench.facts.decile[:30] = np.arange(30) % 11
    before = deepcopy(vars(bench.partition) | {"index": None})
    bench.ask(bench.rules(NOW, OTHER))
    after = vars(bench.partition) | {"index": None}
    assert repr(before["scan"]) == repr(after["scan"])
    assert not bench.partition.published.verdicts
    assert np.array_equal(before["situation"], after["situation"])
    assert not bench.partition.has_dirty


def test_situations_in_memory_serve_but_where_a_scan_has_not_come_yet() -> None:
    bench = Bench(4)
    bench.facts.decile[:4] = 2
    for row in range(4):
        bench.enrol(row)
    rules = bench.rules(NOW)
    bench.partition.scan = Scan(cursor=3, refresh=True)
    (answer,) = bench.ask(rules)
    # The first three are as memory has it (never registered), the fourth is found to be covered.
    assert {c.standing: c.persons for c in answer.cells} == {"NEVER_REGISTERED": 3, "COVERED": 1}
    bench.partition.scan = None
    assert {c.standing: c.persons for c in bench.ask(rules)[1].cells} == {"NEVER_REGISTERED": 4}


def test_many_cells_come_in_parts_that_add_up() -> None:
    n = 30_000
    bench = Bench(n)
    rng = np.random.default_rng(2)
    # More regencies than the country has, so that ten thousand cells need few persons.
    homes = np.array([bench.regions.intern(digits) for digits in range(1101, 1101 + 1200)], np.uint32)
    bench.facts.region[:n] = rng.choice(homes, n)
    bench.facts.decile[:n] = rng.integers(0, 11, n)
    bench.facts.sex[:n] = rng.integers(0, 2, n)
    bench.enrol(0, PUBLIC_PAYER)
    draft = directive(version=2, welfare=None, age=None, work_statuses=None)
    parts = bench.ask(bench.rules(NOW, OTHER), draft)
    assert len(parts) == parts[0].parts > 1
    assert [part.part for part in parts] == list(range(len(parts)))
    assert {part.digest for part in parts} == {hashlib.sha256(b"".join(sorted(bench.tokens))).hexdigest()}
    assert max(len(part.cells) for part in parts) == CELLS_A_PART
    cells = [(c.movement, c.regency, c.decile, c.sex, c.standing) for part in parts for c in part.cells]
    assert len(set(cells)) == len(cells)
    assert sum(c.persons for part in parts for c in part.cells) == n
    assert sum(part.public_payers for part in parts) == 1
    assert [len(part.overlaps) for part in parts] == [1] + [0] * (len(parts) - 1)
    assert [len(part.sample) for part in parts] == [20] + [0] * (len(parts) - 1)


def test_a_partition_without_rules_or_past_the_question_says_so() -> None:
    bench = Bench(3)
    bench.ask(None)
    bench.previews.passed(bench.owned, asked(DRAFT), 15, 1_000)
    assert [(a.passed, a.attempt, a.part, a.parts, a.cells) for a in bench.answers] == [
        (True, 2, 0, 1, ())
    ] * 2
    assert [partial.control_offset for partial in bench.partials] == [12, 15]


def test_a_document_of_a_newer_release_gets_no_answer() -> None:
    bench = Bench(1)
    bench.previews.answer(bench.owned, asked(DRAFT, '{"id": "x", "moon": 1}'), bench.rules(), 12, 1_000)
    assert bench.partials == []


def test_the_dead_do_not_count_unless_asked_for() -> None:
    bench = Bench(2)
    bench.facts.decile[:2] = 2
    bench.facts.presence[1] = PRESENCES.index("DECEASED")
    (answer,) = bench.ask(bench.rules())
    assert moved(answer) == Counter(ENTERING=1)
