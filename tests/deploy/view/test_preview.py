"""A preview as people read it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from deploy.view.preview import approve_call, preview_lines, roomy_bounds, tight_bounds, warning_lines
from schemas.directive import DocumentBounds
from schemas.events import Bounds, RegionMovement
from streams.control.bounds import exceeded
from tests.fakes.previews import DIGEST, figures, preview
from tests.fakes.totals import FakeNames


def _lines(*, sample: bool = False) -> list[str]:
    return [" ".join(line.split()) for line in preview_lines(preview(), FakeNames(), sample=sample)]


def test_who_moves_in_the_nation_and_by_regency_the_largest_first() -> None:
    lines = _lines()
    nation = lines.index("Indonesia 1.234 35 8.800")
    assert lines[nation + 1 : nation + 3] == [
        "Kota Kendari (74.71) 734 30 5.000",
        "Kolaka (74.01) 500 5 3.800",
    ]


def test_by_decile_sex_and_standing() -> None:
    lines = _lines()
    decile = lines.index("Desil / decile")
    assert lines[decile + 1 : decile + 4] == [
        "3 734 0 8.800",
        "10 0 35 0",
        "belum berperingkat / unranked 500 0 0",
    ]
    assert "perempuan / female 734 0 8.800" in lines
    assert "terlindungi / covered 500 0 0" in lines
    assert "belum pernah terdaftar / never registered 734 0 0" in lines


def test_costs_are_the_nations_savings_apart_and_what_has_no_tariff_is_named() -> None:
    lines = _lines()
    assert (
        "JHT: 1.200 orang / persons, Rp 24.000.000 sebulan / a month, "
        "Rp 240.000.000 sampai akhir tahun / to the end of the year" in lines
    )
    assert (
        "JKK + JKM: Rp 16.800.000 sebulan / a month, "
        "Rp 168.000.000 sampai akhir tahun / to the end of the year" in lines
    )
    assert "tanpa tarif, tidak dihitung / no tariff, not counted: JP" in lines
    assert not any("7.000.000" in line for line in lines)


def test_overlaps_public_payers_and_the_whole_digest() -> None:
    lines = _lines()
    assert "Juga termasuk dalam / also meant by perda-kendari: 420 orang / persons" in lines
    assert "Sudah dibayari pemerintah / a public payer already: 61 orang / persons" in lines
    assert lines[-1].endswith(DIGEST)


def test_tokens_are_shown_only_when_asked_for() -> None:
    token = "0f" * 16
    assert not any(token in line for line in _lines())
    assert any(token in line for line in _lines(sample=True))


def test_many_regencies_are_cut_and_counted() -> None:
    many = tuple(RegionMovement(f"74.{number:02}", number, 0, 0) for number in range(1, 21))
    shown = preview_lines(
        replace(preview(), figures=replace(figures(), regencies=many)), FakeNames(), sample=False
    )
    assert "  … dan 5 wilayah lagi / and 5 more" in shown
    assert not any("(74.05)" in line for line in shown)


def test_bounds_leave_room_and_never_more_than_the_document_allows() -> None:
    assert tight_bounds(figures()) == Bounds(1234, 35, 30, 6)
    assert roomy_bounds(figures(), None) == Bounds(1300, 35, 30, 6)
    own = DocumentBounds(entering=1250, leaving=35, leaving_regency=400, leaving_regency_permille=9)
    assert roomy_bounds(figures(), own) == Bounds(1250, 35, 30, 6)
    nobody = DocumentBounds(entering=0, leaving=0, leaving_regency=0, leaving_regency_permille=0)
    assert roomy_bounds(figures(), nobody) == Bounds(0, 0, 0, 0)
    assert "--entering 1300 --leaving 35" in approve_call(preview(), None)


_MOVEMENTS = st.builds(
    RegionMovement, st.just("74.71"), st.just(0), st.integers(0, 10_000), st.integers(0, 10_000)
)


@given(st.lists(_MOVEMENTS, max_size=4), st.integers(0, 10**7))
def test_figures_lie_within_the_bounds_that_are_offered(
    regencies: list[RegionMovement], entering: int
) -> None:
    moved = replace(
        figures(),
        entering=entering,
        leaving=sum(each.leaving for each in regencies),
        regencies=tuple(regencies),
    )
    assert exceeded(moved, tight_bounds(moved)) == ()
    assert exceeded(moved, roomy_bounds(moved, None)) == ()


def test_a_warning_only_where_there_is_something_to_warn_of() -> None:
    assert warning_lines(()) == []
    assert any("entering: 9" in line for line in warning_lines(("entering: 9",)))
