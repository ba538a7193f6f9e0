"""Activation: previewed again when the day has come; inside the bounds in force, outside held."""

from dataclasses import replace

import pytest

from schemas.events import DirectiveHeld, DirectiveInForce, PreviewWanted
from tests.fakes.answering import moves
from tests.streams.control.builders import NAME, Bench, advance, approve, drafted, revoked
from tests.streams.control.counts import partial, region


@pytest.fixture
def bench() -> Bench:
    """Version 1 approved for 10 January, as previewed with 1,200 entering."""
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-01"))
    made.engines.moves = (moves(entering=1_000), moves(regency="74.02", entering=200))
    made.directive(drafted())
    assert (
        made.approve(entering=1_200, leaving=10, leaving_regency=10, leaving_regency_permille=100).result
        == "ACCEPTED"
    )
    return made


def questions(bench: Bench) -> list[PreviewWanted]:
    return [each for each in bench.bodies(PreviewWanted) if each.purpose == "ACTIVATION"]


def test_it_is_asked_on_its_day_and_not_before(bench: Bench) -> None:
    bench.advance("2026-01-09")
    assert questions(bench) == []
    bench.command("c1", advance("2026-01-10"))
    (asked,) = questions(bench)
    assert (asked.directive, asked.version, asked.attempt) == (NAME, 1, 1)
    assert bench.in_force() is None
    assert bench.statuses()[-1].state == "APPROVED"
    bench.answer()
    assert bench.in_force() == 1


def test_outside_the_bounds_it_is_held_and_says_why(bench: Bench) -> None:
    bench.engines.moves = (moves(entering=9_000), moves(regency="74.02", entering=800, leaving=3, staying=7))
    bench.advance("2026-01-10")
    assert bench.in_force() is None
    assert bench.bodies(DirectiveInForce) == []
    (held,) = bench.bodies(DirectiveHeld)
    assert held.figures.entering == 9_800
    assert held.exceeded == (
        "entering: 9,800, more than the 1,200 allowed",
        "leaving_regency_permille: 3 of 10 in 74.02 Kabupaten Konawe, "
        "more than the 100 in a thousand allowed",
    )
    status = bench.statuses()[-1]
    assert (status.state, status.by) == ("HELD", "control")
    assert status.preview == held.figures
    assert status.notes == (
        *held.exceeded,
        "entering: 1,200 when approved, 9,800 now",
        "leaving: 0 when approved, 3 now",
        "staying: 0 when approved, 7 now",
        "74.71 Kota Kendari: entering 1,000 → 9,000, leaving 0 → 0",
        "74.02 Kabupaten Konawe: entering 200 → 800, leaving 0 → 3",
        "a new preview and a new approval let it try again",
    )


def test_a_new_preview_and_a_new_approval_release_what_is_held(bench: Bench) -> None:
    old = bench.desk.view.previewed(NAME, 1)
    assert old is not None
    bench.engines.moves = (moves(entering=9_000), moves(entering=800))
    bench.advance("2026-01-10")
    bench.command("a", approve(old.body.figures.digest))
    assert "was held since its last preview" in bench.outcomes("a")[0].reasons[0]
    bench.wait(60)
    assert len(questions(bench)) == 1  # nothing is tried again by itself
    assert bench.approve().result == "ACCEPTED"
    assert [(each.version, each.attempt) for each in questions(bench)] == [(1, 1), (1, 1)]
    assert questions(bench)[0].preview != questions(bench)[1].preview
    assert bench.in_force() == 1
    steps = [each.event.step for each in bench.log.control if each.event.subject == f"approval:{NAME}"]
    assert steps == [1, 2]


def test_it_may_be_held_twice(bench: Bench) -> None:
    bench.engines.moves = (moves(entering=9_000), moves(entering=800))
    bench.advance("2026-01-10")
    digest = bench.preview().figures.digest
    bench.engines.moves = (moves(entering=9_000), moves(entering=801))
    bench.command("a", approve(digest, bounds={"entering": 9_800, "leaving_regency": 1000}))
    assert bench.statuses()[-1].state == "APPROVED"
    bench.answer()
    assert bench.in_force() is None
    assert bench.statuses()[-1].notes[0] == "entering: 9,801, more than the 9,800 allowed"
    assert "9,800 when approved, 9,801 now" in bench.statuses()[-1].notes[1]


