"""The catalogue is complete, says the same as the names in code, and leaves no orphan."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from schemas import names
from schemas.avsc import schema_names
from schemas.catalog import FOLDER, TopicSpec, load_catalog

CATALOG = load_catalog()
DAY_MS = 86_400_000


def test_every_name_in_code_has_a_file_and_the_other_way_round() -> None:
    topics = {
        value
        for name, value in vars(names).items()
        if name.isupper() and isinstance(value, str) and "." in value
    }
    assert set(CATALOG) == topics


def test_every_schema_is_used() -> None:
    used = {spec.schema_name for spec in CATALOG.values()} - {None}
    assert used == set(schema_names())


def test_person_topics_share_their_partitions() -> None:
    assert {CATALOG[name].partition_count(64) for name in names.PERSON_TOPICS} == {64}
    assert CATALOG[names.HUB_CONTROL].partition_count(64) == 1


def test_the_state_is_never_deleted_by_the_broker() -> None:
    config = CATALOG[names.HUB_STATE].config
    # DeleteRecords is refused on compacted topics, and broker retention would eat the state.
    assert config["cleanup.policy"] == "delete"
    assert config["retention.ms"] == config["retention.bytes"] == "-1"
    assert int(config["max.message.bytes"]) > 512 * 1024 + 64 * 1024


def test_subscribers_see_every_change_of_a_week() -> None:
    config = CATALOG[names.COVERAGE_PERSONS].config
    assert config["cleanup.policy"] == "compact"
    assert int(config["min.compaction.lag.ms"]) == 7 * DAY_MS
    assert int(config["max.compaction.lag.ms"]) == 8 * DAY_MS
    assert int(config["segment.ms"]) == DAY_MS


@pytest.mark.parametrize("name", ["kemnaker.directives", "hub.commands", "hub.control"])
def test_decisions_are_kept_for_ever(name: str) -> None:
    assert CATALOG[name].config["retention.ms"] == "-1"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"config": {"cleanup.policy": "delete"}}, "LogAppendTime"),
        ({"partitions": 3}, "person partition count"),
        ({"schema": "Partial"}, "schema is not"),
        ({"owner": ""}, "owner"),
        ({"retention": 1}, "retention"),
    ],
)
def test_a_file_that_breaks_the_house_rules(change: dict[str, object], message: str) -> None:
    plain = yaml.safe_load(Path(FOLDER / "dtsen.persons.yaml").read_text())
    with pytest.raises(ValidationError, match=message):
        TopicSpec.model_validate(plain | change)
