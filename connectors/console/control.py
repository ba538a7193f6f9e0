"""The little that pages need of hub.control: the business date, and what the guard has granted."""

from collections.abc import Callable
from datetime import date
from threading import Lock

from connectors.gateway.ports import Codec
from schemas.errors import ContractBroken
from schemas.events import BusinessDateSet, ControlEvent, GuardGranted
from schemas.names import HUB_CONTROL


class ControlState:
    """Written by the follower's thread, read by others. Per subject the highest (version, step) counts."""

    def __init__(self, codec: Codec, told: Callable[[], None]) -> None:
        self._codec, self._told = codec, told
        self._lock = Lock()
        self._day: tuple[tuple[int, int], BusinessDateSet] | None = None
        self._granted: tuple[tuple[int, int], GuardGranted] | None = None

    def take(self, _: bytes, value: bytes | None) -> None:
        """A record of hub.control."""
        try:
            event = ControlEvent.from_record(self._codec.decode(HUB_CONTROL, value or b""))
        except ContractBroken:
            return
        place, body = (event.version, event.step), event.body
        with self._lock:
            if isinstance(body, BusinessDateSet) and (self._day is None or place > self._day[0]):
                self._day = place, body
            elif isinstance(body, GuardGranted) and (self._granted is None or place > self._granted[0]):
                self._granted = place, body
            else:
                return
        self._told()

    @property
    def business_date(self) -> date | None:
        """The business date, if one was ever set."""
        with self._lock:
            return self._day[1].date if self._day else None

    @property
    def granted(self) -> GuardGranted | None:
        """The newest grant of the guard: what may leave on its date."""
        with self._lock:
            return self._granted[1] if self._granted else None
