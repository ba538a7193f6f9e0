"""A preview as people read it: who would move, what it would cost, and the command that approves it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from deploy.view import wording
from deploy.view.numbers import count, day, rounded_up, rupiah
from deploy.view.regions import RegionNames
from deploy.view.wording import Words, words
from schemas.directive import DocumentBounds
from schemas.events import Bounds, Cost, PreviewCell, PreviewFigures, PreviewResult
from schemas.names import NATION, Movement

REGIONS_SHOWN = 15
DIGEST_SHOWN = 16
_NAME_WIDTH, _NUMBER_WIDTH = 50, 13
_APART = ("JHT",)
"""Savings, not insurance: never added to what protection costs."""

Moved = Mapping[Movement, int]


def preview_lines(result: PreviewResult, names: RegionNames, *, sample: bool) -> list[str]:
    """All of a preview but what is to be done with it."""
    return [
        line
        for block in (
            _heading(result),
            _regions(result, names),
            _cells(result.cells),
            _costs(result),
            _overlaps(result),
            _sample(result) if sample else (),
            (f"Sidik / digest  {result.figures.digest}",),
        )
        for line in block
    ]


def summary(figures: PreviewFigures) -> str:
    """The three numbers of a preview on one line."""
    return (
        f"masuk/entering {count(figures.entering)}  keluar/leaving {count(figures.leaving)}  "
        f"tetap/staying {count(figures.staying)}"
    )


def tight_bounds(figures: PreviewFigures) -> Bounds:
    """The smallest bounds the figures lie within; the share is rounded up to a whole thousandth."""
    return Bounds(
        figures.entering,
        figures.leaving,
        max((each.leaving for each in figures.regencies), default=0),
        max((_permille(each.leaving, each.leaving + each.staying) for each in figures.regencies), default=0),
    )


def roomy_bounds(figures: PreviewFigures, own: DocumentBounds | None) -> Bounds:
    """The figures rounded up, never wider than the directive's own bounds: those would be refused."""
    tight = tight_bounds(figures)
    roomy = {each.name: rounded_up(getattr(tight, each.name)) for each in fields(Bounds)}
    roomy["leaving_regency_permille"] = tight.leaving_regency_permille
    return Bounds(**{name: min(number, getattr(own, name, number)) for name, number in roomy.items()})


def option(bound: str) -> str:
    """The option of `directive approve` that gives a bound."""
    return "--" + bound.replace("_", "-")


def approve_call(result: PreviewResult, own: DocumentBounds | None) -> str:
    """The command that approves what was seen; who and on what basis is left to fill in."""
    bounds = roomy_bounds(result.figures, own)
    options = " ".join(f"{option(each.name)} {getattr(bounds, each.name)}" for each in fields(Bounds))
    return (
        f"jangkau directive approve {result.directive} --version {result.version} "
        f'--preview {result.figures.digest[:DIGEST_SHOWN]} {options} --basis "…" --by "…"'
    )


def warning_lines(exceeded: Sequence[str]) -> list[str]:
    """Said before and after a preview that breaks the directive's own bounds; empty if it breaks none."""
    if not exceeded:
        return []
    return [
        "!!! MELAMPAUI BATAS DOKUMEN INI SENDIRI / OUTSIDE THE BOUNDS OF THE DOCUMENT ITSELF !!!",
        *(f"!!!   {each}" for each in exceeded),
        "!!! Periksa arahan sebelum disetujui; persetujuan akan ditolak. / Look at the directive again; an "
        "approval will be refused.",
    ]


def _heading(result: PreviewResult) -> Iterator[str]:
    yield (
        f"Pratinjau / preview  {result.directive} v{result.version} · "
        f"tanggal bisnis / business date {day(result.figures.business_date)}"
    )
    yield ""
    yield _row("", ("Masuk", "Keluar", "Tetap"))
    yield _row("", ("entering", "leaving", "staying"))


def _regions(result: PreviewResult, names: RegionNames) -> Iterator[str]:
    figures = result.figures
    yield _numbers("Indonesia", figures.entering, figures.leaving, figures.staying)
    order = sorted(figures.regencies, key=lambda each: (-each.entering - each.leaving, each.region))
    for each in order[:REGIONS_SHOWN]:
        place = f"  {names.name(each.region)} ({each.region})" if each.region else "  ?"
        yield _numbers(place, each.entering, each.leaving, each.staying)
    if (more := len(order) - REGIONS_SHOWN) > 0:
        yield f"  … dan {count(more)} wilayah lagi / and {count(more)} more"


def _cells(cells: Sequence[PreviewCell]) -> Iterator[str]:
    yield from _table("Desil / decile", ((_decile(each), each) for each in cells))
    yield from _table("Jenis kelamin / sex", ((_both(words(wording.SEX, each.sex)), each) for each in cells))
    yield from _table(
        "Keadaan / standing", ((_both(words(wording.STANDING, each.standing)), each) for each in cells)
    )


def _table(title: str, parts: Iterable[tuple[str, PreviewCell]]) -> Iterator[str]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for label, cell in parts:
        sums[label][cell.movement] += cell.persons
    if sums:
        yield title
    for label, moved in sorted(sums.items()):
        yield _numbers(f"  {label}", moved["ENTERING"], moved["LEAVING"], moved["STAYING"])


def _costs(result: PreviewResult) -> Iterator[str]:
    nation = [cost for cost in result.costs if cost.region == NATION]
    yield "Iuran program yang belum berjalan / contributions of the programmes missing"
    for cost in nation:
        yield _cost(cost.program, cost)
    together = [cost for cost in nation if cost.program not in _APART]
    if len(together) > 1:
        month = rupiah(sum(cost.per_month for cost in together))
        year = rupiah(sum(cost.to_year_end for cost in together))
        label = " + ".join(cost.program for cost in together)
        yield f"  {label}: {month} sebulan / a month, {year} sampai akhir tahun / to the end of the year"
    if not nation:
        yield "  tidak ada / none"
    if result.unpriced:
        programs = ", ".join(result.unpriced)
        yield f"  tanpa tarif, tidak dihitung / no tariff, not counted: {programs}"


def _cost(name: str, cost: Cost) -> str:
    return (
        f"  {name}: {count(cost.persons)} orang / persons, {rupiah(cost.per_month)} sebulan / a month, "
        f"{rupiah(cost.to_year_end)} sampai akhir tahun / to the end of the year"
    )


def _overlaps(result: PreviewResult) -> Iterator[str]:
    for overlap in result.overlaps:
        persons = count(overlap.persons)
        yield f"Juga termasuk dalam / also meant by {overlap.directive}: {persons} orang / persons"
    if result.public_payers:
        persons = count(result.public_payers)
        yield f"Sudah dibayari pemerintah / a public payer already: {persons} orang / persons"


def _sample(result: PreviewResult) -> Iterator[str]:
    yield "Contoh / sample (token)"
    yield from (f"  {each.movement:<9} {each.token}" for each in result.sample)


def _decile(cell: PreviewCell) -> str:
    return "belum berperingkat / unranked" if cell.decile is None else f"{cell.decile:>2}"


def _both(said: Words) -> str:
    return f"{said.indonesian} / {said.english}"


def _numbers(label: str, entering: int, leaving: int, staying: int) -> str:
    return _row(label, (count(entering), count(leaving), count(staying)))


def _row(label: str, cells: Iterable[str]) -> str:
    return f"{label:<{_NAME_WIDTH}}" + "".join(f"{cell:>{_NUMBER_WIDTH}}" for cell in cells)


def _permille(part: int, whole: int) -> int:
    return -(-part * 1000 // whole) if whole else 0
