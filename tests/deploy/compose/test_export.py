"""A gap list from the topics to the file; with NIKs, nothing is there before every trail says so."""

import csv
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from connectors.export.files import METADATA, Format
from connectors.export.gaps import Wanted
from deploy.compose.export import Exported, Hub, Request, about_file, known_region, write_gaps
from deploy.query.trail import read_trail
from schemas.errors import InvalidInput, Retryable
from schemas.ids import PersonToken
from schemas.names import COVERAGE_PERSONS, HUB_CONTROL, HUB_LOOKUPS
from schemas.tokens import Tokenizer, TokenKey
from tests.connectors.export.states import BAUBAU, KENDARI, NOON, TOKENIZER, covered, gap, nik, state, token
from tests.fakes.hub_topics import HubTopics, business_date
from tests.fakes.memory_log import MemoryPlainProducer, ProcessKilled

PEOPLE = 25


class World:
    """A hub with gaps in Kendari, and a producer that can be made to fail."""

    def __init__(self) -> None:
        self.topics = HubTopics()
        self.topics.put(HUB_CONTROL, None, business_date(date(2026, 4, 10)))
        for number in range(PEOPLE):
            self.topics.put_person(COVERAGE_PERSONS, token(number), state(KENDARI, gap()))
        self.topics.put_person(COVERAGE_PERSONS, token(98), state(KENDARI, covered()))
        self.topics.put_person(COVERAGE_PERSONS, token(99), state(BAUBAU, gap()))
        self.producer = MemoryPlainProducer(self.topics.broker)

    @contextmanager
    def _producer(self) -> Iterator[MemoryPlainProducer]:
        yield self.producer

    def export(self, output: Path, tokenizer: Tokenizer | None = None, **wanted: Any) -> Exported:
        form: Format = "parquet" if output.suffix == ".parquet" else "csv"
        by, purpose = ("petugas", "pendataan") if tokenizer else (None, None)
        request = Request(Wanted(**({"region": KENDARI} | wanted)), output, form, by, purpose)
        hub = Hub(self.topics.sources(), self.topics.codec, self._producer)
        return write_gaps(hub, tokenizer, request, lambda *_: None, NOON)

    def lookups(self) -> int:
        partitions = self.topics.broker.topic(HUB_LOOKUPS).partitions
        return sum(len(partition.values) for partition in partitions)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_list_by_token_records_nothing_and_says_as_of_when(tmp_path: Path) -> None:
    world, path = World(), tmp_path / "kendari.csv"
    made = world.export(path)
    rows = _rows(path)
    assert {row["token"] for row in rows} == {token(number) for number in range(PEOPLE)}
    assert "nik" not in rows[0]
    assert (made.persons, made.business_date, world.lookups()) == (PEOPLE, date(2026, 4, 10), 0)
    about = json.loads(about_file(path).read_text("utf-8"))
    assert about["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(about["offsets"].values()) == PEOPLE + 2
    assert (about["business_date"], about["region_name"]) == ("2026-04-10", "Kota Kendari")
    assert about_file(path).stat().st_mode & 0o777 == 0o600


def test_a_list_with_niks_is_in_the_trail_of_everybody_on_it_and_nobody_else(tmp_path: Path) -> None:
    world, path = World(), tmp_path / "kendari.csv"
    made = world.export(path, TOKENIZER)
    assert {row["nik"] for row in _rows(path)} == {nik(number) for number in range(PEOPLE)}
    assert all(TOKENIZER.tokens([row["nik"]]).tobytes().hex() == row["token"] for row in _rows(path))
    for number in range(PEOPLE):
        (seen,) = read_trail(world.topics.sources(), PersonToken.parse(token(number))).lookups
        assert (seen.kind, seen.by, seen.purpose) == ("EXPORT", "petugas", "pendataan")
        assert seen.lookup == made.about["lookup"]
    assert world.lookups() == PEOPLE


def test_parquet_has_its_description_inside(tmp_path: Path) -> None:
    world, path = World(), tmp_path / "kendari.parquet"
    world.export(path, TOKENIZER)
    read = pq.read_table(path)
    assert set(read["nik"].to_pylist()) == {nik(number) for number in range(PEOPLE)}
    assert json.loads(read.schema.metadata[METADATA])["purpose"] == "pendataan"
    assert os.listdir(tmp_path) == ["kendari.parquet"]


@pytest.mark.parametrize("point", ["before_produce", "after_produce", "before_flush"])
@pytest.mark.parametrize("error", [Retryable("Kafka is away"), ProcessKilled()])
def test_without_a_trail_there_is_no_list(tmp_path: Path, point: Any, error: BaseException) -> None:
    world, path = World(), tmp_path / "kendari.csv"
    world.producer.faults.plan(point, error)
    with pytest.raises(type(error)):
        world.export(path, TOKENIZER)
    assert not path.exists()
    assert not about_file(path).exists()
    world.export(path, TOKENIZER)
    assert len(_rows(path)) == PEOPLE
    assert world.lookups() >= PEOPLE


def test_the_wrong_key_makes_no_list_and_no_trail(tmp_path: Path) -> None:
    world = World()
    with pytest.raises(InvalidInput, match="none of the tokens"):
        world.export(tmp_path / "a.csv", Tokenizer(TokenKey(bytes(32))))
    assert os.listdir(tmp_path) == []
    assert world.lookups() == 0


def test_a_token_of_another_key_has_no_nik(tmp_path: Path) -> None:
    world = World()
    world.topics.put_person(COVERAGE_PERSONS, "0f" * 16, state(KENDARI, gap()))
    made = world.export(tmp_path / "a.csv", TOKENIZER)
    assert (made.persons, made.unnamed) == (PEOPLE + 1, 1)
    assert [row["nik"] for row in _rows(tmp_path / "a.csv") if row["token"] == "0f" * 16] == [""]


def test_a_list_of_nobody_is_a_header(tmp_path: Path) -> None:
    world = World()
    made = world.export(tmp_path / "a.csv", TOKENIZER, region="73.71")
    assert made.persons == 0
    assert (tmp_path / "a.csv").read_text("utf-8").startswith('"token","nik","region","region_name"')
    assert len((tmp_path / "a.csv").read_text("utf-8").splitlines()) == 1
    assert world.lookups() == 0


def test_a_directive_that_is_not_there_is_no_empty_list(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such directive"):
        World().export(tmp_path / "a.csv", directive="inpres-9")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("text", ["74.99", "7471", "Kendari", "", "ID"])
def test_a_region_that_is_none_is_said(text: str) -> None:
    with pytest.raises(InvalidInput, match="no such region"):
        known_region(text)


def test_a_retired_region_is_the_one_of_today() -> None:
    assert known_region(" 74.71 ") == "74.71"
    assert known_region("91.09") != "91.09"
