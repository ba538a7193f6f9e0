"""A client that is lost to its cluster is replaced, and the one before it does not stay."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator

import pytest

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.asking import Asking
from connectors.kafka.config import KafkaConfig
from schemas.errors import Retryable
from tests.deploy.waiting import wait_until
from tests.fakes.kafka_front import KafkaFront

NOWHERE = KafkaConfig("127.0.0.1:1")
_ROUNDS = 20
"""A client that is not replaced was lost after twelve rounds at most, in each of ten runs."""


@pytest.fixture
def front() -> Iterator[KafkaFront]:
    front = KafkaFront()
    yield front
    front.close()


def answers(admin: KafkaAdmin) -> bool:
    try:
        return admin.topics() == {"topic"}
    except Retryable:
        return False


def ask_twice_while_alone(front: KafkaFront, admin: KafkaAdmin) -> None:
    """Two questions on the way to a broker that then says that there is none: the second answer cancels what
    the client has set about after the first.
    """
    front.hold()
    askers = [threading.Thread(target=lambda: answers(admin)) for _ in range(2)]
    for asker in askers:
        asker.start()
    wait_until(lambda: front.waiting > 0 or not any(map(threading.Thread.is_alive, askers)), "it is asked")
    time.sleep(0.05)  # for the second question, which the front reads after it has answered the first
    front.alone = True
    front.speak()
    for asker in askers:
        asker.join()
    front.alone = False


def test_a_cluster_that_named_no_broker_for_a_moment_is_found_again(front: KafkaFront) -> None:
    admin = KafkaAdmin(KafkaConfig(front.address), timeout_s=0.5)
    for number in range(_ROUNDS):
        wait_until(lambda: answers(admin), f"it answers in round {number}")
        ask_twice_while_alone(front, admin)
    wait_until(lambda: answers(admin), "it answers at last")


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


def fail(asking: Asking) -> None:
    with contextlib.suppress(Retryable):
        asking.ask("listing topics", lambda client: client.list_topics(timeout=0.2))


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted as Linux shows them")
def test_clients_that_were_replaced_do_not_stay() -> None:
    asking = Asking(NOWHERE.client({}), kept_s=0.5)
    with_one = threads()
    for _ in range(5):
        fail(asking)
    assert threads() > with_one
    wait_until(lambda: threads() <= with_one, "one client is left")


def replaced() -> int:
    return [thread.name for thread in threading.enumerate()].count("former-client")


def test_threads_that_fail_together_replace_one_client() -> None:
    before = replaced()
    asking, together = Asking(NOWHERE.client({}), kept_s=300.0), threading.Barrier(2)

    def question(client: object) -> None:
        together.wait()
        raise Retryable("planted")

    def ask() -> None:
        with contextlib.suppress(Retryable):
            asking.ask("failing", question)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert replaced() == before + 1
