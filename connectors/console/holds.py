"""How many persons are held, by regency, cause and state, counted from hub.holds."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from connectors.gateway.ports import Codec
from schemas.errors import ContractBroken
from schemas.events import Hold
from schemas.ids import REGENCY_CHARS
from schemas.names import HUB_HOLDS, HoldState

PERSONS_AT_MOST = 500_000
"""About 130 bytes each. Beyond them groups say that they are not complete; totals count every one."""

_RELEASE = 1 << 32


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Persons held alike. ``release`` is the DTSEN release that led to it, as 20261."""

    region: str
    state: HoldState
    release: int
    directives: tuple[str, ...]
    persons: int
    first: date
    last: date


_Alike = tuple[str, HoldState, int, tuple[str, ...], date]


class Holds:
    """Written by the follower's thread, read by others. ``told`` hears that something changed."""

    def __init__(self, codec: Codec, told: Callable[[], None], most: int = PERSONS_AT_MOST) -> None:
        self._codec, self._told, self._most = codec, told, most
        self._lock = Lock()
        self._of: dict[bytes, _Alike] = {}
        self._alike: dict[_Alike, _Alike] = {}
        self._counts: Counter[_Alike] = Counter()
        self._complete = True

    def take(self, key: bytes, value: bytes | None) -> None:
        """A record of hub.holds; the key is a person token, which tells a repeat and a release."""
        try:
            person = bytes.fromhex(key.decode("ascii"))
            found = None if value is None else Hold.from_record(self._codec.decode(HUB_HOLDS, value))
        except (ContractBroken, ValueError):
            return
        with self._lock:
            self._leave(person)
            if found is not None:
                self._enter(person, found)
        self._told()

    def _leave(self, person: bytes) -> None:
        alike = self._of.pop(person, None)
        if alike is not None:
            self._counts[alike] -= 1
            if not self._counts[alike]:
                del self._counts[alike], self._alike[alike]

    def _enter(self, person: bytes, hold: Hold) -> None:
        if len(self._of) >= self._most:
            self._complete = False
            return
        named = tuple(f"{each.directive} v{each.version}" for each in hold.directives)
        release = hold.dtsen_version // _RELEASE
        alike = (hold.region[:REGENCY_CHARS], hold.state, release, named, hold.business_date)
        alike = self._alike.setdefault(alike, alike)  # one object for all of them
        self._of[person] = alike
        self._counts[alike] += 1

    def reset(self) -> None:
        """Forget all: the topic is read anew."""
        with self._lock:
            self._of.clear()
            self._alike.clear()
            self._counts.clear()
            self._complete = True

    @property
    def complete(self) -> bool:
        """Whether every hold is counted; not, once there were more than fit."""
        return self._complete

    def groups(self) -> list[HeldGroup]:
        """By regency, then the most first."""
        with self._lock:
            counts = dict(self._counts)
        days: dict[tuple[str, HoldState, int, tuple[str, ...]], dict[date, int]] = {}
        for (region, state, release, named, day), persons in counts.items():
            days.setdefault((region, state, release, named), {})[day] = persons
        found = [HeldGroup(*key, sum(each.values()), min(each), max(each)) for key, each in days.items()]
        return sorted(found, key=lambda group: (group.region, -group.persons, group.state, group.release))
