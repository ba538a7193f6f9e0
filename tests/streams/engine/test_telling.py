"""What an engine writes down, from a real engine on the in-memory log."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from prometheus_client import CollectorRegistry

from monitoring.liveness import Health
from monitoring.registry import EngineMetrics
from schemas.errors import TransactionAborted
from schemas.events import PreviewWanted
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HEADER_COMMAND, HUB_CONTROL, HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.control.decisions import decide
from streams.engine.limits import EngineLimits
from streams.engine.sweep import SweepLimits
from streams.engine.telling import TellingObserver
from tests.monitoring.logs.heard import told
from tests.oracle.examples import ANA, BUDI, directive, enrolment, membership, person
from tests.streams.control.builders import NOW
from tests.streams.engine.test_lookups import ask
from tests.streams.engine.world import TODAY, Member, World


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _heard(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level("INFO", "streams"):
        yield


def start(world: World, limits: EngineLimits | None = None, **given: bool) -> tuple[Clock, Member]:
    clock = Clock()
    observer = TellingObserver(EngineMetrics(CollectorRegistry()), Health(), clock)
    return clock, world.start(observer=observer, limits=limits, **given)


def test_taking_partitions_over(world: World, caplog: pytest.LogCaptureFixture) -> None:
    start(world)
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, BUDI, person())
    world.settle()
    both = list(range(world.partitions))
    assert told(caplog, "partitions")[0] == ("partitions changed", {"gained": both, "given_up": []})
    world.kill_all()
    start(world)
    world.settle()
    restored = told(caplog, "partition restored")
    assert {fields["partition"] for _, fields in restored} == set(both)
    assert sum(fields["rows"] for _, fields in restored) == 2
    assert all(fields["seconds"] == 0.0 for _, fields in restored)


def test_events_as_such_are_never_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    start(world)
    world.settle()
    told(caplog)
    for version, token in itertools.product(range(1, 40), (ANA, BUDI)):
        world.publish(DTSEN_PERSONS, token, person(version=(20_261 << 32) + version))
        world.publish(
            BPJS_MEMBERSHIPS, token, membership(enrolment("BPU", date(2026, 4, 30), "JKK"), version=version)
        )
        world.settle()
    assert told(caplog) == []


def test_a_burst_of_rejects_is_told_at_once_and_then_together(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    clock, _ = start(world)
    world.publish(DTSEN_PERSONS, ANA, person(decile=11))
    world.settle()
    about = {"topic": DTSEN_PERSONS, "agency": "BPS"}
    first = ("records to quarantine", {**about, "records": 1, "reasons": "INVALID_DECILE:1"})
    assert told(caplog, "records") == [first]
    for _ in range(7):
        world.publish(DTSEN_PERSONS, ANA, person(decile=11))
        world.publish(DTSEN_PERSONS, ANA, person(region="99.99"))
        world.settle()
    assert told(caplog, "records") == []
    clock.now += 10
    world.settle()
    rest = {**about, "records": 14, "reasons": "INVALID_DECILE:7,UNKNOWN_REGION:7"}
    assert told(caplog, "records") == [("records to quarantine", rest)]


def test_decisions_are_told_as_they_come_and_those_before_are_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World.at_noon()
    world.set_policy()
    world.set_date(TODAY - timedelta(days=1))
    start(world)
    world.settle()
    known = {"events": 2, "business_date": TODAY - timedelta(days=1), "directives": 0}
    assert told(caplog, "hub.control", "folded") == [("hub.control is read", known)]
    world.set_date(TODAY)
    world.set_date(TODAY)
    world.put_in_force(directive())
    world.settle()
    (_, dated), (_, force) = told(caplog, "hub.control", "folded")
    event = decide("date", TODAY.toordinal(), 0, "", "", NOW, PreviewWanted("", 1, "DRAFT", "", 1, ""))
    assert dated == {"event": event.event_id, "business_date": TODAY, "offset": 2}
    assert (force["directive"], force["version"], force["offset"]) == ("inpres-8-2025", 1, 4)


def test_a_preview_can_be_followed_by_its_command(world: World, caplog: pytest.LogCaptureFixture) -> None:
    start(world)
    world.settle()
    wanted = PreviewWanted("p-1", 1, "WHAT_IF", "inpres-8-2025", 1, "{}")
    event = decide("preview:p-1", 1, 0, "test", "test", NOW, wanted)
    value = world.codec.encode(HUB_CONTROL, event.to_record())
    header = {HEADER_COMMAND: b"c-1"}
    world.plain.produce(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [value], [header]))
    world.settle()
    asked, answered = told(caplog, "folded: preview", "preview answered")
    assert (asked[1]["command"], asked[1]["preview"]) == ("c-1", "p-1")
    many = {"attempt": 1, "answered": world.partitions}
    assert answered == ("preview answered", {"command": "c-1", "preview": "p-1", **many})


def test_an_abort_is_told_with_its_cause(world: World, caplog: pytest.LogCaptureFixture) -> None:
    _, taken = start(world)
    world.settle()
    taken.producer.faults.plan("before_commit", TransactionAborted("planted"))
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    ((message, fields),) = told(caplog, "transaction aborted")
    assert message == "transaction aborted, its partitions are restored: planted"
    assert len(fields["partitions"]) == 1


def test_a_session_that_is_lost(world: World, caplog: pytest.LogCaptureFixture) -> None:
    _, taken = start(world)
    world.settle()
    taken.consumer.lose_session()
    world.settle()
    assert told(caplog, "partitions lost")[0][1] == {"partitions": world.partitions}


def test_a_rebuild_from_its_beginning_to_its_end(world: World, caplog: pytest.LogCaptureFixture) -> None:
    start(world)
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    world.kill_all()
    world.broker.delete_topic(HUB_STATE)
    world.broker.create_topic(HUB_STATE, world.partitions)
    told(caplog)
    start(world, allow_rebuild=True)
    world.settle()
    lines = told(caplog, "rebuild", "sweep")
    begun = [fields for message, fields in lines if message.startswith("rebuild begun: state partition")]
    done = [fields for message, fields in lines if message == "rebuild done"]
    assert len(begun) == len(done) == 1
    assert begun[0]["partition"] == done[0]["partition"]
    assert (done[0]["rows"], done[0]["generation"]) == (1, 1)
    assert ("sweep done", {"partition": done[0]["partition"], "rows": 1}) in lines


def test_a_sweep(world: World, caplog: pytest.LogCaptureFixture) -> None:
    start(world, EngineLimits(sweep=SweepLimits(bytes_at_least=1)))
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    swept = told(caplog, "sweep done")
    assert swept
    assert all(fields.keys() == {"partition", "rows"} for _, fields in swept)


def test_a_look_up_is_told_by_its_id_and_not_by_whom_it_is_about(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    start(world)
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    ask(world, ANA, "l-1")
    world.settle()
    lines = told(caplog)
    assert ("look-ups answered", {"lookup": "l-1", "count": 1}) in lines
    assert ANA not in str(lines)
