"""What an engine is put together from."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from streams.engine.control_log import ControlLog
from streams.engine.intake import Intake
from streams.engine.limits import EngineLimits
from streams.engine.lookups import Lookups
from streams.engine.observer import EngineObserver
from streams.engine.partials import Partials
from streams.engine.ports import GroupConsumer, LogAdmin, TransactionalProducer
from streams.engine.previews import Previews
from streams.engine.takeover import TakeoverParts
from streams.engine.transaction import TransactionWriter


@dataclass(slots=True)
class EngineParts:
    """The engine's surroundings, put together by ``deploy``."""

    consumer: GroupConsumer
    producer: TransactionalProducer
    admin: LogAdmin
    intake: Intake
    control: ControlLog
    writer: TransactionWriter
    takeover: TakeoverParts
    partials: Partials
    lookups: Lookups
    previews: Previews
    observer: EngineObserver
    limits: EngineLimits = field(default_factory=EngineLimits)
    clock: Callable[[], float] = time.monotonic
    wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
