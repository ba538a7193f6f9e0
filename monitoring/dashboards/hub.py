"""For the team that keeps the hub alive: is it well, is it behind, and if so where."""

from monitoring.dashboards import hub_inside
from monitoring.dashboards.model import Dashboard, Query, Row, Step, Unit, Words
from monitoring.dashboards.parts import BAD, WARN, alerts, lines, number

ANY_LATE = Step(60, BAD)  # the limit of JangkauVerdictsLate
NONE_ALLOWED = (Step(1, BAD),)
NO_SINK = "a hub without a sink has no such series"


NOW = Row(
    Words("Sekarang", "Now"),
    (
        number(
            Words("Terakhir dilihat", "Last seen"),
            Words(
                "Berapa lama sejak pengamat di gateway melihat seluruh hub. Lebih dari semenit: "
                "angka lain tidak "
                "menunjukkan keadaan sekarang.",
                "How long since the watch in the gateway saw the whole hub. More than a minute: no "
                "other number shows "
                "how it is now.",
            ),
            "time() - max(jangkau_hub_look_timestamp_seconds)",
            unit=Unit.SECONDS,
            steps=(Step(20, WARN), Step(60, BAD)),
        ),
        number(
            Words("Proses tidak menjawab", "Processes that do not answer"),
            Words(
                "Proses yang seharusnya ada dan tidak menjawab.",
                "Processes that should be there and do not answer.",
            ),
            'count(up{job="jangkau"}) - sum(up{job="jangkau"})',
            steps=NONE_ALLOWED,
        ),
        number(
            Words("Partisi tanpa engine", "Partitions without an engine"),
            Words(
                "Vonis di partisi itu berhenti. Wajar beberapa detik saat engine berganti.",
                "Verdicts there stand still. Normal for some seconds while engines change.",
            ),
            "max(jangkau_hub_person_partitions) - (sum(jangkau_engine_owned_partitions) or vector(0))",
            steps=NONE_ALLOWED,
        ),
        number(
            Words("Tunggu terlama", "Longest wait"),
            Words(
                "Umur peristiwa tertua yang belum diputuskan, menurut broker.",
                "Age of the oldest event without a verdict, by the broker.",
            ),
            "max(jangkau_hub_lag_seconds)",
            unit=Unit.SECONDS,
            steps=(Step(10, WARN), ANY_LATE),
        ),
        number(
            Words("Partisi belum melapor", "Partitions not in the totals"),
            Words(
                "Jumlah wilayah tidak lengkap bila ada.",
                "Regional totals are incomplete if there are any.",
            ),
            "max(jangkau_hub_totals_partitions) - max(jangkau_hub_totals_reported_partitions)",
            steps=NONE_ALLOWED,
        ),
        number(
            Words("Ruang cakram bekas pakai", "Disk in use"),
            Words(
                "Bagian cakram folder data yang terpakai; Kafka tertanam menulis di sana.",
                "How much of the data folder's disk is in use; the embedded Kafka writes there.",
            ),
            "1 - max(jangkau_hub_disk_free_bytes / jangkau_hub_disk_size_bytes)",
            unit=Unit.RATIO,
            steps=(Step(0.8, WARN), Step(0.9, BAD)),
        ),
        alerts(".+"),
    ),
)

BEHIND = Row(
    Words("Antrean", "Lag"),
    (
        lines(
            Words("Peristiwa yang menunggu", "Events that wait"),
            Words(
                "Ditulis dan belum dikerjakan, tiap instansi. Turun: sedang mengejar. Garis putus: "
                "tidak terlihat.",
                "Written and not yet worked in, by agency. Falling: catching up. A gap in the line: "
                "not seen.",
            ),
            Query("sum by (agency) (jangkau_hub_lag_records)", "{{agency}}"),
            Query("sum by (agency) (jangkau_hub_lag_readable_records)", "{{agency}} terbaca / readable"),
        ),
        lines(
            Words("Berapa lama menunggu", "How long they wait"),
            Words(
                "Umur peristiwa tertua tiap instansi; garis putus-putus adalah batas peringatan "
                "JangkauVerdictsLate.",
                "Age of the oldest event by agency; the dashed line is the limit of JangkauVerdictsLate.",
            ),
            Query("max by (agency) (jangkau_hub_lag_seconds)", "{{agency}}"),
            unit=Unit.SECONDS,
            steps=(ANY_LATE,),
        ),
        lines(
            Words("Transaksi terbuka", "Open transactions"),
            Words(
                "Berapa lama transaksi yang belum ditutup menahan pembacaan topik. Di atas garis: "
                "JangkauInputHeldBack.",
                "How long a transaction left open has held back reading. Above the line: "
                "JangkauInputHeldBack.",
            ),
            Query("max by (topic) (jangkau_hub_open_transaction_seconds)", "{{topic}}"),
            unit=Unit.SECONDS,
            steps=(Step(120, BAD),),
        ),
        lines(
            Words("Antrean tampilan SQL", "Lag of the SQL view"),
            Words(
                "Berapa lama yang sudah terbit menunggu masuk ke tabel (proses sink).",
                "How long what was published waits to be in the tables (the sink process).",
            ),
            Query('max by (topic) (jangkau_lag_seconds{role="sink"})', "{{topic}}", rightly_empty=NO_SINK),
            unit=Unit.SECONDS,
        ),
    ),
)


def hub() -> Dashboard:
    """The dashboard of the hub team."""
    return Dashboard(
        uid="jangkau-hub",
        title=Words("Jangkau: hub", "hub"),
        description=Words(
            "Untuk tim yang menjaga hub: sehatkah, tertinggalkah, dan di mana.",
            "For the team that keeps the hub alive: is it well, is it behind, and where.",
        ),
        rows=(NOW, BEHIND, hub_inside.VERDICTS, hub_inside.PROCESSES, hub_inside.DOORS),
    )
