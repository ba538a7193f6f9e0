"""How many may still leave eligibility today: what control granted, less what this partition spent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from schemas.events import GuardGranted
from schemas.guard import share_of
from schemas.ids import RegionCode
from streams.coverage.situation import day_number


@dataclass(frozen=True, slots=True)
class Grant:
    """The limits of one business date over all partitions; ``at_most`` by digits of the regency."""

    day: int
    at_most: Mapping[int, int]
    elsewhere: int
    partitions: int

    @classmethod
    def of(cls, event: GuardGranted, partitions: int) -> Self:
        """The grant of a control event, for a hub with so many person partitions."""
        at_most = {RegionCode.parse(share.regency).digits: share.persons for share in event.at_most}
        return cls(day_number(event.date), at_most, event.elsewhere, partitions)

    def share(self, regency: int, partition: int) -> int:
        """How many one partition may let go in a regency."""
        return share_of(self.at_most.get(regency, self.elsewhere), regency, partition, self.partitions)


@dataclass(slots=True)
class Spent:
    """What one partition has let go on business date ``day``, by digits of the regency.

    ``all_of_it``: the state was lost with what it had spent, so that day's grant counts as spent.
    """

    day: int = -1
    by_regency: dict[int, int] = field(default_factory=dict)
    all_of_it: bool = False

    def left(self, grant: Grant, regency: int, partition: int) -> int:
        """How many more may leave there; a later grant begins anew."""
        if grant.day > self.day:
            self.day, self.by_regency, self.all_of_it = grant.day, {}, False
        if self.all_of_it:
            return 0
        return max(grant.share(regency, partition) - self.by_regency.get(regency, 0), 0)

    def spend(self, regency: int, persons: int) -> None:
        """So many leave."""
        self.by_regency[regency] = self.by_regency.get(regency, 0) + persons

    def to_json(self) -> dict[str, Any]:
        """For the partition block."""
        by_regency = {str(regency): persons for regency, persons in self.by_regency.items()}
        return {"day": self.day, "by_regency": by_regency, "all_of_it": self.all_of_it}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back ``to_json``."""
        by_regency = {int(regency): persons for regency, persons in data["by_regency"].items()}
        return cls(data["day"], by_regency, data["all_of_it"])
