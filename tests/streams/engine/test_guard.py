"""Who leaves by a DTSEN change beyond the grant is held; what is held, and how it ends (docs/rules.md, 7)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_STATE
from schemas.partitioner import partition_for
from tests.oracle.examples import ANA, RELEASE_2026_1, directive, enrolment, membership, person
from tests.streams.engine import laws
from tests.streams.engine.world import TODAY, World

PEOPLE = [f"{number:032x}" for number in range(40)]
NEXT_DAY = date(2026, 4, 11)


@pytest.fixture
def guarded() -> World:
    """Forty people of decile 2 in Kendari are meant; nothing may leave there, elsewhere one in all."""
    world = World.at_noon()
    world.set_policy()
    world.set_date(TODAY)
    world.grant(TODAY, 1, r7471=0)
    world.put_in_force(directive())
    for token in PEOPLE:
        world.publish(DTSEN_PERSONS, token, person())
    world.start()
    world.settle()
    return world


def rank(world: World, decile: int, correction: int = 1, *tokens: str, **changes: Any) -> None:
    """BPS says another decile of these, of everybody if none is named."""
    for token in tokens or PEOPLE:
        fact = person(version=RELEASE_2026_1 + correction, decile=decile, **changes)
        world.publish(DTSEN_PERSONS, token, fact)


def meant(world: World) -> set[str]:
    return {token for token, states in world.published().items() if states[-1].verdicts}


def test_beyond_the_grant_the_published_view_stays(guarded: World) -> None:
    rank(guarded, 9)
    guarded.settle()
    assert meant(guarded) == set(PEOPLE) == guarded.holds().keys()
    hold = guarded.holds()[PEOPLE[0]]
    assert (hold.state, hold.region, hold.business_date) == ("WAITING", "74.71.01.1001", TODAY)
    assert [(d.directive, d.version) for d in hold.directives] == [("inpres-8-2025", 1)]
    assert hold.dtsen_version == RELEASE_2026_1 + 1
    laws.check_all(guarded)


@pytest.mark.parametrize("limit", [0, 1, 7, 40, 41])
def test_exactly_what_is_granted_may_leave(guarded: World, limit: int) -> None:
    guarded.grant(TODAY, 0, step=1, r7471=limit)
    for token in PEOPLE:  # one transaction each: what was spent is remembered
        rank(guarded, 9, 1, token)
        guarded.step()
    guarded.settle()
    shares = [sum(partition_for(t.encode(), 2) == p for t in PEOPLE) for p in range(2)]
    # A partition may not spend what another leaves over.
    assert len(PEOPLE) - len(meant(guarded)) <= limit
    assert len(meant(guarded)) >= len(PEOPLE) - limit
    if limit >= 2 * max(shares):
        assert not meant(guarded)
    assert meant(guarded) == guarded.holds().keys()
    laws.check_all(guarded)


def test_the_next_day_has_a_grant_of_its_own(guarded: World) -> None:
    rank(guarded, 9, 1, *PEOPLE[:20])
    guarded.settle()
    guarded.set_date(NEXT_DAY)
    guarded.grant(NEXT_DAY, 1_000)
    rank(guarded, 9, 1, *PEOPLE[20:])
    guarded.settle()
    assert meant(guarded) == guarded.holds().keys() == set(PEOPLE[:20]), "held ones wait for a decision"
    laws.check_all(guarded)


@pytest.mark.parametrize("presence", ["DECEASED", "REMOVED", "MERGED"])
def test_death_and_removal_are_never_held(guarded: World, presence: str) -> None:
    replaced_by = ANA if presence == "MERGED" else None
    rank(guarded, 2, presence=presence, replaced_by=replaced_by)
    guarded.settle()
    assert not meant(guarded)
    assert not guarded.holds()
    laws.check_all(guarded)


def test_leaving_by_the_clock_or_by_a_directive_is_not_the_guard_s(guarded: World) -> None:
    guarded.put_in_force(directive(version=2, welfare={"deciles": [9]}))
    guarded.settle()
    assert not meant(guarded)
    assert not guarded.holds()
    laws.check_all(guarded)


def test_the_cover_of_the_held_goes_on_living(guarded: World) -> None:
    rank(guarded, 9)
    guarded.settle()
    snapshot = membership(enrolment("BPU", date(2026, 4, 30)))
    guarded.publish(BPJS_MEMBERSHIPS, PEOPLE[0], snapshot)
    guarded.settle()
    assert guarded.published()[PEOPLE[0]][-1].status == "COVERED"
    guarded.set_date(date(2026, 5, 16))
    guarded.settle()
    assert guarded.published()[PEOPLE[0]][-1].status == "GAP", "a lapse is never held"
    assert guarded.holds().keys() == set(PEOPLE)
    laws.check_all(guarded)


def test_who_moves_away_while_held_stays_where_the_record_says(guarded: World) -> None:
    rank(guarded, 9, 1, PEOPLE[0], region="74.01.01")
    guarded.settle()
    assert guarded.published()[PEOPLE[0]][-1].region == "74.71.01.1001"
    guarded.decide_holds("a", "RELEASED", "74.71")
    guarded.settle()
    assert guarded.published()[PEOPLE[0]][-1].region == "74.01.01"
    laws.check_all(guarded)


def test_released_by_region_they_leave(guarded: World) -> None:
    rank(guarded, 9)
    guarded.settle()
    guarded.decide_holds("elsewhere", "RELEASED", "74.01")
    guarded.settle()
    assert guarded.holds().keys() == set(PEOPLE)
    guarded.decide_holds("here", "RELEASED", "74")
    guarded.settle()
    assert not guarded.holds()
    assert not meant(guarded)
    assert guarded.published()[PEOPLE[0]][-1].causes == ("RELEASE",)
    laws.check_all(guarded)


def test_one_person_is_released(guarded: World) -> None:
    rank(guarded, 9)
    guarded.settle()
    guarded.decide_holds("one", "RELEASED", person=PEOPLE[3])
    guarded.settle()
    assert guarded.holds().keys() == set(PEOPLE) - {PEOPLE[3]} == meant(guarded)
    laws.check_all(guarded)


def test_a_decision_is_about_what_was_held_before_it(guarded: World) -> None:
    guarded.decide_holds("early", "RELEASED")
    guarded.settle()
    rank(guarded, 9)
    guarded.settle()
    assert guarded.holds().keys() == set(PEOPLE)


def test_refused_they_stay_until_the_next_fact_goes_through_the_guard(guarded: World) -> None:
    rank(guarded, 9)
    guarded.settle()
    guarded.decide_holds("no", "REFUSED")
    guarded.settle()
    assert {hold.state for hold in guarded.holds().values()} == {"REFUSED"}
    rank(guarded, 8, 2, *PEOPLE[:5])
    guarded.settle()
    states = {token: hold.state for token, hold in guarded.holds().items()}
    assert all(states[token] == ("WAITING" if token in PEOPLE[:5] else "REFUSED") for token in PEOPLE)
    laws.check_all(guarded)


def test_a_corrected_ranking_ends_the_hold_and_nothing_was_published(guarded: World) -> None:
    before = {token: len(states) for token, states in guarded.published().items()}
    rank(guarded, 9)
    guarded.settle()
    rank(guarded, 3, 2)
    guarded.settle()
    assert not guarded.holds()
    assert {token: len(states) for token, states in guarded.published().items()} == before
    laws.check_all(guarded)


def test_a_directive_that_ends_ends_the_hold(guarded: World) -> None:
    rank(guarded, 9)
    guarded.settle()
    guarded.withdraw("inpres-8-2025", 1)
    guarded.settle()
    assert not guarded.holds()
    assert not meant(guarded)
    laws.check_all(guarded)


def restart(world: World) -> None:
    world.start()


def make_anew(world: World) -> None:
    world.broker.delete_topic(HUB_STATE)
    world.broker.create_topic(HUB_STATE, world.partitions)
    world.start(allow_rebuild=True)


@pytest.mark.parametrize("again", [restart, make_anew])
def test_a_restart_and_a_rebuild_keep_the_same_holds(guarded: World, again: Callable[[World], None]) -> None:
    rank(guarded, 9, 1, *PEOPLE[:20])
    guarded.settle()
    guarded.decide_holds("no", "REFUSED", person=PEOPLE[0])
    guarded.settle()
    before = guarded.holds()
    guarded.kill_all()
    again(guarded)
    guarded.settle()
    assert guarded.holds() == before
    guarded.decide_holds("yes", "RELEASED")
    guarded.settle()
    assert not guarded.holds()
    laws.check_all(guarded)


def test_after_a_rebuild_the_day_s_grant_counts_as_spent(guarded: World) -> None:
    guarded.grant(TODAY, 0, step=1, r7471=1_000)
    guarded.settle()
    guarded.kill_all()
    make_anew(guarded)
    guarded.settle()
    rank(guarded, 9, 1, *PEOPLE[:4])
    guarded.settle()
    assert guarded.holds().keys() == set(PEOPLE[:4])
    guarded.set_date(NEXT_DAY)
    guarded.grant(NEXT_DAY, 1_000)
    rank(guarded, 9, 1, *PEOPLE[4:])
    guarded.settle()
    assert guarded.holds().keys() == set(PEOPLE[:4])
    laws.check_all(guarded)
