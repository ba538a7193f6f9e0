"""The plan for a cluster's topics: nothing is changed that an operator must decide."""

import pytest

from connectors.kafka.admin import KafkaAdmin, TopicState
from deploy.topics import TopicPlan, apply_plan, plan_topics
from schemas.catalog import load_catalog
from schemas.errors import Refused
from schemas.names import COVERAGE_PERSONS, HUB_CONTROL

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
