"""The appender without a broker: what waits is told, given up in time, and bounded."""

from collections.abc import Iterator

import pytest

from connectors.kafka.appender import KafkaAppender
from connectors.kafka.config import KafkaConfig
from schemas.errors import Retryable
from schemas.records import Outgoing, TopicPartition
from tests.deploy.waiting import wait_until

NOWHERE = KafkaConfig("127.0.0.1:1")
_WAIT_S = 30.0


@pytest.fixture
def appender() -> Iterator[KafkaAppender]:
    made = KafkaAppender(NOWHERE, delivery_timeout_s=1.0, queued_records=100)
    yield made
    made.close()


def records(count: int) -> Outgoing:
    return Outgoing(TopicPartition("t", -1), [b"k"] * count, [b"v"] * count, [{"batch": b"b"}] * count)


def test_what_is_not_acknowledged_in_time_fails_and_is_no_longer_waited_for(appender: KafkaAppender) -> None:
    first, second = appender.append([records(2), records(1)]), appender.append([records(1)])
    wait_until(lambda: appender.stalled_s() > 0.2, "it waits")
    for lot in (first, second):
        with pytest.raises(Retryable):
            lot.result(_WAIT_S)
    wait_until(lambda: appender.stalled_s() == 0.0, "nothing waits")
    assert appender.failed is None


def test_more_than_may_wait_is_refused_whole(appender: KafkaAppender) -> None:
    appender.append([records(80)])
    with pytest.raises(Retryable, match="full"):
        appender.append([records(40)])
    waiting = appender.append([records(5)])
    with pytest.raises(Retryable):
        waiting.result(_WAIT_S)


def test_nothing_is_done_at_once(appender: KafkaAppender) -> None:
    appender.append([]).result(0)
    assert appender.stalled_s() == 0.0