def test_what_is_held_goes_on_being_held_after_a_restart(bench: Bench) -> None:
    bench.engines.moves = (moves(entering=9_000), moves(entering=800))
    bench.advance("2026-01-10")
    said = len(bench.statuses()), len(bench.log.control)
    bench.restart()
    bench.wait(60)
    assert (len(bench.statuses()), len(bench.log.control)) == said


def test_while_an_engine_is_away_it_waits_and_says_for_whom(bench: Bench) -> None:
    bench.engines.absent = frozenset({1})
    bench.advance("2026-01-10")
    bench.wait(10)
    status = bench.statuses()[-1]
    assert status.state == "APPROVED"
    assert status.notes == ("waits: partition 1 has not answered the preview",)
    bench.wait(600)
    assert bench.in_force() is None
    assert len(questions(bench)) == 1  # who is away finds the question when it comes back
    assert bench.statuses()[-1] == status


def test_answers_that_waited_for_an_absent_one_are_asked_anew(bench: Bench) -> None:
    bench.engines.absent = frozenset({1})
    bench.advance("2026-01-10")
    bench.wait(600)
    bench.engines.absent = frozenset()
    asked, offset = questions(bench)[0], bench.log.control
    place = next(at for at, each in enumerate(offset) if each.event.body == asked)
    for each in bench.engines.answer(asked, place, bench.business_date)[1:]:
        bench.partial(each)  # the one that was away answers the old question
    assert bench.in_force() is None
    bench.wait(2)
    assert questions(bench)[-1].attempt == 2
    bench.answer()
    assert bench.in_force() == 1
    assert bench.statuses()[-1].notes == ()


def test_an_engine_that_is_heard_again_is_asked_again(bench: Bench) -> None:
    bench.engines.absent = frozenset({1})
    bench.advance("2026-01-10")
    bench.wait(40)
    bench.partial(partial(1, (region("74.71", 10),), at=(0, 1, 1)))
    bench.engines.absent = frozenset()
    bench.wait(2)
    bench.answer()
    assert bench.in_force() == 1


def test_a_date_that_moves_on_meanwhile_makes_the_answer_old(bench: Bench) -> None:
    bench.engines.absent = frozenset({0, 1})
    bench.advance("2026-01-10")
    bench.command("c2", advance("2026-01-11"))
    place = next(at for at, each in enumerate(bench.log.control) if each.event.body == questions(bench)[0])
    bench.engines.absent = frozenset()
    day = bench.business_date
    assert day is not None
    for each in bench.engines.answer(questions(bench)[0], place, day.replace(day=10)):
        bench.partial(each)
    assert bench.in_force() is None
    assert [each.attempt for each in questions(bench)] == [1, 2]
    bench.answer()
    assert bench.in_force() == 1


def test_only_the_highest_version_whose_day_has_come_is_tried(bench: Bench) -> None:
    bench.directive(drafted(2, "2026-01-11"))
    bench.approve(2)
    bench.advance("2026-01-12")
    assert [each.version for each in questions(bench)] == [2]
    assert bench.in_force() == 2
    assert (1, "SUPERSEDED") in {(each.version, each.state) for each in bench.statuses()}


def test_if_the_higher_is_held_the_lower_acts(bench: Bench) -> None:
    bench.directive(drafted(2, "2026-01-11"))
    bench.approve(2, entering=1_200, leaving=0)
    bench.engines.moves = (moves(entering=1_000), moves(entering=100, leaving=5, staying=95))
    bench.advance("2026-01-12")
    assert bench.in_force() == 1
    assert bench.statuses()[-1].state == "HELD"


def test_revoked_while_it_is_being_previewed_it_never_acts(bench: Bench) -> None:
    bench.command("c1", advance("2026-01-10"))
    bench.directive(revoked(1))
    bench.answer()
    bench.wait(60)
    assert bench.in_force() is None
    assert bench.bodies(DirectiveInForce) == []


def test_an_activation_answered_while_control_was_away(bench: Bench) -> None:
    bench.command("c1", advance("2026-01-10"))
    bench.partials += bench.engines.answers(bench.log.control)
    bench.restart()
    assert bench.in_force() == 1
    bench.restart()
    assert len(bench.bodies(DirectiveInForce)) == 1


def test_another_worker_s_activation_is_not_repeated(bench: Bench) -> None:
    bench.command("c1", advance("2026-01-10"))
    first = bench.desk
    bench.restart()
    bench.log.desks = [first, bench.desk]
    for each in bench.engines.answers(bench.log.control):
        for desk in (first, bench.desk):
            bench.run(desk.on_partial(replace(each), bench.now))
    assert len(bench.bodies(DirectiveInForce)) == 1
