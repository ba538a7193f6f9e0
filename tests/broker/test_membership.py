"""A real group tells who is a member of it, whatever the member itself believes."""

import signal
import subprocess
import sys
import uuid

import pytest

from connectors.kafka import KafkaAdmin, KafkaConfig, KafkaGroupConsumer, TopicLayout
from deploy.cluster import Cluster
from schemas.records import TopicPartition
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


def test_who_is_a_member_and_what_it_was_given(embedded: Cluster) -> None:
    name, config = f"members-{uuid.uuid4().hex[:8]}", KafkaConfig(embedded.bootstrap_servers)
    admin = KafkaAdmin(config)
    admin.create([TopicLayout(name, 1)])
    assert admin.given(name, "nobody") is None, "there is no such group yet"
    only = {TopicPartition(name, 0)}
    command = [sys.executable, "-c", MEMBER, embedded.bootstrap_servers, name, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        try:
            assert first.stdout is not None
            frozen = first.stdout.readline().strip()
            wait_until(lambda: admin.given(name, frozen) == only, "the first member has the partition")
            owner, second = Owner(), KafkaGroupConsumer(config, name)
            before = second.member_id
            second.subscribe([name], owner)
            until(lambda: admin.given(name, before) == set(), lambda: second.consume(0, 0.1))
            first.send_signal(signal.SIGSTOP)
            until(lambda: owner.owned == only, lambda: second.consume(0, 0.1))
            assert admin.given(name, frozen) is None
            assert admin.given(name, before) == only
            first.send_signal(signal.SIGCONT)
            until(lambda: admin.given(name, frozen) is not None, lambda: second.consume(0, 0.1))
            assert second.member_id == before
            second.close()
            assert admin.given(name, before) is None
        finally:
            first.kill()
