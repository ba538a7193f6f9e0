"""What BPJS Ketenagakerjaan knows of each person: up to two enrolments, as NumPy columns."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from schemas.names import PROGRAMS

SLOTS = 2
# Numbers of the symbols, in schema order.
PU, BPU, JAKON, PMI = range(4)
SELF, EMPLOYER, APBN, APBD_PROVINCE, APBD_REGENCY, DBH_SAWIT, DBH_TOBACCO, CSR = range(8)
REGISTERED, PAID, LAPSED, ENDED, DIED, TRANSFERRED, CORRECTED, PUBLISHED = range(8)

FREE = -1
WAGE_EARNER_PROGRAMS = 0b11111


def program_mask(text: str) -> int:
    """``JKK+JKM`` as a bit mask, bit k for program k."""
    return sum(1 << bit for bit, program in enumerate(PROGRAMS) if program in text.split("+"))


@dataclass(frozen=True)
class Memberships:
    """Columns of shape (n, SLOTS) for enrolments (segment -1: slot free) and (n,) for the person.

    ``paid`` is paid_through in days since 1970-01-01; ``funding`` numbers a funding, -1 none; ``stopped``
    marks a payer who will not pay again; ``version`` 0 means BPJS never published the person.
    """

    segment: NDArray[np.int8]
    programs: NDArray[np.uint8]
    paid: NDArray[np.int32]
    payer: NDArray[np.int8]
    funding: NDArray[np.int16]
    stopped: NDArray[np.bool_]
    cause: NDArray[np.int8]
    version: NDArray[np.int64]

    @classmethod
    def none(cls, n: int) -> Self:
        """Nobody enrolled."""
        return cls(
            segment=np.full((n, SLOTS), FREE, np.int8),
            programs=np.zeros((n, SLOTS), np.uint8),
            paid=np.zeros((n, SLOTS), np.int32),
            payer=np.zeros((n, SLOTS), np.int8),
            funding=np.full((n, SLOTS), -1, np.int16),
            stopped=np.zeros((n, SLOTS), np.bool_),
            cause=np.zeros(n, np.int8),
            version=np.zeros(n, np.int64),
        )

    def enrolled(self) -> NDArray[np.bool_]:
        """Who has any enrolment, shape (n,)."""
        held: NDArray[np.bool_] = (self.segment != FREE).any(axis=1)
        return held

    def in_segment(self, segment: int) -> NDArray[np.bool_]:
        """Who has an enrolment in this segment, shape (n,)."""
        held: NDArray[np.bool_] = (self.segment == segment).any(axis=1)
        return held

    def enrol(
        self,
        who: NDArray[np.intp],
        segment: int,
        programs: int | NDArray[np.int64],
        paid: int | NDArray[np.int64],
        payer: int,
        funding: int | NDArray[np.int64] = -1,
    ) -> None:
        """Give each of ``who`` (distinct) one more enrolment: in a free slot, else in place of the last."""
        slot = np.where(self.segment[who, 0] == FREE, 0, SLOTS - 1)
        self.segment[who, slot] = segment
        self.programs[who, slot] = programs
        self.paid[who, slot] = paid
        self.payer[who, slot] = payer
        self.funding[who, slot] = funding
        self.stopped[who, slot] = False

    def end(self, who: NDArray[np.intp]) -> None:
        """Take all enrolments from each of ``who``."""
        self.segment[who] = FREE


def last_day(month: np.datetime64) -> int:
    """The last day of a month, in days since 1970-01-01."""
    following = month.astype("datetime64[M]") + 1
    return int(following.astype("datetime64[D]").astype(np.int64)) - 1


def last_days(months: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """``last_day`` of each."""
    return (months + 1).astype("datetime64[D]").astype(np.int64) - 1
