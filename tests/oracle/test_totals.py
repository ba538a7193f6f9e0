"""Section 6."""

from datetime import date

from tests.oracle.examples import ANA, BUDI, Tables, directive, enrolment, hub, membership, person, raw
from tests.oracle.records import Record
from tests.oracle.totals import discrepancies

DAY = date(2026, 4, 10)
ALIVE = membership(enrolment("PU"))


def seen(who: Record | None, member: Record | None) -> list[str]:
    return discrepancies(who, member, Tables(), DAY)


def test_discrepancies() -> None:
    assert seen(person(), ALIVE) == []
    assert seen(person(presence="DECEASED"), ALIVE) == ["dead_at_dtsen_alive_at_bpjs"]
    assert seen(person(presence="DECEASED"), membership(enrolment("PU", date(2025, 1, 31)))) == []
    assert seen(person(), membership(cause="DIED")) == ["dead_at_bpjs_present_at_dtsen"]
    assert seen(person(presence="DECEASED"), membership(cause="DIED")) == []
    two = [enrolment("BPU", payer="APBD_REGENCY"), enrolment("BPU", payer="DBH_SAWIT")]
    assert seen(person(), membership(*two)) == ["two_public_payers"]
    assert seen(person(), membership(two[0], two[0])) == []
    assert seen(person(), membership(two[0], enrolment("BPU", payer="CSR"))) == []
    assert seen(person(work_status=4), ALIVE) == []
    assert seen(person(work_status=4), membership(enrolment("BPU"))) == ["employee_without_pu"]
    assert seen(person(work_status=4), None) == ["employee_without_pu"]
    assert seen(person(work_status=4, presence="ABROAD"), None) == []
    assert seen(None, membership()) == ["member_unknown_to_dtsen"]
    assert seen(None, membership(*two)) == ["two_public_payers", "member_unknown_to_dtsen"]


def test_totals_add_up() -> None:
    made = hub(DAY, directive(), directive("women", sex="FEMALE", work_statuses=None))
    tokens = [f"{n:032x}" for n in range(6)]
    people = [
        person(),  # never registered
        person(region="74.71"),  # covered until 15 April: lapsing
        person(work_status=None),  # incomplete for one directive
        person(decile=9),
        person(region="74.01"),
    ]
    for token, record in zip(tokens, people, strict=False):
        made.record(raw(token, record))
    made.record(raw(tokens[1], membership(enrolment("BPU", date(2026, 3, 31)))))
    made.record(raw(tokens[4], membership(enrolment("BPU", date(2026, 12, 31)))))
    made.record(raw(tokens[5], membership()))
    totals = made.totals
    assert {region: t.persons for region, t in totals.items()} == {"74.71": 4, "74.01": 1, "": 0}
    assert totals["74.71"].directives == {
        ("inpres-8-2025", "eligible"): 2,
        ("inpres-8-2025", "gap"): 1,
        ("inpres-8-2025", "never_registered"): 1,
        ("inpres-8-2025", "covered"): 1,
        ("inpres-8-2025", "lapsing_30_days"): 1,
        ("inpres-8-2025", "incomplete_data"): 1,
        ("women", "eligible"): 3,
        ("women", "gap"): 2,
        ("women", "never_registered"): 2,
        ("women", "covered"): 1,
        ("women", "lapsing_30_days"): 1,
    }
    assert totals["74.01"].directives[("inpres-8-2025", "covered")] == 1
    assert totals["74.01"].directives[("inpres-8-2025", "lapsing_30_days")] == 0
    assert totals[""].discrepancies == {"member_unknown_to_dtsen": 1}


def test_counts_and_quarantine() -> None:
    made = hub()
    made.record(raw(ANA, person()))
    made.record(raw(BUDI, person(decile=11), offset=3))
    made.record(raw(BUDI, b"\x00", offset=4, headers={"batch": b"dtsen-1"}))
    assert made.counts == {("dtsen.persons", "dtsen-1"): {"accepted": 1, "quarantined": 2}}
    assert [(q.offset, q.reason) for q in made.quarantined] == [(3, "INVALID_DECILE"), (4, "UNDECODABLE")]
    assert made.outcomes(ANA) == {"inpres-8-2025": "MEANT"}
    assert made.outcomes(BUDI) == {"inpres-8-2025": "DTSEN"}
