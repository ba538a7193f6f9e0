"""Regions: what exists, what is translated, and what a code in the wrong system would do."""

import pytest

from schemas.errors import ContractBroken
from schemas.regions import FOLDER, Regions

REGIONS = Regions.load()


def test_the_country_is_complete() -> None:
    assert (len(REGIONS.provinces), len(REGIONS.regencies)) == (38, 514)
    assert REGIONS.population("ID") == 284_973_643
    assert sum(REGIONS.population(code.text) for code in REGIONS.regencies) == REGIONS.population("ID")
    assert len(REGIONS.regencies_of("74")) == 17
    assert REGIONS.name("74.71") == "Kota Kendari"
    assert REGIONS.name("ID") == "Indonesia"


@pytest.mark.parametrize(
    "code", ["74", "74.71", "74.71.01", "74.71.01.1001", "74.71.01.9999", "11.01.01.2001"]
)
def test_codes_that_exist(code: str) -> None:
    resolved = REGIONS.resolve(code)
    assert (resolved.code.text, resolved.translated) == (code, False)


@pytest.mark.parametrize(
    "code", ["", "7471", "74.99", "74.71.99", "74.71.99.1001", "99", "74.7", "74.71.01.", "74.71\n", "०७.71"]
)
def test_codes_that_do_not(code: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        REGIONS.resolve(code)
    assert caught.value.reason == "UNKNOWN_REGION"


@pytest.mark.parametrize("code", ["91.01", "91.01.01", "91.01.01.2001"])
def test_a_retired_regency_becomes_its_successor(code: str) -> None:
    resolved = REGIONS.resolve(code)
    assert (resolved.code.text, resolved.translated) == ("93.01", True)


def test_no_code_in_use_is_translated() -> None:
    assert not [code for code in REGIONS.regencies if REGIONS.resolve(code.text).translated]


def test_bps_codes_are_another_system() -> None:
    assert REGIONS.from_bps("1101").text == "11.09"
    assert REGIONS.resolve("11.01").code.text == "11.01"
    with pytest.raises(ContractBroken):
        REGIONS.from_bps("11.01")


def test_every_bps_code_leads_to_a_regency_of_its_own() -> None:
    rows = (FOLDER / "bps_regencies.csv").read_text().splitlines()[2:]
    reached = {REGIONS.from_bps(row.split(",")[0]) for row in rows}
    assert reached == set(REGIONS.regencies)


def test_every_file_names_its_source() -> None:
    readme = (FOLDER / "README.md").read_text()
    for path in FOLDER.glob("*.csv"):
        assert path.read_text().startswith("# Source: ")
        assert f"| {path.name} |" in readme
