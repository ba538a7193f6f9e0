"""A real group tells who is a member of it, whatever the member itself believes; engines ask it."""

import signal
import subprocess
import sys
import uuid
from pathlib import Path

import httpx
import pytest

from connectors.kafka import KafkaAdmin, KafkaConfig, KafkaGroupConsumer, TopicLayout
from deploy.cluster import Cluster
from deploy.query.processes import ask
from monitoring import runfile
from schemas.errors import Retryable
from schemas.records import TopicPartition
from tests.broker.kafka_world import PARTITIONS, KafkaWorld
from tests.broker.log_suite import Owner, until
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

MEMBER = """
import sys
from connectors.kafka import KafkaConfig, KafkaGroupConsumer
from tests.broker.log_suite import Owner

servers, topic, group = sys.argv[1:]
consumer, owner = KafkaGroupConsumer(KafkaConfig(servers), group), Owner()
print(consumer.member_id, flush=True)
consumer.subscribe([topic], owner)
while True:
    consumer.consume(0, 0.1)
"""


class Told:
    """What the coordinator says; nothing is known while it is itself being found."""

    def __init__(self, admin: KafkaAdmin, group: str) -> None:
        self._admin, self._group = admin, group

    def given(self, member: str) -> set[TopicPartition] | str | None:
        try:
            return self._admin.given(self._group, member)
        except Retryable:
            return "unknown"


def test_who_is_a_member_and_what_it_was_given(embedded: Cluster) -> None:
    name, config = f"members-{uuid.uuid4().hex[:8]}", KafkaConfig(embedded.bootstrap_servers)
    admin = KafkaAdmin(config)
    admin.create([TopicLayout(name, 1)])
    told = Told(admin, name)
    wait_until(lambda: told.given("nobody") is None, "there is no such group yet")
    only = {TopicPartition(name, 0)}
    command = [sys.executable, "-c", MEMBER, embedded.bootstrap_servers, name, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        try:
            assert first.stdout is not None
            frozen = first.stdout.readline().strip()
            wait_until(lambda: told.given(frozen) == only, "the first member has the partition")
            owner, second = Owner(), KafkaGroupConsumer(config, name)
            before = second.member_id
            second.subscribe([name], owner)
            until(lambda: told.given(before) == set(), lambda: second.consume(0, 0.1))
            first.send_signal(signal.SIGSTOP)
            until(lambda: owner.owned == only, lambda: second.consume(0, 0.1))
            assert told.given(frozen) is None
            assert told.given(before) == only
            first.send_signal(signal.SIGCONT)
            until(lambda: isinstance(told.given(frozen), set), lambda: second.consume(0, 0.1))
            assert second.member_id == before
            second.close()
            assert told.given(before) is None
        finally:
            first.kill()


def shown(home: Path) -> list[str]:
    """What the ready engines of a data folder show of their membership and their partitions."""
    found = []
    for run in runfile.read_all(runfile.run_dir(home)):
        report = ask(run.port)
        if report is not None and report.ready:
            text = httpx.get(f"http://127.0.0.1:{run.port}/metrics", trust_env=False).text
            wanted = ("jangkau_engine_group_member ", "jangkau_engine_owned_partitions ")
            found.append(" ".join(line.split()[1] for line in text.splitlines() if line.startswith(wanted)))
    return sorted(found)


def test_of_more_engines_than_partitions_each_is_a_member(embedded: Cluster, tmp_path: Path) -> None:
    """Also those that were given nothing."""
    world = KafkaWorld(embedded, tmp_path)
    try:
        for slot in range(PARTITIONS + 1):
            world.start(slot)
        wanted = ["1.0 0.0", *["1.0 1.0"] * PARTITIONS]
        wait_until(lambda: shown(tmp_path) == wanted, "all are members, one of them with nothing to do")
        world.stop()
    finally:
        world.close()
