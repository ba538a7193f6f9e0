"""For agency staff: did our data arrive, was it whole, was it usable."""

from monitoring.dashboards.model import Dashboard, Query, Row, Step, Unit, Variable, Words
from monitoring.dashboards.parts import BAD, WARN, alerts, bars, lines

_OF = 'agency=~"$agency"'
_SPENT = (Step(0.75, WARN), Step(1, BAD))

FRESH = Row(
    Words("Sudahkah datang?", "Has it come?"),
    (
        bars(
            Words("Umur data terbaru", "Age of the newest fact"),
            Words(
                "Sejak peristiwa terakhir di topik instansi, menurut jam broker.",
                "Since the last event on the agency's topic, by the broker's clock.",
            ),
            Query(f'jangkau:freshness_age_seconds{{what="fact", {_OF}}}', "{{agency}}"),
            unit=Unit.SECONDS,
        ),
        bars(
            Words("Umur kiriman lengkap terbaru", "Age of the newest complete batch"),
            Words(
                "Sejak kiriman terakhir yang cocok dengan manifesnya.",
                "Since the last batch that agrees with its manifest.",
            ),
            Query(f'jangkau:freshness_age_seconds{{what="batch", {_OF}}}', "{{agency}}"),
            unit=Unit.SECONDS,
        ),
        bars(
            Words("Bagian dari batas umur", "Share of the agreed age"),
            Words(
                "100 %: setua yang disepakati; di atasnya JangkauDataNotFresh menyala.",
                "100 %: as old as agreed; above it JangkauDataNotFresh fires.",
            ),
            Query(
                f"jangkau:freshness_age_seconds{{{_OF}}} / on (agency, what) jangkau:freshness_limit_seconds",
                "{{agency}} {{what}}",
            ),
            unit=Unit.RATIO,
            steps=_SPENT,
            most=1.25,
        ),
        alerts("agency"),
    ),
)

WHOLE = Row(
    Words("Sudahkah lengkap?", "Is it whole?"),
    (
        lines(
            Words("Kiriman terbuka", "Open batches"),
            Words(
                "Belum cocok dengan manifesnya; yang macet tidak berubah selama seperempat jam.",
                "Not in agreement with their manifest; stalled ones have not changed for a quarter "
                "of an hour.",
            ),
            Query(f"max by (agency) (jangkau_hub_incomplete_batches{{{_OF}}})", "{{agency}}"),
            Query(f"max by (agency) (jangkau_hub_stalled_batches{{{_OF}}})", "{{agency}} macet / stalled"),
            width=8,
        ),
        lines(
            Words("Data yang kurang", "Records missing"),
            Words("Yang dijanjikan manifes dan belum datang.", "What manifests promise and has not come."),
            Query(f"max by (agency) (jangkau_control_missing_records{{{_OF}}})", "{{agency}}"),
            width=8,
        ),
        lines(
            Words("Jumlah sama, isinya lain", "As many, but others"),
            Words(
                "Kiriman yang jumlahnya cocok tetapi sidik isinya tidak: kirim ulang dengan nomor baru.",
                "Batches whose count agrees and whose digest does not: publish again under a new id.",
            ),
            Query(f"max by (agency) (jangkau_control_mismatched_batches{{{_OF}}})", "{{agency}}"),
            width=8,
        ),
    ),
)

USABLE = Row(
    Words("Dapatkah dipakai?", "Can it be used?"),
    (
        lines(
            Words("Yang diterima, menurut nasibnya", "What came, and what became of it"),
            Words(
                "Per detik. Tiap data masuk tepat satu kelas: diterima, ganda, usang, bentrok, karantina.",
                "A second. Each record is in exactly one class: accepted, duplicate, stale, "
                "conflict, quarantined.",
            ),
            Query(
                f"sum by (agency, class) "
                f"(rate(jangkau_engine_classified_records_total{{{_OF}}}[$__rate_interval]))",
                "{{agency}} {{class}}",
            ),
            unit=Unit.PER_SECOND,
            stacked=True,
        ),
        lines(
            Words("Bagian yang dikarantina", "Share quarantined"),
            Words(
                "Dalam satu jam terakhir; di atas garis, dan paling sedikit 20 data, "
                "JangkauQuarantineRising menyala.",
                "Of the last hour; above the line, and with at least 20 records, "
                "JangkauQuarantineRising fires.",
            ),
            Query(
                f"jangkau:quarantined_records:1h{{{_OF}}} / on (agency) jangkau:consumed_records:1h",
                "{{agency}}",
            ),
            Query(f"jangkau:quarantine_limit_ratio{{{_OF}}}", "{{agency}} batas / limit"),
            unit=Unit.RATIO,
        ),
        bars(
            Words("Karantina menurut sebab", "Quarantine by reason"),
            Words(
                "Sejak engine dimulai; arti tiap sebab di docs/rules.md, bagian 1.",
                "Since the engines were started; what each reason means is in docs/rules.md, section 1.",
            ),
            Query(
                f"sum by (agency, reason) (jangkau_engine_quarantined_records_total{{{_OF}}})",
                "{{agency}} {{reason}}",
            ),
            width=12,
        ),
        lines(
            Words("Menunggu diputuskan", "Waiting for a verdict"),
            Words(
                "Umur peristiwa tertua instansi yang belum dikerjakan hub.",
                "Age of the agency's oldest event that the hub has not worked in.",
            ),
            Query(f"max by (agency) (jangkau_hub_lag_seconds{{{_OF}}})", "{{agency}}"),
            unit=Unit.SECONDS,
        ),
        lines(
            Words("Lewat gateway", "Over the gateway"),
            Words(
                "Peristiwa per detik yang sudah diakui Kafka, menurut jenisnya (semua instansi).",
                "Events a second that Kafka has acknowledged, by type (all agencies).",
            ),
            Query(
                "sum by (event_type) (rate(jangkau_gateway_accepted_events_total[$__rate_interval]))",
                "{{event_type}}",
            ),
            unit=Unit.PER_SECOND,
            width=24,
        ),
    ),
)


def agencies() -> Dashboard:
    """The dashboard of agency staff."""
    return Dashboard(
        uid="jangkau-agencies",
        title=Words("Jangkau: instansi", "agencies"),
        description=Words(
            "Untuk petugas instansi: sudahkah data kami datang, lengkap, dan dapat dipakai.",
            "For agency staff: has our data come, is it whole, can it be used.",
        ),
        rows=(FRESH, WHOLE, USABLE),
        variables=(
            Variable(
                "agency", Words("Instansi", "Agency"), "jangkau_hub_newest_fact_timestamp_seconds", "agency"
            ),
        ),
        since="now-7d",
    )
