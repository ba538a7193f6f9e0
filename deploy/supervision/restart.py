"""When a crashed process is started again: soon at first, later and later if it keeps crashing."""

from dataclasses import dataclass

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
# A process that ran this long was well; what ended it is a new misfortune.
WELL_AFTER_S = 60.0


@dataclass(frozen=True)
class Restarts:
    """How often a process was started again, and how many of these in a row without being well."""

    total: int = 0
    in_row: int = 0

    def after_crash(self, ran_s: float) -> "Restarts":
        """Count one more crash of a process that had run for `ran_s` seconds."""
        return Restarts(self.total + 1, 1 if ran_s >= WELL_AFTER_S else self.in_row + 1)

    @property
    def delay_s(self) -> float:
        """Seconds to wait before the next start."""
        if self.in_row == 0:
            return 0.0
        return float(min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (self.in_row - 1)))
