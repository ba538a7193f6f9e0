"""Section 1, row by row."""

from datetime import date, datetime
from typing import Any

import pytest

from schemas.errors import ContractBroken
from tests.oracle.check import check
from tests.oracle.examples import (
    ANA,
    BUDI,
    COUNTRY,
    PARTITIONS,
    RELEASE,
    enrolment,
    membership,
    millis,
    person,
    raw,
)
from tests.oracle.hub import decoded_only
from tests.oracle.records import JAKARTA, RawRecord, Record, Rejected, Usable


def reason(record: RawRecord) -> str | None:
    found = check(record, PARTITIONS, COUNTRY, decoded_only)
    return found.reason if isinstance(found, Rejected) else None


def usable(record: RawRecord) -> Record:
    found = check(record, PARTITIONS, COUNTRY, decoded_only)
    assert isinstance(found, Usable), found
    return found.record


def test_good_records_count() -> None:
    assert reason(raw(ANA, person())) is None
    assert reason(raw(ANA, membership(enrolment()))) is None
    assert reason(raw(ANA, membership())) is None


@pytest.mark.parametrize(
    "key", [None, b"", b"7471", ANA.upper().encode(), ANA.encode() + b"\n", b"\xff" * 32, b"g" * 32]
)
def test_key_must_be_a_token(key: bytes | None) -> None:
    assert reason(raw(ANA, person(), key=key)) == "INVALID_KEY"


def test_key_must_lie_in_its_partition() -> None:
    own = raw(ANA, person()).partition
    assert reason(raw(ANA, person(), partition=(own + 1) % PARTITIONS)) == "WRONG_PARTITION"


def test_null_and_unreadable_values() -> None:
    assert reason(raw(ANA, None)) == "NULL_VALUE"
    assert reason(raw(ANA, b"\x01")) == "UNDECODABLE"


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (20261, None),
        (19994, "INVALID_VERSION"),
        (30001, "INVALID_VERSION"),
        (20265, "INVALID_VERSION"),
        (20260, "INVALID_VERSION"),
        (0, "INVALID_VERSION"),
        (20001, None),
    ],
)
def test_release_of_a_person(release: int, expected: str | None) -> None:
    assert reason(raw(ANA, person(version=release * RELEASE + 7))) == expected


def test_negative_version_whatever_its_bits() -> None:
    assert reason(raw(ANA, person(version=-1))) == "INVALID_VERSION"
    assert reason(raw(ANA, membership(version=-1))) == "INVALID_VERSION"
    assert reason(raw(ANA, membership(version=0))) is None


@pytest.mark.parametrize(
    ("timestamp", "release", "expected"),
    [
        (millis(2026, 4, 10), 20272, None),  # second quarter of 2026: four quarters on is allowed
        (millis(2026, 4, 10), 20273, "VERSION_AHEAD"),
        (millis(2026, 12, 31, 23, 59), 20274, None),
        (millis(2026, 12, 31, 23, 59), 20281, "VERSION_AHEAD"),
        (millis(2027, 1, 1, 0, 0), 20281, None),  # midnight in Jakarta, still 2026 in London
    ],
)
def test_release_ahead_of_its_time(timestamp: int, release: int, expected: str | None) -> None:
    record = raw(ANA, person(version=release * RELEASE), timestamp_ms=timestamp)
    assert reason(record) == expected


def test_membership_ahead_of_its_time() -> None:
    at = millis(2026, 4, 10)
    edge = (at + 86_400_000) * 1000
    assert reason(raw(ANA, membership(version=edge), timestamp_ms=at)) is None
    assert reason(raw(ANA, membership(version=edge + 1), timestamp_ms=at)) == "VERSION_AHEAD"


@pytest.mark.parametrize(
    ("code", "home"),
    [
        ("74.71", "74.71"),
        ("74.71.01", "74.71.01"),
        ("74.71.01.1001", "74.71.01.1001"),
        ("74.71.01.2999", "74.71.01.2999"),  # not listed, its district is
        ("91.01", "93.01"),  # the Papua split
        ("91.01.02.2003", "93.01"),  # below the regency the old code says nothing any more
        ("74", None),
        ("74.72", None),
        ("74.71.02", None),
        ("74.71.02.1001", None),
        ("7471", None),
        ("74.71.", None),
        ("74.71\n", None),
        ("", None),
        ("74.71.01.1001.01", None),
        ("٧٤.71", None),
    ],
)
def test_homes(code: str, home: str | None) -> None:
    record = raw(ANA, person(region=code))
    if home is None:
        assert reason(record) == "UNKNOWN_REGION"
    else:
        assert usable(record)["region"] == home


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1899, 12, 31), "INVALID_DATE"),
        (date(1900, 1, 1), None),
        (date(2026, 4, 10), None),
        (date(2026, 4, 11), "INVALID_DATE"),
        (-(2**31), "INVALID_DATE"),
        (2**31 - 1, "INVALID_DATE"),
    ],
)
def test_birth_dates(born: date | int, expected: str | None) -> None:
    assert reason(raw(ANA, person(birth_date=born))) == expected


