"""The control worker as a process on a real broker: decisions, a kill, bad bytes, a clean end."""

import re
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from schemas.events import (
    BatchManifest,
    BatchReceipt,
    DirectiveStatus,
    Quarantined,
    RegionTotals,
)
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    COVERAGE_REGIONS,
    HUB_COMMANDS,
    HUB_CONTROL,
    HUB_OUTCOMES,
    HUB_PARTIALS,
    HUB_QUARANTINE,
    KEMNAKER_DIRECTIVES,
    Movement,
)
from tests.broker.control_world import PARTITIONS, ControlWorld
from tests.fakes.answering import AnsweringEngines, Moves
from tests.streams.control.builders import (
    NAME,
    advance,
    approve,
    command,
    document,
    drafted,
    preview,
    revoked,
)
from tests.streams.control.counts import SENT, batch, partial, region

pytestmark = pytest.mark.broker


@pytest.fixture
def world(embedded: Cluster, tmp_path: Path) -> Iterator[ControlWorld]:
    made = ControlWorld(embedded, tmp_path)
    made.start()
    yield made
    made.close()


def states(world: ControlWorld) -> list[tuple[int, str]]:
    """The steps told of; a status said twice, as after a restart, counts once."""
    found = world.records(DirectiveStatus, COVERAGE_DIRECTIVES)
    said = [(status.version, status.state) for key, status in found if key == NAME]
    return [state for state, _ in groupby(said)]


def in_force(world: ControlWorld) -> None:
    """Until the engines have answered the activation and it is told."""

    def told() -> bool:
        world.answer()
        return states(world)[-1:] == [(1, "IN_FORCE")]

    world.until(told)


def test_a_directive_comes_into_force_on_its_day_and_out_again(world: ControlWorld) -> None:
    assert world.ask("c0", advance("2026-01-05")).result == "ACCEPTED"
    world.send(KEMNAKER_DIRECTIVES, NAME, drafted(1, "2026-01-10"))
    world.until(lambda: states(world) == [(1, "DRAFTED")])
    assert world.approve().result == "ACCEPTED"
    assert states(world) == [(1, "DRAFTED"), (1, "PREVIEWED"), (1, "SCHEDULED")]
    world.ask("c1", advance("2026-01-10"))
    in_force(world)
    assert states(world)[3:] == [(1, "APPROVED"), (1, "IN_FORCE")]
    world.send(KEMNAKER_DIRECTIVES, NAME, revoked(1))
    world.until(lambda: states(world)[-1] == (1, "REVOKED"))
    kinds = [event.subject.partition(":")[0] for event in world.control()]
    assert kinds == [
        *("policy", "date", "guard"),
        *("preview", "previewed", "approval"),
        *("date", "guard", "preview", "directive", "directive"),
    ]


def test_killed_in_mid_stream_and_started_again_nothing_is_lost_or_done_twice(world: ControlWorld) -> None:
    days = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(150)]
    world.send(KEMNAKER_DIRECTIVES, NAME, drafted(1, "2026-01-01", "2026-01-20"))
    world.ask("c0", advance("2025-12-31"))
    assert world.approve().result == "ACCEPTED"
    world.stop()
    for day in days:
        world.send(HUB_COMMANDS, f"to-{day}", advance(day))
    world.start()
    world.until(lambda: world.outcomes().get(f"to-{days[0]}"))
    world.kill()
    done = len(world.outcomes())
    world.start()
    world.until(lambda: len(world.outcomes()) == len(days) + 3)
    world.send(HUB_COMMANDS, "last", advance(days[-1]))
    refused = world.until(lambda: world.outcomes().get("last"))
    assert refused[0].result == "REFUSED"

    assert done < len(days) + 3, "the kill came after everything was done: it showed nothing"
    assert all(len(found) == 1 for found in world.outcomes().values())
    assert all(world.outcomes()[f"to-{day}"][0].result == "ACCEPTED" for day in days)
    subjects = [(event.subject, event.version, event.step) for event in world.control()]
    assert len(set(subjects)) == len(subjects)
    assert [event.version for event in world.control() if event.subject == "date"] == sorted(
        event.version for event in world.control() if event.subject == "date"
    )
    assert states(world)[-1] == (1, "EXPIRED")


