"""Totals and receipts as they are now, and as they come."""

from collections.abc import Iterator

import pytest

from connectors.client import Receipts, Totals
from connectors.client.latest import Entry, Latest
from connectors.client.totals import TOTALS_TOPICS
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, Refused, Retryable
from schemas.events import WireRecord
from schemas.ids import BatchId, DirectiveId
from schemas.names import AGENCY_RECEIPTS, COVERAGE_DIRECTIVES, COVERAGE_REGIONS
from schemas.records import Outgoing, TopicPartition
from tests.connectors.client.samples import directive_status, receipt, totals
from tests.fakes.memory_log import MemoryAdmin, MemoryBroker, MemoryReader

SHORT_S = 0.05
INPRES = DirectiveId("inpres-8-2025")


class Control:
    """Writes what the control worker would."""

    def __init__(self, broker: MemoryBroker, codec: AvroCodec) -> None:
        self.broker, self.codec = broker, codec
        self.reader = MemoryReader(broker)

    def say(self, topic: str, key: str, value: WireRecord | None) -> None:
        body = None if value is None else self.codec.encode(topic, value.to_record())
        self.broker.append(Outgoing(TopicPartition(topic, 0), [key.encode()], [body]))

    def latest(self, *topics: str) -> Latest:
        return Latest(self.reader, MemoryAdmin(self.broker), self.codec, topics)


@pytest.fixture
def control(broker: MemoryBroker, codec: AvroCodec) -> Control:
    return Control(broker, codec)


def test_totals_are_there_at_once_and_followed(control: Control) -> None:
    control.say(COVERAGE_REGIONS, "74.71", totals(10))
    control.say(COVERAGE_REGIONS, "74.01", totals(5))
    control.say(COVERAGE_DIRECTIVES, INPRES, directive_status(1))
    control.say(COVERAGE_REGIONS, "74.71", totals(11))
    view = Totals(control.latest(*TOTALS_TOPICS))
    view.read()
    assert dict(view.regions) == {"74.71": totals(11), "74.01": totals(5)}
    assert dict(view.directives) == {INPRES: directive_status(1)}
    control.say(COVERAGE_REGIONS, "74.01", None)
    control.say(COVERAGE_DIRECTIVES, INPRES, directive_status(2))
    assert sorted(view.follow(idle_s=SHORT_S), key=lambda change: change[0]) == [
        ("74.01", None),
        (INPRES, directive_status(2)),
    ]
    assert (list(view.regions), view.directives[INPRES].version) == (["74.71"], 2)
    control.say(COVERAGE_DIRECTIVES, INPRES, None)
    view.read()
    assert repr(view) == "Totals(1 regions, 0 directives)"


def test_following_ends_when_told(control: Control) -> None:
    view = Totals(control.latest(*TOTALS_TOPICS))
    for number in (1, 2, 3):
        control.say(COVERAGE_REGIONS, f"74.0{number}", totals(number))
    handed = 0
    for _ in view.follow():
        handed += 1
        view.stop()
    assert handed == 1
    view.close()


def test_a_receipt_as_it_is_and_when_it_is_complete(control: Control) -> None:
    with Receipts(control.latest(AGENCY_RECEIPTS)) as receipts:
        assert receipts.of("b-1") is None
        control.say(AGENCY_RECEIPTS, "b-1", receipt(3, None))
        control.say(AGENCY_RECEIPTS, "b-2", receipt(7, 0))
        assert receipts.of(BatchId("b-1")) == receipt(3, None)
        assert receipts.wait("b-1", timeout_s=0) == receipt(3, None)
        control.say(AGENCY_RECEIPTS, "b-1", receipt(4, 0))
        assert receipts.wait("b-1", timeout_s=60) == receipt(4, 0)
        assert receipts.of("b-2") == receipt(7, 0)
        assert repr(receipts) == "Receipts(2 batches)"


def test_waiting_goes_on_until_it_is_there(control: Control) -> None:
    """The receipt comes with the second look; time alone would never bring it."""
    looks: list[str] = []

    class Late(Latest):
        def there(self) -> Iterator[Entry]:
            looks.append("look")
            if len(looks) == 2:
                control.say(AGENCY_RECEIPTS, "b-1", receipt(1, 0))
            return super().there()

    late = Late(control.reader, MemoryAdmin(control.broker), control.codec, [AGENCY_RECEIPTS])
    assert Receipts(late).wait("b-1", timeout_s=60) == receipt(1, 0)
    assert len(looks) == 2


def test_a_key_that_is_missing_or_a_value_that_cannot_be_read(control: Control) -> None:
    view = Totals(control.latest(*TOTALS_TOPICS))
    control.broker.append(Outgoing(TopicPartition(COVERAGE_REGIONS, 0), [b"74.71"], [b"no avro"]))
    with pytest.raises(ContractBroken, match="UNKNOWN_SCHEMA"):
        view.read()
    control.broker.append(Outgoing(TopicPartition(COVERAGE_DIRECTIVES, 0), None, [b"x"]))
    with pytest.raises(ContractBroken, match="INVALID_KEY"):
        view.read()


def test_errors_of_the_log_come_through(control: Control) -> None:
    with pytest.raises(Refused):
        control.latest("coverage.elsewhere")
    view = Totals(control.latest(*TOTALS_TOPICS))
    control.say(COVERAGE_REGIONS, "74.71", totals(1))
    control.reader.faults.plan("before_consume", Retryable("the broker is gone"))
    with pytest.raises(Retryable):
        view.read()
    view.read()
    assert list(view.regions) == ["74.71"]