def test_broker_date_is_jakartas() -> None:
    early = datetime(2026, 4, 11, 0, 30, tzinfo=JAKARTA)  # 10 April, 17:30 UTC
    at = round(early.timestamp() * 1000)
    assert reason(raw(ANA, person(birth_date=early.date()), timestamp_ms=at)) is None
    assert (
        reason(raw(ANA, person(birth_date=early.date()), timestamp_ms=at - 30 * 60_000 - 1)) == "INVALID_DATE"
    )


@pytest.mark.parametrize(
    ("paid_through", "expected"),
    [
        (date(1977, 12, 31), "INVALID_DATE"),
        (date(1978, 1, 1), None),
        (date(2100, 12, 31), None),
        (date(2101, 1, 1), "INVALID_DATE"),
    ],
)
def test_paid_through(paid_through: date, expected: str | None) -> None:
    found = reason(raw(ANA, membership(enrolment(), enrolment("PU", paid_through))))
    assert found == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"decile": None}, None),
        ({"decile": 0}, "INVALID_DECILE"),
        ({"decile": 11}, "INVALID_DECILE"),
        ({"work_status": None}, None),
        ({"work_status": 0}, None),
        ({"work_status": 9}, "INVALID_WORK_STATUS"),
        ({"work_status": -1}, "INVALID_WORK_STATUS"),
        ({"industry": None}, None),
        ({"industry": 0}, "INVALID_INDUSTRY"),
        ({"industry": 27}, "INVALID_INDUSTRY"),
        ({"presence": "MERGED"}, "INVALID_REPLACED_BY"),
        ({"presence": "MERGED", "replaced_by": BUDI}, None),
        ({"presence": "MERGED", "replaced_by": ANA}, "INVALID_REPLACED_BY"),
        ({"replaced_by": BUDI.upper()}, "INVALID_REPLACED_BY"),
        ({"replaced_by": BUDI}, None),
    ],
)
def test_fields_of_a_person(changes: dict[str, Any], expected: str | None) -> None:
    assert reason(raw(ANA, person(**changes))) == expected


def test_enrolments_are_at_most_eight() -> None:
    assert reason(raw(ANA, membership(*[enrolment()] * 8))) is None
    assert reason(raw(ANA, membership(*[enrolment()] * 9))) == "TOO_MANY_ENROLMENTS"


def test_first_reason_of_the_table_is_given() -> None:
    worst = person(version=-1, region="99", birth_date=date(1800, 1, 1), decile=11)
    assert reason(raw(ANA, worst)) == "INVALID_VERSION"
    assert reason(raw(ANA, person(region="99", decile=11))) == "UNKNOWN_REGION"
    assert reason(raw(ANA, person(birth_date=date(1800, 1, 1), decile=11))) == "INVALID_DATE"
    late = enrolment("PU", date(2101, 1, 1))
    assert reason(raw(ANA, membership(*[late] * 9))) == "INVALID_DATE"
    assert reason(raw("x", None)) == "INVALID_KEY"


def test_batch_of_a_reject() -> None:
    def batch(record: RawRecord) -> str:
        found = check(record, PARTITIONS, COUNTRY, decoded_only)
        assert isinstance(found, Rejected)
        return found.batch

    headers = {"batch": b"from-header"}
    assert batch(raw(ANA, person(decile=11), headers=headers)) == "dtsen-1"
    # Where checking ends before the value is read, only the header can say.
    assert batch(raw(ANA, person(), key=b"?", headers=headers)) == "from-header"
    assert batch(raw(ANA, b"\x00", headers=headers)) == "from-header"
    assert batch(raw(ANA, None, headers=headers)) == "from-header"
    assert batch(raw(ANA, None)) == ""
    assert batch(raw(ANA, None, headers={"batch": b"a\xff"})) == "a\ufffd"
    assert batch(raw(ANA, None, headers={"batch": b"a" * 201})) == "a" * 200


def test_decoder_may_refuse() -> None:
    def unknown(topic: str, value: bytes) -> Record:
        raise ContractBroken("UNKNOWN_SCHEMA", topic)

    found = check(raw(ANA, b"?"), PARTITIONS, COUNTRY, unknown)
    assert found == Rejected("UNKNOWN_SCHEMA", "")