def test_restarted_with_nothing_new_it_writes_nothing(world: ControlWorld) -> None:
    world.send(KEMNAKER_DIRECTIVES, NAME, drafted(1, "2026-01-01"))
    world.ask("c1", advance("2026-01-10"))
    world.until(lambda: states(world))
    world.approve()
    in_force(world)
    before = world.control(), world.outcomes()
    world.kill()
    world.start()
    world.send(HUB_COMMANDS, "c2", command("SET_POLICY", {"policy": "none"}))
    world.until(lambda: world.outcomes().get("c2"))
    assert world.control() == before[0]
    assert world.outcomes()["c1"] == before[1]["c1"]


def test_what_cannot_be_read_goes_to_quarantine_and_the_worker_goes_on(world: ControlWorld) -> None:
    good = world.codec.encode(HUB_COMMANDS, advance("2026-01-10").to_record())
    torn = good[:-3]
    framed = {
        topic: world.codec.encode(topic, value.to_record())[:9]
        for topic, value in {
            KEMNAKER_DIRECTIVES: drafted(1),
            HUB_PARTIALS: partial(0, (region("74.71", 1),)),
            AGENCY_MANIFESTS: BatchManifest("BPS", "dtsen.persons", "PART", 3, "0" * 16, None, None, SENT),
        }.items()
    }
    world.until(lambda: world.view().policy)
    world.send_raw(HUB_COMMANDS, b"torn", torn)
    world.send_raw(HUB_COMMANDS, b"noise", b"\x07 no Avro at all")
    world.send_raw(HUB_COMMANDS, b"empty", None)
    world.send_raw(HUB_COMMANDS, b" ", good)
    world.send_raw(HUB_CONTROL, b"", b"\x07 not ours")
    for topic, value in framed.items():
        world.send_raw(topic, b"torn", value)
    world.send(HUB_COMMANDS, "c1", advance("2026-01-10"))
    world.until(lambda: world.outcomes().get("c1"))
    world.until(lambda: len(world.rows(HUB_QUARANTINE)) >= 8)

    found = dict(world.records(Quarantined, HUB_QUARANTINE))
    reasons = {(rejected.topic, rejected.offset): rejected.reason for rejected in found.values()}
    assert reasons == {
        (HUB_COMMANDS, 0): "UNDECODABLE",
        (HUB_COMMANDS, 1): "UNKNOWN_SCHEMA",
        (HUB_COMMANDS, 2): "NULL_VALUE",
        (HUB_COMMANDS, 3): "INVALID_KEY",
        (HUB_CONTROL, 1): "UNKNOWN_SCHEMA",
        (KEMNAKER_DIRECTIVES, 0): "UNDECODABLE",
        (HUB_PARTIALS, 0): "UNDECODABLE",
        (AGENCY_MANIFESTS, 0): "UNDECODABLE",
    }
    kept = found[f"{HUB_COMMANDS}/0/0"]
    assert kept.sealed_value is not None
    assert world.sealing.open(kept.sealed_value, f"{HUB_COMMANDS}/0/0".encode()) == torn
    assert str(world.view().business_date) == "2026-01-10"
    assert world.worker is not None
    told = world.worker.log.read_text("utf-8")
    for topic, offset in reasons:
        what = "cannot be read" if topic == HUB_CONTROL else "to quarantine"
        assert re.search(rf"record {what}  topic={topic} partition=0 offset={offset} reason=", told), topic
    assert "no Avro at all" not in told


