"""Section 5 and the cases that really happen."""

import hashlib
from datetime import date

import pytest

from tests.oracle.examples import (
    ANA,
    BUDI,
    RELEASE,
    date_set,
    directive,
    enrolment,
    hub,
    in_force,
    membership,
    person,
    policy_set,
    raw,
    withdrawn,
)
from tests.oracle.hub import OracleHub
from tests.oracle.records import Record
from tests.oracle.verdict import Desired, Verdict, digest

MARCH = date(2026, 3, 31)
GAP_BOTH = ("JKK", "JKM")


def verdict(made: OracleHub, token: str = ANA) -> Verdict:
    (only,) = made.desired[token].verdicts
    return only


def with_membership(day: date, *snapshots: Record) -> OracleHub:
    made = hub(day)
    made.record(raw(ANA, person()))
    for n, snapshot in enumerate(snapshots):
        made.record(raw(ANA, snapshot, offset=n))
    return made


@pytest.mark.parametrize(
    ("snapshots", "missing", "reason"),
    [
        ([], GAP_BOTH, "NEVER_REGISTERED"),
        ([membership()], GAP_BOTH, "MEMBERSHIP_ENDED"),
        ([membership(enrolment("BPU", MARCH, "JKK"))], ("JKM",), "PROGRAM_PARTIAL"),
        ([membership(enrolment("BPU", MARCH, "JHT"))], GAP_BOTH, "LAPSED"),  # JHT is not asked for
        ([membership(enrolment("BPU", date(2026, 1, 31)))], GAP_BOTH, "IN_ARREARS"),
        ([membership(enrolment("BPU", date(2025, 11, 30)))], GAP_BOTH, "LAPSED"),
        (
            [
                membership(
                    enrolment("BPU", MARCH, "JKM"),
                    enrolment("BPU", date(2026, 1, 31), "JKK"),
                )
            ],
            ("JKK",),
            "PROGRAM_PARTIAL",  # comes before IN_ARREARS
        ),
        (
            [
                membership(
                    enrolment("BPU", date(2020, 1, 31), "JKM"),
                    enrolment("BPU", date(2026, 1, 31), "JKK"),
                )
            ],
            GAP_BOTH,
            "IN_ARREARS",  # some missing program is
        ),
        ([membership(enrolment("BPU", MARCH))], (), None),
    ],
)
def test_reasons(snapshots: list[Record], missing: tuple[str, ...], reason: str | None) -> None:
    found = verdict(with_membership(date(2026, 4, 10), *snapshots))
    assert (found.missing, found.reason) == (missing, reason)
    assert found.status == ("COVERED" if reason is None else "GAP")


def test_due_days_day_by_day() -> None:
    """Wage earners are no gap on the first of the month; the self-employed are on the 16th."""
    pu = with_membership(date(2026, 4, 1), membership(enrolment("PU", MARCH)))
    bpu = with_membership(date(2026, 4, 15), membership(enrolment("BPU", MARCH)))
    assert verdict(pu).status == verdict(bpu).status == "COVERED"
    pu.control(date_set(date(2026, 5, 15)))
    assert verdict(pu).status == "COVERED"
    pu.control(date_set(date(2026, 5, 16)))
    bpu.control(date_set(date(2026, 4, 16)))
    assert verdict(pu).reason == verdict(bpu).reason == "IN_ARREARS"


def test_retroactive_payment_closes_the_gap() -> None:
    late = membership(enrolment("BPU", date(2026, 1, 31)))
    paid = membership(enrolment("BPU", MARCH), version=2_000_000)
    assert verdict(with_membership(date(2026, 4, 10), late)).reason == "IN_ARREARS"
    assert verdict(with_membership(date(2026, 4, 10), late, paid)).status == "COVERED"
    assert verdict(with_membership(date(2026, 4, 10), paid, late)).status == "COVERED"


def test_merged_nik() -> None:
    made = hub()
    made.record(raw(ANA, person()))
    made.record(raw(BUDI, person()))
    version = 20262 * RELEASE
    made.record(raw(ANA, person(version=version, presence="MERGED", replaced_by=BUDI), offset=9))
    assert made.desired[ANA] == Desired("74.71.01.1001", ())
    assert made.desired[ANA].status == "NOT_ELIGIBLE"
    assert made.desired[BUDI].status == "GAP"


