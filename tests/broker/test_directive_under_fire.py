"""A directive from draft to its last rollout step while engines and control are killed: never a wrong number.

What is expected is computed here from the facts that were published, and by the oracle from the logs.
"""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.cluster import Cluster
from schemas.events import Command, DirectiveStatus, Outcome, PreviewResult
from schemas.names import COVERAGE_DIRECTIVES, DTSEN_PERSONS, HUB_COMMANDS, KEMNAKER_DIRECTIVES
from schemas.tokens import Tokenizer, TokenKey, hex_keys
from tests.broker.control_world import ControlWorld
from tests.broker.kafka_world import KafkaWorld
from tests.oracle.examples import person
from tests.oracle.records import Record
from tests.streams.control.builders import NAME, advance, approve, drafted, preview
from tests.streams.engine import laws

pytestmark = pytest.mark.broker

PERSONS = 2_000
FIRST_DAY, LAST_STEP = date(2026, 4, 10), date(2026, 5, 2)
FIRST_REGION = "74.71"
"""Where the second version begins."""

DECILES = {1: {1, 2}, 2: {2, 3, 4}}
"""Whom each version means: some enter, some leave, some stay."""

WITHIN_S = 150.0
"""Far longer than a question is patient, and than Kafka takes to give a dead process up."""


@dataclass
class Hub:
    """Engines and control as processes of this test, on the same topics."""

    data: KafkaWorld
    control: ControlWorld

    def send(self, identity: str, asked: Command) -> None:
        """Write a command; Kafka has it when this returns."""
        self.control.send(HUB_COMMANDS, identity, asked)

    def outcome(self, identity: str) -> Outcome:
        """What a command came to; it is answered once."""
        return self.control.until(lambda: self.control.outcomes().get(identity), WITHIN_S)[0]

    def previewed(self, version: int, after_sending: Callable[[], None] = lambda: None) -> PreviewResult:
        """Preview, strike, and ask again as long as partitions did not answer: what an operator would do."""
        asked = self._preview(version)
        after_sending()
        for _ in range(4):
            outcome = self.outcome(asked)
            if outcome.result == "ACCEPTED":
                assert outcome.preview is not None
                return outcome.preview
            assert outcome.preview is None
            assert outcome.reasons
            assert all("partition" in reason and "answered" in reason for reason in outcome.reasons), outcome
            asked = self._preview(version)
        raise AssertionError("refused again and again")

    def approved(self, version: int, seen: PreviewResult, after_sending: Callable[[], None]) -> None:
        """Approve what was seen, strike, and wait until the version is in force."""
        identity = f"approve-{version}"
        self.send(identity, approve(seen.figures.digest, version))
        after_sending()
        outcome = self.outcome(identity)
        assert outcome.result == "ACCEPTED", outcome.reasons
        self.control.until(lambda: self._status() == (version, "IN_FORCE"), WITHIN_S)

    def submitted(self, version: int, **more: Any) -> None:
        """The author submits a version."""
        document = {"welfare": {"deciles": sorted(DECILES[version])}}
        event = drafted(version, FIRST_DAY.isoformat(), means=document, **more)
        self.control.send(KEMNAKER_DIRECTIVES, NAME, event)
        self.control.until(lambda: self._status() == (version, "DRAFTED"), WITHIN_S)

    def kill_control(self) -> None:
        """kill -9, and a new one, as the supervisor would start it."""
        self.control.kill()
        self.control.start()

    def kill_engine(self, slot: int) -> None:
        """kill -9, and a new one."""
        self.data.kill(slot)
        self.data.start(slot)

    def _preview(self, version: int) -> str:
        identity = f"preview-{uuid.uuid4()}"
        self.send(identity, preview(version))
        return identity

    def _status(self) -> tuple[int, str] | None:
        found = self.control.records(DirectiveStatus, COVERAGE_DIRECTIVES)
        return [(status.version, status.state) for _, status in found][-1] if found else None


@pytest.fixture
def hub(embedded: Cluster, tmp_path: Path) -> Iterator[Hub]:
    made = Hub(KafkaWorld(embedded, tmp_path / "engines"), ControlWorld(embedded, tmp_path / "control"))
    yield made
    made.control.close()
    made.data.close()