def test_totals_and_receipts_follow_the_partials(world: ControlWorld) -> None:
    world.send(HUB_COMMANDS, "c1", advance("2026-01-05"))
    world.send(
        AGENCY_MANIFESTS, "b1", BatchManifest("BPS", "dtsen.persons", "FULL", 9, "0" * 16, None, None, SENT)
    )
    for number in range(4):
        counts = (batch("b1", 2 + (number == 3), first=number),)
        world.send(HUB_PARTIALS, str(number), partial(number, (region("74.71", 10, 6),), batches=counts))

    def totals() -> dict[str, RegionTotals]:
        return dict(world.records(RegionTotals, COVERAGE_REGIONS))

    def receipt() -> BatchReceipt | None:
        return dict(world.records(BatchReceipt, AGENCY_RECEIPTS)).get("b1")

    world.until(lambda: totals() and totals()["ID"].partitions_reported == 4)
    assert {code: found.persons for code, found in totals().items()} == {"ID": 40, "74": 40, "74.71": 40}
    assert totals()["74.71"].directives[0].eligible == 24
    complete = world.until(lambda: (found := receipt()) and found.complete and found)
    assert isinstance(complete, BatchReceipt)
    assert (complete.sent, complete.accepted, complete.missing) == (9, 9, 0)
    assert "full:BPS" in world.view().top()
    world.kill()
    said = world.rows(COVERAGE_REGIONS), world.rows(AGENCY_RECEIPTS)
    world.start()
    world.send(HUB_COMMANDS, "c2", advance("2026-01-06"))
    world.until(lambda: world.outcomes().get("c2"))
    world.send(HUB_PARTIALS, "0", partial(0, (region("74.71", 11, 6),), at=(0, 11, 5), full=False))
    world.until(lambda: totals()["ID"].persons == 41)
    assert world.rows(COVERAGE_REGIONS)[: len(said[0])] == said[0]
    assert len(world.rows(COVERAGE_REGIONS)) == len(said[0]) + 3
    assert world.rows(AGENCY_RECEIPTS) == said[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_asked(world: ControlWorld, number: signal.Signals) -> None:
    world.send(HUB_COMMANDS, "c1", advance("2026-01-05"))
    world.until(lambda: world.outcomes().get("c1"))
    assert world.stop(number) == 0
    assert not list((world.home / "run").glob("*.json"))
    world.start()
    world.send(HUB_COMMANDS, "c2", advance("2026-01-06"))
    world.until(lambda: world.outcomes().get("c2"))


def test_killed_while_the_engines_answer_it_ends_what_it_began(world: ControlWorld) -> None:
    world.ask("c0", advance("2026-01-10"))
    world.send(KEMNAKER_DIRECTIVES, NAME, drafted(1, "2026-01-01"))
    world.until(lambda: states(world))
    world.send(HUB_COMMANDS, "p", preview())
    world.until(lambda: [event for event in world.control() if event.subject.startswith("preview:")])
    world.kill()
    world.answer()
    world.start()
    outcome = world.until(lambda: world.outcomes().get("p"))[0]
    assert outcome.preview is not None
    assert outcome.preview.figures.entering == 12
    world.send(HUB_COMMANDS, "a", approve(outcome.preview.figures.digest))
    world.until(lambda: world.outcomes().get("a"))
    world.kill()
    world.answer()
    world.start()
    world.until(lambda: states(world)[-1] == (1, "IN_FORCE"))
    kinds = [event.subject.partition(":")[0] for event in world.control()]
    assert [kinds.count(kind) for kind in ("preview", "previewed", "approval", "directive")] == [2, 1, 1, 1]
    assert all(len(found) == 1 for found in world.outcomes().values())


def test_an_outcome_may_be_larger_than_a_usual_message(world: ControlWorld) -> None:
    """A preview of the whole nation names some 100,000 cells; its parts come as engines send them."""
    world.ask("c0", advance("2026-01-10"))
    cells: dict[str, dict[Movement, int]] = {
        f"{province}.{number:02}": {"ENTERING": 1, "LEAVING": 2, "STAYING": 3}
        for province in range(11, 97)
        for number in range(100, 500)
    }
    world.engines = AnsweringEngines([Moves(cells) for _ in range(PARTITIONS)], parts=4)
    outcome = world.ask("w", command("PREVIEW_DIRECTIVE", {"document": document()}))
    assert outcome.preview is not None
    assert len(outcome.preview.cells) == 3 * len(cells)
    size = max(len(row.value or b"") for row in world.rows(HUB_OUTCOMES))
    assert 2**20 < size < 2**22
