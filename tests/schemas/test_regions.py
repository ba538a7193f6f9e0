import pytest

from schemas.errors import ContractBroken
from schemas.ids import RegionCode
from schemas.regions import Regions

REGIONS = Regions.load()


def test_the_country_is_whole() -> None:
    assert len(REGIONS.provinces) == 38
    assert len(REGIONS.regencies) == 514
    assert sum(REGIONS.population(code) for code in REGIONS.provinces) == 284_973_643
    assert sum(REGIONS.population(code) for code in REGIONS.regencies) == 284_973_643


@pytest.mark.parametrize("code", ["74", "74.71", "74.71.01", "74.71.01.1001", "11.01.01.9999"])
def test_a_listed_region_stays_as_it_is(code: str) -> None:
    resolved = REGIONS.resolve(code)
    assert (resolved.code.text, resolved.translated) == (code, False)


@pytest.mark.parametrize("code", ["91.01", "91.01.02", "91.01.02.2001"])
def test_a_retired_regency_is_its_successor_and_what_lay_below_is_dropped(code: str) -> None:
    resolved = REGIONS.resolve(code)
    assert (resolved.code.text, resolved.translated) == ("93.01", True)


@pytest.mark.parametrize("code", ["", "7", "7471", "99", "74.99", "74.71.99", "74.71.99.1001", "74.71.1", "74.71.01.101"])
def test_what_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(ContractBroken) as error:
        REGIONS.resolve(code)
    assert error.value.reason == "UNKNOWN_REGION"


def test_a_bps_code_is_another_system() -> None:
    assert REGIONS.from_bps("1101") == RegionCode("11.09")
    assert len(REGIONS.bps) == 514
    assert set(REGIONS.bps.values()) == {code.text for code in REGIONS.regencies}
