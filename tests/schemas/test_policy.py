from datetime import date
from pathlib import Path

import pytest

from schemas.errors import InvalidInput
from schemas.policy import load_policy, policy_versions


def test_every_version_that_ships_loads_under_its_own_name() -> None:
    for version in policy_versions():
        assert load_policy(version).version == version
    assert load_policy().version == policy_versions()[-1]


def test_the_latest_version_is_the_greatest_number(tmp_path: Path) -> None:
    for version in ("2026.10", "2026.2", "2027.1", "2026.1"):
        (tmp_path / f"v{version}.yaml").touch()
    assert policy_versions(tmp_path) == ["2026.1", "2026.2", "2026.10", "2027.1"]


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as error:
        load_policy("1999.1")
    assert "2026.1" in str(error.value.remedy)


@pytest.mark.parametrize(
    ("month", "sector", "payer", "rupiah"),
    [
        (date(2025, 12, 1), "transport", "SELF", 16_800),
        (date(2026, 1, 1), "transport", "SELF", 8_400),
        (date(2027, 3, 1), "transport", "SELF", 8_400),
        (date(2027, 4, 1), "transport", "SELF", 16_800),
        (date(2026, 3, 1), "other", "SELF", 16_800),
        (date(2026, 4, 1), "other", "SELF", 8_400),
        (date(2026, 12, 1), "other", "CSR", 8_400),
        (date(2027, 1, 1), "other", "SELF", 16_800),
        (date(2026, 5, 1), "other", "APBN", 16_800),
        (date(2026, 5, 1), "transport", "APBD_REGENCY", 16_800),
        (date(2026, 5, 1), "other", "DBH_SAWIT", 16_800),
    ],
)
def test_the_discount_goes_by_contribution_month_sector_and_payer(
    month: date, sector: str, payer: str, rupiah: int
) -> None:
    tariff = load_policy("2026.1").tariff_of(month, sector, payer)  # type: ignore[arg-type]
    assert rupiah == tariff.JKK + tariff.JKM


def test_without_an_earlier_entry_nothing_is_tolerated() -> None:
    assert load_policy("2026.1").tolerance_at(date(2010, 1, 1)) == 0