def people(rng: random.Random, home: Path) -> dict[str, Record]:
    """Facts by token. Serial 0000 is never issued: nobody has these NIKs."""
    niks = [f"{747101_000000 + number:012}0000" for number in range(PERSONS)]
    tokens = hex_keys(Tokenizer(TokenKey.generate(home / "keys" / "token.key")).tokens(niks))
    return {
        token.decode(): person(
            decile=rng.choice([1, 2, 3, 4, 5, None]),
            region=rng.choice([FIRST_REGION, "74.71.01", "74.01.01", "31.71"]),
            presence=rng.choice(["PRESENT", "PRESENT", "PRESENT", "DECEASED"]),
        )
        for token in tokens
    }


def meant(facts: Mapping[str, Record], version: int) -> set[str]:
    """Whom a version means, everywhere."""
    return {
        token
        for token, fact in facts.items()
        if fact["decile"] in DECILES[version] and fact["presence"] == "PRESENT"
    }


def meant_by(facts: Mapping[str, Record], second: Callable[[str], bool]) -> dict[str, int]:
    """The version that means each person, where ``second`` says in which regencies the second decides."""
    return {
        token: version
        for version in DECILES
        for token in meant(facts, version)
        if second(facts[token]["region"][:5]) == (version == 2)
    }


def moved(facts: Mapping[str, Record], before: set[str], after: set[str]) -> dict[str, tuple[int, int, int]]:
    """Entering, leaving and staying of each regency that has any."""
    parts = (after - before, before - after, before & after)
    counts = [Counter(facts[token]["region"][:5] for token in part) for part in parts]
    return {code: (counts[0][code], counts[1][code], counts[2][code]) for code in set().union(*counts)}


def check_preview(facts: Mapping[str, Record], seen: PreviewResult) -> None:
    """All figures of the second version, as computed from the facts."""
    expected = moved(facts, meant(facts, 1), meant(facts, 2))
    figures = seen.figures
    said = {each.region: (each.entering, each.leaving, each.staying) for each in figures.regencies}
    assert said == expected
    totals = tuple(sum(column) for column in zip(*expected.values(), strict=True))
    assert (figures.entering, figures.leaving, figures.staying) == totals
    assert min(totals) > 0
    cells = Counter[str]()
    for cell in seen.cells:
        cells[cell.movement] += cell.persons
    assert (cells["ENTERING"], cells["LEAVING"], cells["STAYING"]) == totals


def check_published(hub: Hub, expected: Mapping[str, int]) -> None:
    """The last committed record of each person says who means them, and nothing was skipped or said twice."""
    published = hub.data.published()
    last = {token: verdict.version for token, states in published.items() for verdict in states[-1].verdicts}
    assert last == expected
    oracle = hub.data.oracle()
    laws.published_equals_desired(oracle, published)
    laws.replay_equals_live(oracle, published)
    laws.counted_without_gap(published)


def test_previewed_approved_and_rolled_out_while_everything_is_killed(hub: Hub, tmp_path: Path) -> None:
    facts = people(random.Random(5), tmp_path)
    hub.data.publish(DTSEN_PERSONS, list(facts.items()))
    hub.control.start()
    for slot in (0, 1):
        hub.data.start(slot)
    hub.send("first-day", advance(FIRST_DAY.isoformat()))
    assert hub.outcome("first-day").result == "ACCEPTED"
    hub.data.await_drained()
    hub.submitted(1)
    hub.approved(1, hub.previewed(1), lambda: None)
    hub.data.await_agreed(lambda: check_published(hub, meant_by(facts, lambda regency: False)))

    steps = [{"from": FIRST_DAY.isoformat(), "regions": [FIRST_REGION]}, {"from": LAST_STEP.isoformat()}]
    hub.submitted(2, rollout=steps)
    seen = hub.previewed(2, lambda: hub.data.kill(0))
    check_preview(facts, seen)
    hub.data.start(0)
    again = hub.previewed(2, hub.kill_control)
    check_preview(facts, again)
    assert again.figures.digest == seen.figures.digest

    def kill_both() -> None:
        hub.kill_control()
        hub.kill_engine(1)

    hub.approved(2, again, kill_both)
    hub.data.await_agreed(
        lambda: check_published(hub, meant_by(facts, lambda regency: regency == FIRST_REGION))
    )

    hub.send("last-step", advance(LAST_STEP.isoformat()))
    hub.kill_engine(0)
    assert hub.outcome("last-step").result == "ACCEPTED"
    hub.data.await_agreed(lambda: check_published(hub, meant_by(facts, lambda regency: True)))
    assert all(len(found) == 1 for found in hub.control.outcomes().values())
