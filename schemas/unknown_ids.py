"""Schema ids the registry did not know a moment ago: not asked for again at once, however many come."""

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.errors import ContractBroken

LIFE_S = 10.0
"""Short: an id may become known, as when a registry's replica catches up."""
AT_MOST = 256
"""Questions in vain within one life. Each is a call that holds up a whole batch."""


@dataclass(slots=True)
class UnknownIds:
    """Ids that were asked for in vain. ``clock`` gives seconds that only rise."""

    clock: Callable[[], float]
    _until: dict[int, float] = field(default_factory=dict)

    def check(self, schema_id: int) -> None:
        """Raise ``ContractBroken`` UNKNOWN_SCHEMA if the registry should not be asked for this id now.

        Amid a flood of ids nobody knows that is any id not met before: its record waits in quarantine.
        """
        now = self.clock()
        while self._until and (oldest := next(iter(self._until.items())))[1] <= now:
            del self._until[oldest[0]]
        if schema_id in self._until:
            raise ContractBroken("UNKNOWN_SCHEMA", f"the registry knows no schema with the id {schema_id}")
        if len(self._until) >= AT_MOST:
            raise ContractBroken("UNKNOWN_SCHEMA", "too many ids the registry does not know came just now")

    def add(self, schema_id: int) -> None:
        """The registry does not know this id."""
        self._until[schema_id] = self.clock() + LIFE_S
