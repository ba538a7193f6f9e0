"""What `jangkau sink` is told, and what the hub starts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.sql.postgres import PostgresStore
from connectors.sql.sqlite import SqliteStore
from connectors.sql.url import Database
from deploy.cli.explain import answer_lines, as_plain
from deploy.cli.sink import read_place
from deploy.cluster import Cluster
from deploy.compose.sink import absence_without_loss, make_store
from deploy.hub import workers
from deploy.query.history import History
from deploy.view.answer import Explanation
from schemas.errors import InvalidInput
from schemas.events import Answer
from schemas.records import TopicPartition
from tests.fakes.explanations import gap_explanation


def test_a_place_is_named_as_the_sink_names_it() -> None:
    assert read_place("coverage.persons/3/1234") == (TopicPartition("coverage.persons", 3), 1234)


@pytest.mark.parametrize("text", ["coverage.persons", "coverage.persons/a/1", "dtsen.persons/0/1", ""])
def test_any_other_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="topic, partition and offset"):
        read_place(text)


def test_the_database_decides_the_store() -> None:
    assert isinstance(make_store(Database.parse("sqlite:///view")), SqliteStore)
    assert isinstance(make_store(Database.parse("postgresql://u@h/view")), PostgresStore)


def test_erasures_stay_on_the_topic_for_two_weeks() -> None:
    assert absence_without_loss() == timedelta(days=14)


@pytest.mark.parametrize("sink", [False, True])
def test_a_hub_keeps_the_view_when_asked(sink: bool, tmp_path: Path) -> None:
    children = workers(tmp_path, Cluster("a:1", "http://r"), 2, gateway=False, sink=sink)
    names = [child.name for child in children]
    assert names == ["control", "engine-0", "engine-1", *(["sink"] if sink else [])]


def test_an_explanation_ends_with_the_history() -> None:
    found = Explanation.parse(json.dumps(gap_explanation()))
    told = answer_lines(found, history=History(problem="away"))
    assert told[-1] == "    The history in the SQL view cannot be read: away."
    assert answer_lines(found) == told[:-2]


def test_the_history_is_in_the_answer_for_programs_too() -> None:
    answer = Answer("lookup", True, json.dumps(gap_explanation()), datetime(2026, 5, 1, tzinfo=UTC))
    assert as_plain(answer, [])["history"] is None
    plain = as_plain(answer, [], History())["history"]
    assert plain == {"items": (), "as_of": None, "problem": None}