def test_re_rank_out_and_back() -> None:
    made = hub()
    for n, (release, decile) in enumerate([(20254, 3), (20261, 6), (20262, 3)]):
        made.record(raw(ANA, person(version=release * RELEASE, decile=decile), offset=n))
        assert made.desired[ANA].status == ("NOT_ELIGIBLE" if decile == 6 else "GAP")


def test_covered_through() -> None:
    def through(day: date, *enrolments: Record) -> date | None:
        return with_membership(day, membership(*enrolments)).covered_through(ANA)

    day = date(2026, 4, 10)
    assert through(day, enrolment("BPU", MARCH)) == date(2026, 4, 15)
    assert through(day, enrolment("PU", MARCH)) == date(2026, 5, 15)
    assert through(day, enrolment("JAKON", date(2026, 4, 20))) == date(2026, 4, 20)
    assert through(date(2026, 4, 20), enrolment("JAKON", date(2026, 4, 20))) == date(2026, 4, 20)
    assert through(date(2026, 4, 21), enrolment("JAKON", date(2026, 4, 20))) is None
    # The better of two enrolments per program, the worse of two programs.
    both = [enrolment("BPU", MARCH), enrolment("PU", MARCH, "JKK")]
    assert through(day, *both) == date(2026, 4, 15)
    assert through(day, *both, enrolment("JAKON", date(2026, 4, 30), "JKM")) == date(2026, 4, 30)


def test_covered_through_asks_only_directives_that_mean_the_person() -> None:
    jht = {**directive("jht"), "requires": ["JHT"]}
    made = hub(date(2026, 4, 10), directive(), jht)
    made.record(raw(ANA, membership(enrolment("BPU", MARCH))))
    assert made.covered_through(ANA) is None, "nobody means her yet"
    made.record(raw(ANA, person()))
    assert made.covered_through(ANA) is None, "no JHT"
    made.control(withdrawn("jht", 1))
    assert made.covered_through(ANA) == date(2026, 4, 15)


def test_directive_superseded_and_withdrawn() -> None:
    made = hub()
    made.record(raw(ANA, person()))
    assert verdict(made).version == 1
    assert made.control(in_force(directive(version=2)))
    assert verdict(made).version == 2
    assert not made.control(withdrawn("inpres-8-2025", 1)), "the older version is no news any more"
    assert verdict(made).version == 2
    assert made.control(withdrawn("inpres-8-2025", 2))
    assert not made.control(in_force(directive(version=2))), "a step back is ignored"
    assert made.desired[ANA].verdicts == ()
    assert made.control(in_force(directive(version=3)))
    assert verdict(made).version == 3


def test_business_date_never_falls() -> None:
    made = hub(date(2026, 4, 16))
    assert not made.control(date_set(date(2026, 4, 15)))
    assert made.state.business_date == date(2026, 4, 16)


def test_nothing_is_desired_before_date_and_policy() -> None:
    made = hub(None)
    made.record(raw(ANA, person()))
    assert made.desired == {}
    assert made.totals == {}
    assert made.control(date_set(date(2026, 4, 10)))
    assert made.control(policy_set(2, "second"))
    assert not made.control(policy_set(1, "first"))
    assert made.state.policy == "second"
    assert verdict(made).status == "GAP"


def test_digest_lines() -> None:
    gap = Verdict("a", 2, "GAP", ("JKK", "JKM"), "LAPSED")
    covered = Verdict("b", 1, "COVERED", (), None)
    desired = {
        BUDI: Desired("74.71", (gap, covered)),
        ANA: Desired("74.01", (covered,)),
        "f" * 32: Desired("74.01", ()),
    }
    text = f"{ANA}|74.01|b:1:COVERED::-\n{BUDI}|74.71|a:2:GAP:JKK+JKM:LAPSED;b:1:COVERED::-\n"
    assert digest(desired) == hashlib.sha256(text.encode()).hexdigest()


def test_verdicts_are_ordered_by_directive() -> None:
    made = hub(date(2026, 4, 10), directive("zz"), directive("a"), directive("b", welfare=None))
    made.record(raw(ANA, person()))
    assert [v.directive for v in made.desired[ANA].verdicts] == ["a", "b", "zz"]
