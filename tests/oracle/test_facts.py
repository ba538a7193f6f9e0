"""Section 2: hash and order."""

from datetime import date
from typing import Any

import pytest

from tests.oracle.examples import ANA, BUDI, COUNTRY, RELEASE_2026_1, enrolment, hub, membership, person, raw
from tests.oracle.facts import _mix, enrolment_hash, membership_hash, person_hash
from tests.oracle.regions import RegionTable
from tests.oracle.vocabulary import MEMBERSHIPS, PERSONS


def test_mix_is_splitmix64() -> None:
    # First outputs of SplitMix64 from seed 0: mix of one and two steps of the golden gamma.
    gamma = 0x9E3779B97F4A7C15
    assert _mix(gamma) == 0xE220A8397B1DCDAF
    assert _mix(2 * gamma % 2**64) == 0x6E789E6AA1B965F4


def test_hash_sees_every_meaningful_field() -> None:
    changes: list[dict[str, Any]] = [
        {"decile": None},
        {"decile": 3},
        {"extreme_poor": True},
        {"birth_date": date(1969, 12, 31)},
        {"sex": "MALE"},
        {"region": "74.71"},
        {"region": "74.71.01"},
        {"work_status": None},
        {"industry": None},
        {"presence": "ABROAD"},
        {"replaced_by": BUDI},
    ]
    hashes = {person_hash(person(**change)) for change in [{}, *changes]}
    assert len(hashes) == len(changes) + 1


@pytest.mark.parametrize("changes", [{"version": 5}, {"batch": "other"}, {"observed_at": None}])
def test_hash_does_not_see_the_rest(changes: dict[str, Any]) -> None:
    assert person_hash(person(**changes)) == person_hash(person())
    assert membership_hash(membership(cause="DIED", **changes)) == membership_hash(membership())


def test_hash_of_enrolments() -> None:
    bpu, pu = enrolment(), enrolment("PU", payer="EMPLOYER", funding_id="5.1.02")
    assert membership_hash(membership(bpu, pu)) == membership_hash(membership(pu, bpu))
    assert membership_hash(membership(bpu)) != membership_hash(membership(bpu, bpu))
    assert membership_hash(membership()) != membership_hash(membership(bpu))
    swapped = {**bpu, "programs": ["JKM", "JKK", "JKM"]}
    assert enrolment_hash(swapped) == enrolment_hash(bpu)
    assert enrolment_hash({**bpu, "funding_id": ""}) != enrolment_hash(bpu)


def test_latest_version_wins_whatever_comes_first() -> None:
    made = hub()
    later = person(version=RELEASE_2026_1 + 1, decile=9)
    assert made.record(raw(ANA, later)) == "accepted"
    assert made.record(raw(ANA, person(), offset=1)) == "stale"
    assert made.record(raw(ANA, later, offset=2)) == "duplicate"
    assert made.person(ANA) == later
    assert made.facts[PERSONS, ANA].offset == 0, "a duplicate leaves the fact where it was first seen"
    assert made.counts[PERSONS, "dtsen-1"] == {"accepted": 1, "stale": 1, "duplicate": 1}


@pytest.mark.parametrize("turned", [False, True])
def test_conflict_ends_the_same_either_way(turned: bool) -> None:
    one, other = person(decile=2), person(decile=9)
    greater = max(one, other, key=person_hash)
    made = hub()
    records = [other, one] if turned else [one, other]
    classes = [made.record(raw(ANA, record, offset=n)) for n, record in enumerate([*records, *records])]
    assert made.person(ANA) == greater
    # The lesser conflicts again when it comes back, the greater is by then a duplicate.
    assert sorted(classes[:2]) == ["accepted", "conflict"]
    assert sorted(classes[2:]) == ["conflict", "duplicate"]


def test_agencies_are_apart() -> None:
    made = hub()
    made.record(raw(ANA, person()))
    assert made.record(raw(ANA, membership(version=1))) == "accepted"
    assert set(made.facts) == {(PERSONS, ANA), (MEMBERSHIPS, ANA)}


def test_translated_region_is_the_content() -> None:
    made = hub()
    made.record(raw(ANA, person(region="91.01")))
    assert made.record(raw(ANA, person(region="93.01"), offset=1)) == "duplicate"
    assert made.record(raw(ANA, person(region="91.01.02"), offset=2)) == "duplicate"


def test_retired_code_with_two_successors_is_not_guessed() -> None:
    assert RegionTable(COUNTRY.regencies, frozenset(), frozenset(), {}).home("91.01") is None
