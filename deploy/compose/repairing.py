"""The workbench of quarantine on Kafka."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache

from connectors.client import Receipts
from connectors.client.latest import Latest
from connectors.kafka.producer import KafkaTransactionalProducer
from deploy.compose.asking import Asker
from deploy.connect import find_cluster
from deploy.query.access import kafka_config
from deploy.query.quarantine import Quarantine
from deploy.query.scan import Progress
from deploy.repair.drafts import Drafts
from deploy.repair.preparing import Preparing
from deploy.repair.sending import Sending
from deploy.repair.workbench import Workbench
from deploy.settings import Settings
from schemas.codec import AvroCodec
from schemas.errors import Fenced, Retryable, TransactionAborted
from schemas.names import AGENCY_RECEIPTS, DTSEN_PERSONS
from schemas.sealing import SealingKey
from schemas.tokens import Tokenizer, TokenKey

_TRANSACTIONS = "jangkau-repairs"
"""One id for everybody, so that of two who send at once the later shuts out the earlier."""


def quarantine(hub: Asker, progress: Progress | None = None) -> Quarantine:
    """What is in quarantine on a hub."""
    return Quarantine(hub.sources.reader, hub.sources.ends, hub.sources.codec, progress)


def drafts(settings: Settings, sealing: SealingKey) -> Drafts:
    """The mended records on this machine."""
    return Drafts(settings.data_dir / "repairs", sealing)


def workbench(settings: Settings, hub: Asker, progress: Progress | None = None) -> Workbench:
    """Raises ``InvalidInput`` without the sealing key."""
    sealing, codec = SealingKey.read(settings.sealing_key_file), hub.sources.codec
    assert isinstance(codec, AvroCodec)
    tokenizer = cache(lambda: Tokenizer(TokenKey.read(settings.token_key_file)))
    preparing = Preparing(codec, sealing, tokenizer, hub.sources.ends.partitions(DTSEN_PERSONS))
    return Workbench(quarantine(hub, progress), preparing, drafts(settings, sealing))


@contextmanager
def sending(settings: Settings, hub: Asker) -> Iterator[Sending]:
    """Something to send with. Raises ``Retryable`` if it did not come to pass, or may not have."""
    producer = KafkaTransactionalProducer(kafka_config(settings, find_cluster(settings)), _TRANSACTIONS)
    codec = hub.sources.codec
    assert isinstance(codec, AvroCodec)
    with closing(producer):
        try:
            yield Sending(producer, codec, hub.sources.ends.partitions)
        except Fenced as error:
            raise Retryable(
                "somebody else began to send from quarantine, or Kafka did not say whether it took it",
                remedy="`jangkau quarantine list --state WAITING` shows what was not sent; try again",
            ) from error
        except TransactionAborted as error:
            raise Retryable(f"nothing was sent: {error}", remedy="try again") from error


def receipts(hub: Asker) -> Receipts:
    """The receipts of batches, as long as ``hub`` is open."""
    read, codec = hub.sources, hub.sources.codec
    assert isinstance(codec, AvroCodec)
    return Receipts(Latest(read.reader, read.ends, codec, [AGENCY_RECEIPTS]))
