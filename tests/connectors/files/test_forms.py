from datetime import date, timedelta

import pyarrow as pa
import pytest

from connectors.files.forms import DAY_FORMS, MONTH_FORMS, parse_days

_NAMES = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


def _parsed(forms: list[str], *texts: str | None) -> list[date | None]:
    days, good = parse_days(pa.array(texts, pa.string()), forms)
    return [
        date(1970, 1, 1) + timedelta(int(day)) if fine else None for day, fine in zip(days, good, strict=True)
    ]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY-MM-DD", "2025-04-30"),
        ("YYYYMMDD", "20250430"),
        ("DD/MM/YYYY", "30/04/2025"),
        ("DD/MM/YYYY", "30/4/2025"),
        ("DD-MM-YYYY", "30-04-2025"),
        ("DD.MM.YYYY", "30.04.2025"),
        ("MM/DD/YYYY", "04/30/2025"),
        ("D MONTH YYYY", "30 April 2025"),
        ("D MONTH YYYY", "30 apr 2025"),
        ("D MONTH YYYY", "30-Apr-2025"),
        ("D MONTH YYYY", "30 APR. 2025"),
        ("YYYY-MM", "2025-04"),
        ("YYYYMM", "202504"),
        ("MM/YYYY", "4/2025"),
        ("MM-YYYY", "04-2025"),
        ("MONTH YYYY", "April 2025"),
    ],
)
def test_each_form_reads_its_own_and_no_other(form: str, text: str) -> None:
    assert _parsed([form], text) == [date(2025, 4, 30)]
    others = [other for other in {**DAY_FORMS, **MONTH_FORMS} if other != form]
    assert _parsed(others, text) == [None]


def test_every_form_is_tried() -> None:
    forms = ["YYYY-MM-DD", "DD/MM/YYYY"]
    assert _parsed(forms, "2025-01-02", "02/01/2025", None, "2/2025") == [date(2025, 1, 2)] * 2 + [None] * 2


@pytest.mark.parametrize("number", range(1, 13))
def test_months_have_indonesian_names_in_full_and_short(number: int) -> None:
    name = _NAMES[number - 1]
    expected = [date(2025, number, 1)] * 2
    assert _parsed(["D MONTH YYYY"], f"1 {name} 2025", f"01 {name[:3].lower()} 2025") == expected


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY-MM-DD", "2025-02-29"),
        ("YYYY-MM-DD", "2025-00-10"),
        ("YYYY-MM-DD", "2025-13-01"),
        ("YYYY-MM-DD", "0000-00-00"),
        ("DD/MM/YYYY", "31/04/2025"),
        ("DD/MM/YYYY", "04/30/2025"),
        ("DD/MM/YYYY", "00/04/2025"),
        ("DD/MM/YYYY", "30/04/25"),
        ("D MONTH YYYY", "30 Aprilis 2025"),
        ("MONTH YYYY", "13 2025"),
        ("MM-YYYY", "13-2025"),
    ],
)
def test_what_is_no_day_of_the_calendar_is_none(form: str, text: str) -> None:
    assert _parsed([form], text) == [None]


def test_a_leap_day_is_one() -> None:
    assert _parsed(["DD.MM.YYYY"], "29.02.2024") == [date(2024, 2, 29)]
    assert _parsed(["MM/YYYY"], "02/2024") == [date(2024, 2, 29)]
