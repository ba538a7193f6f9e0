"""The plan for a cluster's topics: nothing is changed that an operator must decide."""

import pytest

from connectors.kafka.admin import KafkaAdmin, TopicState
from deploy.topics import TopicPlan, apply_plan, plan_topics, refuse_other_topics
from schemas.catalog import load_catalog
from schemas.errors import Refused
from schemas.names import AGENCY_RECEIPTS, COVERAGE_PERSONS, DTSEN_PERSONS, HUB_CONTROL, HUB_STATE

CATALOG = load_catalog()


def cluster_as_planned(partitions: int) -> dict[str, TopicState]:
    plan = plan_topics(CATALOG, {}, partitions, 1)
    return {
        each.name: TopicState(each.name, "id", each.partitions, 1, dict(each.config)) for each in plan.create
    }


def test_an_empty_cluster_gets_every_topic() -> None:
    plan = plan_topics(CATALOG, {}, 4, 1)
    layouts = {each.name: each for each in plan.create}
    assert set(layouts) == set(CATALOG)
    assert (layouts[COVERAGE_PERSONS].partitions, layouts[HUB_CONTROL].partitions) == (4, 1)
    assert all(each.config["message.timestamp.type"] == "LogAppendTime" for each in plan.create)


def test_a_cluster_as_planned_needs_nothing() -> None:
    assert plan_topics(CATALOG, cluster_as_planned(4), 4, 1).empty


def test_a_setting_that_differs_is_changed_and_others_stay() -> None:
    there = cluster_as_planned(4)
    there[HUB_CONTROL] = TopicState(
        HUB_CONTROL,
        "id",
        1,
        1,
        {**there[HUB_CONTROL].config, "retention.ms": "60000", "compression.type": "zstd"},
    )
    plan = plan_topics(CATALOG, there, 4, 1)
    assert plan.change == {HUB_CONTROL: {"retention.ms": "-1"}}
    assert plan.lines() == ["~ hub.control: retention.ms = -1"]


def test_another_partition_count_is_refused_before_anything_is_done() -> None:
    plan = plan_topics(CATALOG, cluster_as_planned(4), 8, 1)
    assert isinstance(plan, TopicPlan)
    assert all(line.startswith("! ") for line in plan.lines())
    with pytest.raises(Refused, match="fixed for life"):
        apply_plan(plan, KafkaAdmin.__new__(KafkaAdmin))


@pytest.mark.parametrize(
    ("topic", "setting", "value"),
    [
        (HUB_STATE, "cleanup.policy", "compact"),
        (HUB_STATE, "retention.ms", "604800000"),
        (HUB_STATE, "retention.bytes", "1000000"),
        (HUB_CONTROL, "retention.ms", "604800000"),
        (COVERAGE_PERSONS, "cleanup.policy", "delete"),
        (DTSEN_PERSONS, "message.timestamp.type", "CreateTime"),
    ],
)
def test_settings_that_lose_or_misdate_records_are_refused(topic: str, setting: str, value: str) -> None:
    there = cluster_as_planned(4)
    wrong = {**there[topic].config, setting: value}
    there[topic] = TopicState(topic, "id", there[topic].partitions, 1, wrong)
    with pytest.raises(Refused, match=f"{topic}: {setting} is {value}") as caught:
        refuse_other_topics(there, 4)
    assert "jangkau topics apply" in str(caught.value.remedy)


def test_settings_that_are_advice_are_not_refused() -> None:
    there = cluster_as_planned(4)
    for topic, changed in {
        DTSEN_PERSONS: {"retention.ms": "86400000"},
        AGENCY_RECEIPTS: {"segment.ms": "1000"},
        HUB_STATE: {"compression.type": "zstd"},
    }.items():
        each = there[topic]
        there[topic] = TopicState(topic, "id", each.partitions, 1, {**each.config, **changed})
    refuse_other_topics(there, 4)


@pytest.mark.parametrize("partitions", [3, 5])
def test_topics_of_unlike_partition_counts_are_refused(partitions: int) -> None:
    there = cluster_as_planned(4)
    there[DTSEN_PERSONS] = TopicState(DTSEN_PERSONS, "id", partitions, 1, there[DTSEN_PERSONS].config)
    with pytest.raises(Refused, match=rf"{DTSEN_PERSONS} has {partitions} partition\(s\), not 4"):
        refuse_other_topics(there, 4)


def test_a_missing_topic_is_refused() -> None:
    there = cluster_as_planned(4)
    del there[HUB_STATE]
    with pytest.raises(Refused, match=f"no such topic: {HUB_STATE}"):
        refuse_other_topics(there, 4)
