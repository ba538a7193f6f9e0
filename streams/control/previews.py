"""Answers of the engines to previews: which partitions have answered an attempt, which passed it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from schemas.events import Partial, PreviewAnswer
from streams.control.cells import Cells, as_columns
from streams.control.fold import Asked

_AttemptKey = tuple[str, int, int]
"""Preview id, attempt, and the control offset it was answered at."""


@dataclass(frozen=True, slots=True)
class PartitionAnswer:
    """The whole answer of one partition: its parts with their cells, in order, and the last partial."""

    partial: Partial
    parts: tuple[PreviewAnswer, ...]
    cells: tuple[Cells, ...]


@dataclass(slots=True)
class _Given:
    """What has come for one attempt. Parts are kept apart by what they were counted from."""

    parts: dict[object, dict[int, tuple[PreviewAnswer, Cells]]] = field(default_factory=dict)
    whole: dict[int, PartitionAnswer] = field(default_factory=dict)


class PreviewBook:
    """Folds the answers of all partitions; they may come twice, late, or from two engines at once.

    The parts of an answer belong together only if they speak of the same attempt, offset, state and
    input positions: a partition that moved while it answered is answered again by its next owner, from
    other rows. The last whole answer of a partition counts.
    """

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._given: dict[_AttemptKey, _Given] = {}
        self._passed: dict[tuple[str, int], set[int]] = {}
        self._furthest: dict[int, int] = {}
        self._heard: set[int] = set()

    def take(self, partial: Partial, cells: Cells | None = None) -> bool:
        """Fold one partial, counts too; true if it answers a preview.

        ``cells`` are those of its answer if they were read as columns.
        """
        number, answer = partial.partition, partial.preview
        self._heard.add(number)
        if answer is None:
            self._furthest[number] = max(self._furthest.get(number, -1), partial.control_offset)
            return False
        if answer.passed or partial.business_date is None:
            self._passed.setdefault((answer.preview, answer.attempt), set()).add(number)
            return True
        key = answer.preview, answer.attempt, partial.control_offset
        given = self._given.setdefault(key, _Given())
        source = (
            number,
            partial.generation,
            partial.state_offset,
            partial.inputs,
            answer.parts,
            answer.digest,
        )
        parts = given.parts.setdefault(source, {})
        parts[answer.part] = answer, as_columns(answer.cells) if cells is None else cells
        if len(parts) >= answer.parts:
            ordered = [parts[at] for at in sorted(parts)]
            given.whole[number] = PartitionAnswer(
                partial, tuple(part for part, _ in ordered), tuple(columns for _, columns in ordered)
            )
        return True

    def answers(self, asked: Asked) -> Mapping[int, PartitionAnswer]:
        """Whole answers to this attempt, by partition; only those given right after the question count."""
        given = self._given.get((asked.wanted.preview, asked.wanted.attempt, asked.offset + 1))
        return dict(given.whole) if given else {}

    def complete(self, asked: Asked) -> bool:
        """Whether every partition has answered this attempt."""
        return len(self.answers(asked)) >= self._partitions

    def missing(self, asked: Asked) -> tuple[int, ...]:
        """Partitions that have not answered this attempt."""
        answered = self.answers(asked)
        return tuple(number for number in range(self._partitions) if number not in answered)

    def passed(self, asked: Asked) -> tuple[int, ...]:
        """Partitions without an answer that are past the question, by their word or by what they count."""
        told = self._passed.get((asked.wanted.preview, asked.wanted.attempt), set())
        return tuple(
            number
            for number in self.missing(asked)
            if number in told or self._furthest.get(number, -1) > asked.offset + 1
        )

    def listen(self) -> frozenset[int]:
        """Partitions heard of since the last call."""
        heard, self._heard = frozenset(self._heard), set()
        return heard

    def keep(self, least: Callable[[str], int | None]) -> None:
        """Forget answers to earlier attempts than ``least`` says of a preview, and all where it says None."""

        def past(preview: str, attempt: int) -> bool:
            kept = least(preview)
            return kept is None or attempt < kept

        for key in [key for key in self._given if past(key[0], key[1])]:
            del self._given[key]
        for told in [told for told in self._passed if past(*told)]:
            del self._passed[told]
