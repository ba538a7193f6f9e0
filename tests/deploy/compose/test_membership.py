"""An engine that its group has lost is told from one that has nothing to do, and ends."""

import pytest
from prometheus_client import CollectorRegistry

from deploy.compose.membership import MembershipWatch
from monitoring.liveness import Health
from monitoring.registry import EngineMetrics
from schemas.errors import JangkauError, Refused, Retryable
from schemas.records import TopicPartition

HERE, THERE = TopicPartition("dtsen.persons", 0), TopicPartition("dtsen.persons", 1)
LOOKS = 24
"""As many as make two minutes."""


class Group:
    """What the coordinator says of one engine, and what that engine has."""

    def __init__(self) -> None:
        self.given: set[TopicPartition] | None = {HERE}
        self.trouble: JangkauError | None = None
        self.assigned: set[TopicPartition] = {HERE}
        self.waits = False
        self.health, self._registry = Health(), CollectorRegistry()
        self.health.ready()
        member = EngineMetrics(self._registry).group_member
        self.watch = MembershipWatch(self.ask, self, self.health, member, lambda: self.waits)

    def ask(self) -> set[TopicPartition] | None:
        if self.trouble is not None:
            raise self.trouble
        return self.given

    def look(self, times: int) -> None:
        for _ in range(times):
            self.watch.look()
            self.watch.raise_if_lost()

    @property
    def member(self) -> float | None:
        return self._registry.get_sample_value("jangkau_engine_group_member")


@pytest.fixture
def group() -> Group:
    return Group()


def test_an_engine_without_partitions_is_well(group: Group) -> None:
    group.given, group.assigned = set(), set()
    group.look(2 * LOOKS)
    assert group.health.view().ready
    assert group.member == 1


def test_an_engine_that_is_no_member_says_so_at_once_and_ends_in_two_minutes(group: Group) -> None:
    group.look(1)
    group.given = None
    group.look(LOOKS - 1)
    assert group.health.view().reasons == ("Kafka does not count this engine among the members of its group",)
    assert group.member == 0
    with pytest.raises(Retryable, match="members of its group, for 120 s"):
        group.look(1)


def test_an_engine_that_does_not_take_what_it_was_given_ends_as_well(group: Group) -> None:
    group.given = {HERE, THERE}
    with pytest.raises(Retryable, match="not taken what its group has given it"):
        group.look(LOOKS)


def test_one_that_joins_again_is_well(group: Group) -> None:
    group.given = None
    group.look(LOOKS - 1)
    group.given = {HERE}
    group.look(1)
    assert group.health.view().ready
    group.given = None
    group.look(LOOKS - 1)


def test_partitions_on_their_way_are_no_trouble(group: Group) -> None:
    """Each look finds some that are not there yet, but not the same."""
    group.given = {HERE, THERE}
    for _ in range(LOOKS):
        group.assigned = {HERE}
        group.look(1)
        group.assigned = {THERE}
        group.look(1)


@pytest.mark.parametrize("trouble", [Retryable("timed out"), Refused("GROUP_AUTHORIZATION_FAILED")])
def test_where_kafka_does_not_say_nothing_is_concluded(group: Group, trouble: JangkauError) -> None:
    group.given = None
    group.look(LOOKS - 1)
    group.trouble = trouble
    group.look(LOOKS)
    assert group.health.view().ready
    group.trouble = None
    group.look(LOOKS - 1)


def test_an_engine_that_waits_for_the_registry_may_be_no_member(group: Group) -> None:
    """Its loop may not come to serve the group."""
    group.given, group.waits = None, True
    group.look(2 * LOOKS)
