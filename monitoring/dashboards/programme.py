"""For the programme office: how many are not reached yet, where, and what waits for a decision."""

from monitoring.dashboards.model import (
    Column,
    Dashboard,
    Panel,
    Query,
    Row,
    Shape,
    Step,
    Unit,
    Variable,
    Words,
)
from monitoring.dashboards.parts import BAD, WARN, alerts, lines, number
from schemas.regions import Regions

_OF = 'directive=~"$directive", province=~"$province"'


def _persons(status: str) -> str:
    return f'jangkau_hub_coverage_persons{{status="{status}", {_OF}}}'


_TARGET = f"jangkau_hub_coverage_target_persons{{{_OF}}}"
_ONCE = "max by (province, directive)"  # two gateways on one hub both show it


def _total(status: str) -> str:
    return f"sum({_ONCE} ({_persons(status)}))"


def _nation() -> Row:
    persons = Words("orang", "persons")
    return Row(
        Words("Berapa yang belum terjangkau?", "How many are not reached yet?"),
        (
            number(
                Words("Belum terlindungi", "Not covered"),
                Words(
                    "Orang yang dimaksud direktif dan belum terlindungi, di provinsi yang dipilih.",
                    "Persons the directive means who are not covered, in the provinces chosen.",
                ),
                _total("gap"),
            ),
            number(
                Words("Berhak", "Eligible"),
                Words("Orang yang dimaksud direktif.", "Persons the directive means."),
                _total("eligible"),
            ),
            number(
                Words("Terlindungi", "Covered"),
                Words("Dari yang berhak, yang JKK dan JKM-nya hidup.", "Of those, with JKK and JKM alive."),
                _total("covered"),
            ),
            number(
                Words("Capaian terhadap target", "Reached of the target"),
                Words(
                    "Terlindungi dibagi target yang berlaku; lihat direktif untuk tanggalnya.",
                    "Covered over the target that applies; the directive has its date.",
                ),
                f"{_total('covered')} / sum({_ONCE} ({_TARGET}))",
                unit=Unit.RATIO,
                rightly_empty="a directive without targets has none",
            ),
            number(
                Words("Lewat waktu dalam 30 hari", "Lapsing within 30 days"),
                Words(
                    "Terlindungi sekarang, dan tidak lagi bila tidak dibayar dalam 30 hari.",
                    "Covered now, and no longer unless paid within 30 days.",
                ),
                _total("lapsing"),
            ),
            number(
                Words("Data belum lengkap", "Incomplete data"),
                Words(
                    "Tidak dapat diputuskan karena data kurang: mereka paling mudah terlewat.",
                    "Cannot be judged because data is missing: those are easiest to miss.",
                ),
                _total("incomplete_data"),
            ),
            number(
                Words("Per waktu", "As of"),
                Words(
                    "Umur jumlah ini. Lebih dari beberapa jam: tanyakan tim hub.",
                    "Age of these totals. More than some hours: ask the hub team.",
                ),
                "time() - max(jangkau_hub_totals_timestamp_seconds)",
                unit=Unit.SECONDS,
                width=12,
            ),
            number(
                Words("Kelengkapan jumlah", "Completeness"),
                Words(
                    "Partisi yang ikut dihitung. Di bawah 100 % angkanya terlalu kecil: jangan dilaporkan.",
                    "Partitions that are counted. Below 100 % the figures are too small: do not report them.",
                ),
                "max(jangkau_hub_totals_reported_partitions) / max(jangkau_hub_totals_partitions)",
                unit=Unit.RATIO,
                width=12,
            ),
            lines(
                Words("Belum terlindungi", "Not covered over time"),
                Words("Tiap direktif.", "By directive."),
                Query(f"sum by (directive) ({_ONCE} ({_persons('gap')}))", "{{directive}}"),
            ),
            lines(
                Words("Terlindungi terhadap target", "Covered against the target"),
                Words("Tiap direktif.", "By directive."),
                Query(f"sum by (directive) ({_ONCE} ({_persons('covered')}))", "{{directive}}"),
                Query(
                    f"sum by (directive) ({_ONCE} ({_TARGET}))",
                    f"{{{{directive}}}} target ({persons.both})",
                    rightly_empty="a directive without targets has none",
                ),
            ),
        ),
    )


