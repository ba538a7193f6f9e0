"""Reading one batch ahead: while the database works on one, the next is read and decoded."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from connectors.sql.ports import Reader, Work
from connectors.sql.reading import Reading
from schemas.records import TopicPartition


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was read, and the next offset of every partition after it; ``work`` may be empty."""

    work: Work
    reached: Mapping[TopicPartition, int]


class Ahead:
    """Holds at most one batch that was not asked for yet. Only its thread touches the reader.

    What reading or decoding raises, ``take`` raises; then ``begin`` again.
    """

    def __init__(self, reader: Reader, reading: Reading, batch_records: int, poll_s: float) -> None:
        self._reader, self._reading = reader, reading
        self._batch_records, self._poll_s = batch_records, poll_s
        self._partitions: tuple[TopicPartition, ...] = ()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._next: Future[Fetched] | None = None

    def begin(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read from these positions; what was read ahead of others is dropped."""
        self._settle()
        self._partitions = tuple(positions)
        self._thread.submit(self._reader.assign, dict(positions)).result()
        self._next = self._thread.submit(self._fetch)

    def take(self) -> Fetched:
        """The next batch; meanwhile the one after it is read. Waits as long as one read does."""
        assert self._next is not None, "begin() first"
        fetched = self._next.result()
        self._next = self._thread.submit(self._fetch)
        return fetched

    def close(self) -> None:
        """Wait for the read that is under way, and end the thread."""
        self._settle()
        self._thread.shutdown()

    def _settle(self) -> None:
        if self._next is not None:
            self._next.exception()  # waits; what it raises belongs to work nobody will ask for
            self._next = None

    def _fetch(self) -> Fetched:
        batches = self._reader.consume(self._batch_records, self._poll_s)
        return Fetched(
            self._reading.work(batches), {at: self._reader.position(at) for at in self._partitions}
        )
