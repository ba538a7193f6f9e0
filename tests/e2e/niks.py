"""Looking for NIKs where none may be: in files, on topics, in what processes show and what commands print.

What is found is told by place, never by number.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.reader import KafkaReader
from monitoring import runfile
from schemas.codec import AvroCodec
from schemas.names import VALUE_SCHEMAS
from schemas.records import RecordBatch, TopicPartition

_DIGITS = 16
_RUN = re.compile(rb"[0-9]{16,}")
_TOKEN = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_RECORDS_AT_ONCE = 5_000
_POLL_S = 0.2
_SHOWN = ("metrics", "healthz", "readyz")

Decode = Callable[[str, bytes], object]
"""A topic and a value to the value decoded."""


@dataclass(frozen=True)
class Place:
    """Somewhere to look: a name to tell it by, and what is there."""

    name: str
    content: object


class Niks:
    """NIKs to look for, as text in any run of digits, as text of two bytes a character, and as numbers."""

    def __init__(self, niks: Iterable[str]) -> None:
        self._texts = {nik.encode("ascii") for nik in niks}
        numbers = np.array(sorted(map(int, self._texts)), np.int64)
        self._numbers = np.union1d(numbers, numbers.byteswap())

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, places: Iterable[Place]) -> Counter[str]:
        """Names of the places where one was found, with how many of the places so named."""
        return Counter(place.name for place in places if self.within(place.content))

    def within(self, content: object) -> bool:
        """Whether one is in this: bytes, text, a number, or whatever holds such things."""
        match content:
            case bytes():
                return self._as_text(content) or self._as_text(content[::2] + b" " + content[1::2])
            case str():
                return self._as_text(content.encode("utf-8", "replace"))
            case bool() | None:
                return False
            case int():
                return str(content).encode() in self._texts
            case Mapping():
                return any(self.within(each) for pair in content.items() for each in pair)
            case Sequence():
                return any(map(self.within, content))
            case _:
                return self._as_text(str(content).encode("utf-8", "replace"))

    def as_numbers(self, content: bytes) -> bool:
        """Whether one lies in the bytes as an integer of eight, at any offset, either end first."""
        for start in range(8):
            whole = (len(content) - start) // 8 * 8
            if (
                whole > 0
                and np.isin(np.frombuffer(content, np.int64, whole // 8, start), self._numbers).any()
            ):
                return True
        return False

    def _as_text(self, content: bytes) -> bool:
        return any(
            run[at : at + _DIGITS] in self._texts
            for run in _RUN.findall(content)
            for at in range(len(run) - _DIGITS + 1)
        )


def tokens_in(text: bytes, tokens: set[bytes]) -> int:
    """How many times a person's token stands in a text."""
    return sum(found in tokens for found in _TOKEN.findall(text))


def of_files(folder: Path, *without: str) -> Iterator[Place]:
    """Every file below a folder, but for the folders of these names in it; named by its path there."""
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder)
        if path.is_file() and within.parts[0] not in without:
            yield Place(f"file {within}", path.read_bytes())
            yield Place(f"file name {within}", str(within))


def of_processes(data_dir: Path) -> Iterator[Place]:
    """What the window of every process shows."""
    for run in runfile.read_all(runfile.run_dir(data_dir)):
        for page in _SHOWN:
            shown = httpx.get(f"http://127.0.0.1:{run.port}/{page}", trust_env=False)
            yield Place(f"/{page} of {run.name}", shown.text)


def of_records(batch: RecordBatch, decode: Decode) -> Iterator[Place]:
    """Keys, values as they are and decoded, and headers of records."""
    topic = batch.source.topic
    for at, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True)):
        yield Place(f"{topic}: key", key)
        yield Place(f"{topic}: value", value)
        if value is not None and topic in VALUE_SCHEMAS:
            yield Place(f"{topic}: value decoded", _decoded(decode, topic, value))
        yield Place(f"{topic}: headers", batch.headers.get(at, {}))


def read_topics(reader: KafkaReader, admin: KafkaAdmin) -> Iterator[RecordBatch]:
    """Every committed record of every topic there is now."""
    for topic in sorted(admin.topics()):
        sources = [TopicPartition(topic, number) for number in range(admin.partitions(topic))]
        ends = {at: admin.last_stable_offset(at) for at in sources}
        reader.assign({at: admin.start_offset(at) for at in sources})
        while any(reader.position(at) < end for at, end in ends.items()):
            yield from reader.consume(_RECORDS_AT_ONCE, _POLL_S)


def on_topics(
    niks: Niks, reader: KafkaReader, admin: KafkaAdmin, codec: AvroCodec
) -> tuple[Counter[str], Counter[str]]:
    """Where NIKs lie on the topics, and how many records of each topic were looked at."""
    found, looked = Counter[str](), Counter[str]()
    for batch in read_topics(reader, admin):
        topic = batch.source.topic
        looked[topic] += len(batch)
        found += niks.at(of_records(batch, codec.decode))
        if niks.as_numbers(b"\xff".join(value for value in batch.values if value is not None)):
            found[f"{topic}: value as a number"] += 1
    return found, looked


def _decoded(decode: Decode, topic: str, value: bytes) -> object:
    try:
        return decode(topic, value)
    except Exception:  # records that cannot be read are part of the demo
        return None
