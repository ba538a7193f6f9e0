"""A member stopped long enough to lose its partitions: what it finds, and what it can no longer do."""

import signal
import subprocess
import sys
import uuid

import pytest

from connectors.kafka import KafkaAdmin, KafkaConfig, KafkaGroupConsumer, KafkaReader, TopicLayout
from deploy.cluster import Cluster
from schemas.records import RecordBatch, TopicPartition
from tests.broker.log_suite import Owner, until

pytestmark = pytest.mark.broker

MEMBER = """
import sys
from connectors.kafka import KafkaConfig, KafkaGroupConsumer, KafkaTransactionalProducer
from schemas.errors import Fenced, TransactionAborted
from schemas.records import TopicPartition
from tests.broker.log_suite import Owner, outgoing

servers, topic, group = sys.argv[1:]
owner, consumer = Owner(), KafkaGroupConsumer(KafkaConfig(servers), group)
producer = KafkaTransactionalProducer(KafkaConfig(servers), group)
producer.init()
consumer.subscribe([topic], owner)
while len(owner.owned) < 2:
    consumer.consume(0, 0.1)
metadata = consumer.group_metadata()
producer.begin()
producer.produce(outgoing(topic, 0, "stolen"))
print("stopping", flush=True)
while not owner.lost and not owner.revoked:
    consumer.consume(0, 0.1)
print("lost", len(owner.lost), "revoked", len(owner.revoked), flush=True)
try:
    producer.send_offsets({TopicPartition(topic, 0): 1}, metadata)
    producer.commit()
    print("committed", flush=True)
except (TransactionAborted, Fenced) as error:
    print("refused", type(error).__name__, flush=True)
consumer.close()
producer.close()
"""


def test_a_stopped_member_loses_its_partitions_and_commits_nothing(embedded: Cluster) -> None:
    run = uuid.uuid4().hex[:8]
    topic, group, config = f"stopped-{run}", f"stopped-{run}", KafkaConfig(embedded.bootstrap_servers)
    admin = KafkaAdmin(config)
    admin.create([TopicLayout(topic, 2)])
    command = [sys.executable, "-c", MEMBER, embedded.bootstrap_servers, topic, group]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as member:
        assert member.stdout is not None
        assert member.stdout.readline() == "stopping\n"
        member.send_signal(signal.SIGSTOP)
        owner, heir = Owner(), KafkaGroupConsumer(config, group)
        heir.subscribe([topic], owner)
        until(lambda: len(owner.owned) == 2, lambda: heir.consume(0, 0.1))
        member.send_signal(signal.SIGCONT)
        until(lambda: len(owner.revoked) > 0 or member.poll() is not None, lambda: heir.consume(0, 0.1))
        said = member.stdout.read().splitlines()
        heir.close()
    assert said[0] == "lost 2 revoked 0"
    assert said[1].split()[0] == "refused"
    at = TopicPartition(topic, 0)
    reader = KafkaReader(config)
    reader.assign({at: 0})
    found: list[RecordBatch] = []
    end = admin.high_watermark(at)
    until(lambda: reader.position(at) >= end, lambda: found.extend(reader.consume(10, 0.2)))
    assert found == []
    reader.close()
