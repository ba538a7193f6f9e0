"""Each of Kafka's errors asks for one reaction."""

from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError, KafkaException

from connectors.kafka import KafkaAdmin, KafkaConfig, KafkaPlainProducer, KafkaReader
from connectors.kafka.errors import translate, translated
from connectors.kafka.subscription import KafkaSubscription
from schemas.errors import Fenced, InvalidInput, JangkauError, Refused, Retryable, TransactionAborted
from schemas.records import TopicPartition


@pytest.mark.parametrize(
    ("error", "reaction"),
    [
        (KafkaError(KafkaError._FENCED), Fenced),
        (KafkaError(KafkaError.PRODUCER_FENCED), Fenced),
        (KafkaError(KafkaError.UNKNOWN, fatal=True), Fenced),
        (KafkaError(KafkaError.STALE_MEMBER_EPOCH, txn_requires_abort=True), TransactionAborted),
        (KafkaError(KafkaError._TIMED_OUT, txn_requires_abort=True), TransactionAborted),
        (KafkaError(KafkaError._TIMED_OUT), Retryable),
        (KafkaError(KafkaError._TRANSPORT), Retryable),
        (KafkaError(KafkaError.COORDINATOR_LOAD_IN_PROGRESS, retriable=True), Retryable),
        (KafkaError(KafkaError.UNSTABLE_OFFSET_COMMIT), Retryable),
        (KafkaError(KafkaError.FENCED_LEADER_EPOCH), Retryable),
        (KafkaError(KafkaError._NOENT), Retryable),
        (KafkaError(KafkaError._AUTO_OFFSET_RESET), Refused),
        (KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), Refused),
        (KafkaError(KafkaError.POLICY_VIOLATION), Refused),
    ],
)
def test_reactions(error: KafkaError, reaction: type[JangkauError]) -> None:
    assert type(translate(error, "trying")) is reaction
    assert "trying" in str(translate(error, "trying"))

    def fail() -> None:
        raise KafkaException(error)

    with pytest.raises(reaction):
        translated("trying", fail)


def test_a_cluster_that_is_not_there_is_retryable() -> None:
    # Port 1 on loopback: nobody listens.
    admin = KafkaAdmin(KafkaConfig("127.0.0.1:1"), timeout_s=1.0)
    with pytest.raises(Retryable):
        admin.partitions("any")
    with pytest.raises(Retryable):
        admin.high_watermark(TopicPartition("any", 0))


@pytest.mark.parametrize(
    "security",
    [
        {"security.protocol": "SECURE"},
        {"security.protocol": "SSL", "ssl.ca.location": "/no/such/file"},
        {"security.protocol": "SASL_SSL", "sasl.mechanism": "NONE"},
        {"sasl.user": "hub"},
    ],
)
@pytest.mark.parametrize(
    "client", [KafkaAdmin, KafkaReader, KafkaPlainProducer, lambda config: KafkaSubscription(config, "g", [])]
)
def test_settings_the_client_library_does_not_take(
    client: Callable[[KafkaConfig], object], security: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput, match="does not take these settings") as caught:
        client(KafkaConfig("localhost:1", security))
    assert "security" in str(caught.value.remedy)
