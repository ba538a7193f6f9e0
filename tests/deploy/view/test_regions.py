"""The table of regions, by its text."""

import io

from rich.console import Console

from deploy.view.regions import plain_lines, region_rows, regions_table
from schemas.events import RegionTotals
from schemas.ids import DirectiveId
from tests.fakes.totals import DIRECTIVE, FakeNames, directive_totals, region_totals

_ID = DirectiveId(DIRECTIVE)


def _totals() -> dict[str, RegionTotals]:
    return {
        "ID": region_totals("NATION", directive_totals(3000, 900, target=2000)),
        "74": region_totals("PROVINCE", directive_totals(3000, 900, target=2000)),
        "74.71": region_totals("REGENCY", directive_totals(1000, 400, target=800)),
        "74.01": region_totals("REGENCY", directive_totals(2000, 500), reported=3),
    }


def test_lines_show_figures_change_and_share() -> None:
    before = {"74.71": region_totals("REGENCY", directive_totals(1000, 350, target=800))}
    lines = plain_lines(_totals(), before, _ID, FakeNames())
    assert [line.split() for line in lines[1:4]] == [
        ["Kolaka", "~", "2.000", "500", "1.500", "–", "25,0", "%", "–"],
        ["Kota", "Kendari", "1.000", "400", "600", "800", "50,0", "%", "+50"],
        ["Sulawesi", "Tenggara", "3.000", "900", "2.100", "2.000", "45,0", "%", "–"],
    ]
    assert lines[-1] == "inpres-8-2025 · tanggal 2026-03-01 · ~ belum lengkap (incomplete)"
    assert len({len(line) for line in lines[:-1]}) == 1


def test_the_nation_shows_once_there_is_more_than_one_province() -> None:
    totals = _totals() | {"73": region_totals("PROVINCE", directive_totals(10, 1))}
    rows = region_rows(totals, None, _ID, FakeNames())
    assert [row.region for row in rows] == ["74.01", "74.71", "73", "74", "ID"]
    assert rows[-1].name == "Indonesia"


def test_a_fall_in_coverage_is_negative() -> None:
    before = {"74.71": region_totals("REGENCY", directive_totals(1000, 460))}
    rows = region_rows({"74.71": _totals()["74.71"]}, before, _ID, FakeNames())
    assert rows[0].change == -60


def test_regions_without_anybody_meant_are_left_out() -> None:
    totals = {
        "74.01": region_totals("REGENCY", directive_totals(0, 0)),
        "74.71": region_totals("REGENCY", directive_totals(5, 1, directive="other")),
    }
    assert region_rows(totals, None, _ID, FakeNames()) == []


def test_before_any_totals_the_lines_are_headings_and_the_directive() -> None:
    assert plain_lines({}, None, _ID, FakeNames())[1:] == [DIRECTIVE]


def test_the_terminal_table_shows_both_languages_and_the_same_cells() -> None:
    out = io.StringIO()
    Console(file=out, width=120).print(regions_table(_totals(), None, _ID, FakeNames()))
    text = out.getvalue()
    for wanted in (
        "Berhak",
        "eligible",
        "Terlindungi",
        "Kota Kendari",
        "50,0 %",
        "Kolaka ~",
        "belum lengkap",
    ):
        assert wanted in text
