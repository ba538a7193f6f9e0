"""An engine put together as ``deploy.compose`` does it, on whichever log and clock a test has."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.codec import AvroCodec
from schemas.regions import Regions
from schemas.sealing import SealingKey
from streams.coverage.region_index import RegionIndex
from streams.engine.control_log import ControlLog
from streams.engine.engine import Engine
from streams.engine.intake import Intake
from streams.engine.limits import EngineLimits
from streams.engine.lookups import Lookups
from streams.engine.observer import EngineObserver
from streams.engine.partials import Partials
from streams.engine.parts import EngineParts
from streams.engine.ports import GroupConsumer, LogAdmin, PlainProducer, Reader, TransactionalProducer
from streams.engine.previews import Previews
from streams.engine.quarantine import QuarantineRecords
from streams.engine.takeover import TakeoverParts
from streams.engine.transaction import TransactionWriter
from tests.fakes.observer import SilentObserver


@dataclass(frozen=True)
class Clients:
    """What one engine process has of a log. ``reader`` makes a new one each time."""

    consumer: GroupConsumer
    producer: TransactionalProducer
    plain: PlainProducer
    admin: LogAdmin
    reader: Callable[[], Reader]


@dataclass(frozen=True)
class Surroundings:
    """What all engines of a test share. ``clock`` in seconds, ``wall_ms`` as the broker's clock."""

    codec: AvroCodec
    regions: Regions
    sealing: SealingKey
    partitions: int
    clock: Callable[[], float]
    wall_ms: Callable[[], int]


def engine_on(
    clients: Clients,
    around: Surroundings,
    *,
    limits: EngineLimits | None = None,
    allow_rebuild: bool = False,
    observer: EngineObserver | None = None,
) -> Engine:
    """An engine that has not been started yet."""
    regions, codec, admin, consumer = RegionIndex(), around.codec, clients.admin, clients.consumer
    control = ControlLog(clients.reader(), admin, codec, regions)
    intake = Intake(codec, around.regions, regions, around.partitions)
    quarantine = QuarantineRecords(codec, around.sealing)
    return Engine(
        EngineParts(
            consumer,
            clients.producer,
            admin,
            intake,
            control,
            TransactionWriter(clients.producer, codec, regions, quarantine, control.topic_id, 1),
            TakeoverParts(consumer, clients.reader, admin, codec, intake, regions, control, allow_rebuild),
            Partials(clients.plain, codec, regions, around.clock),
            Lookups(clients.reader(), clients.plain, admin, codec, regions),
            Previews(clients.plain, codec, regions),
            observer or SilentObserver(),
            limits or EngineLimits(),
            around.clock,
            around.wall_ms,
        )
    )
