"""The one place that turns confluent_kafka's errors into ours, named for the reaction they ask."""

from collections.abc import Callable
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException

from schemas.errors import Fenced, InvalidInput, JangkauError, Refused, Retryable, TransactionAborted

T = TypeVar("T")

_FENCED = {
    KafkaError._FENCED,
    KafkaError.PRODUCER_FENCED,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError.INVALID_PRODUCER_ID_MAPPING,
}

_NO_TOPIC = "check the address: this cluster lacks the topic, which `jangkau topics apply` makes"
_NO_RIGHT = "ask the hub's operators for the right to do this with your login"

_PASSING = {
    KafkaError._TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._MSG_TIMED_OUT,
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._RESOLVE,
    KafkaError._MAX_POLL_EXCEEDED,
    KafkaError._WAIT_COORD,
    KafkaError._IN_PROGRESS,
    KafkaError._PREV_IN_PROGRESS,
    KafkaError._CONFLICT,
    KafkaError._STATE,
    KafkaError._PURGE_QUEUE,
    KafkaError._PURGE_INFLIGHT,
    KafkaError.UNSTABLE_OFFSET_COMMIT,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.NOT_CONTROLLER,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.FENCED_LEADER_EPOCH,  # a leader has changed or come back
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError._NOENT,  # while a broker starts no partition has a leader
    KafkaError.NOT_ENOUGH_REPLICAS,
    KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
}
"""Conditions that pass by themselves, whatever librdkafka's own retriable flag says."""


_REMEDIES = {
    KafkaError.UNKNOWN_TOPIC_OR_PART: _NO_TOPIC,
    KafkaError._UNKNOWN_TOPIC: _NO_TOPIC,
    KafkaError.MSG_SIZE_TOO_LARGE: "the record is larger than Kafka takes, as a rule a million bytes",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: _NO_RIGHT,
    KafkaError.GROUP_AUTHORIZATION_FAILED: _NO_RIGHT,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: _NO_RIGHT,
    KafkaError._AUTHENTICATION: "check the user, the password and the mechanism in the security settings",
    KafkaError.SASL_AUTHENTICATION_FAILED: "check the user and the password",
}
_LOOK_UP = "look the error up by its name in Kafka's documentation"


def kafka_error(error: Exception) -> KafkaError | None:
    """The KafkaError inside an exception, if there is one."""
    inner = error.args[0] if error.args else None
    return inner if isinstance(inner, KafkaError) else None


def translate(error: KafkaError, doing: str) -> JangkauError:
    """Our error for theirs. ``doing`` says what was tried; no key and no value is repeated."""
    text = f"{doing}: {error.str()} ({error.name()})"
    if error.fatal() or error.code() in _FENCED:
        return Fenced(text, remedy="the process ends and is started anew; nothing half done stays")
    if error.txn_requires_abort():
        return TransactionAborted(text)
    if error.retriable() or error.code() in _PASSING:
        return Retryable(text, remedy="check that the broker runs and can be reached")
    return refused(error, doing)


def refused(error: KafkaError, doing: str) -> Refused:
    """Not for now but for good, with what can be done about it."""
    text = f"{doing}: {error.str()} ({error.name()})"
    return Refused(text, remedy=_REMEDIES.get(error.code(), _LOOK_UP))


def made(kind: Callable[[dict[str, Any]], T], properties: dict[str, Any]) -> T:
    """A client of the library; raises ``InvalidInput`` for settings it does not take."""
    try:
        return kind(properties)
    except KafkaException as error:
        inner = kafka_error(error)
        raise InvalidInput(
            f"Kafka's client does not take these settings: {inner.str() if inner else error}",
            remedy="check the security settings and the files they name",
        ) from None


def translated(doing: str, call: Callable[[], T]) -> T:
    """Run one call of the client library; raise our errors for its."""
    try:
        return call()
    except KafkaException as error:
        inner = kafka_error(error)
        if inner is None:
            raise Refused(f"{doing}: {error}") from error
        raise translate(inner, doing) from error
    except RuntimeError as error:  # a client that has been closed
        raise Refused(f"{doing}: {error}") from error