def _where() -> Row:
    regions = Regions.load()
    names = {province.text: regions.name(province.text) for province in regions.provinces}
    share = f"{_ONCE} ({_persons('gap')}) / {_ONCE} ({_persons('eligible')} > 0)"
    return Row(
        Words("Di mana?", "Where?"),
        (
            Panel(
                Words("Tiap provinsi", "By province"),
                Words(
                    "Klik judul kolom untuk mengurutkan. Kabupaten dan kota ada di konsol.",
                    "Click a heading to sort. Regencies and cities are in the console.",
                ),
                Shape.TABLE,
                (
                    Query(f"{_ONCE} ({_persons('gap')})"),
                    Query(share),
                    Query(f"{_ONCE} ({_persons('eligible')})"),
                    Query(f"{_ONCE} ({_persons('covered')})"),
                    Query(f"{_ONCE} ({_TARGET})", rightly_empty="a directive without targets has none"),
                    Query(f"{_ONCE} ({_persons('held')})"),
                ),
                columns=(
                    Column("province", Words("Provinsi", "Province"), names=names),
                    Column("directive", Words("Direktif", "Directive")),
                    Column("Value #A", Words("Belum", "Not covered")),
                    Column("Value #B", Words("Bagian belum", "Share"), Unit.RATIO),
                    Column("Value #C", Words("Berhak", "Eligible")),
                    Column("Value #D", Words("Terlindungi", "Covered")),
                    Column("Value #E", Words("Target", "Target")),
                    Column("Value #F", Words("Ditahan", "Held")),
                ),
                width=24,
                height=16,
            ),
        ),
    )


DECISIONS = Row(
    Words("Apa yang menunggu keputusan?", "What waits for a decision?"),
    (
        number(
            Words("Direktif DITAHAN", "Directives HELD"),
            Words(
                "Pada harinya melampaui batas yang disetujui: `jangkau directive show`.",
                "On their day outside the approved bounds: `jangkau directive show`.",
            ),
            'max(jangkau_control_directive_versions{state="HELD"})',
            steps=(Step(1, BAD),),
            width=6,
        ),
        number(
            Words("Orang ditahan", "Persons held"),
            Words(
                "Keluar dari direktif lebih banyak daripada jatah sehari: `jangkau holds list`.",
                "More would leave a directive than may in a day: `jangkau holds list`.",
            ),
            _total("held"),
            steps=(Step(1, WARN),),
            width=6,
        ),
        number(
            Words("Jatah keluar hari ini", "May leave on this date"),
            Words("Semua kabupaten dan kota bersama.", "All regencies together."),
            "sum(jangkau_control_granted_persons)",
            width=6,
        ),
        number(
            Words("Direktif berlaku", "Directives in force"),
            Words("Menurut control.", "By control."),
            "max(jangkau_control_directives_in_force)",
            width=6,
        ),
        lines(
            Words("Versi direktif menurut keadaan", "Versions by state"),
            Words("Di mana tiap versi sekarang.", "Where each version stands."),
            Query("max by (state) (jangkau_control_directive_versions)", "{{state}}"),
        ),
        lines(
            Words("Orang ditahan", "Persons held over time"),
            Words("Tiap direktif.", "By directive."),
            Query(f"sum by (directive) ({_ONCE} ({_persons('held')}))", "{{directive}}"),
        ),
        alerts("programme"),
    ),
)


def programme() -> Dashboard:
    """The dashboard of the programme office."""
    metric = "jangkau_hub_coverage_persons"
    return Dashboard(
        uid="jangkau-programme",
        title=Words("Jangkau: program", "programme"),
        description=Words(
            "Untuk kantor program: berapa yang belum terjangkau, di mana, dan apa yang menunggu keputusan.",
            "For the programme office: how many are not reached yet, where, and what waits for a decision.",
        ),
        rows=(_nation(), _where(), DECISIONS),
        variables=(
            Variable("directive", Words("Direktif", "Directive"), metric, "directive"),
            Variable("province", Words("Provinsi", "Province"), metric, "province"),
        ),
        since="now-30d",
    )
