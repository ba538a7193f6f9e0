"""The lower half of the hub team's dashboard: what the processes do."""

from monitoring.dashboards.model import Query, Row, Step, Unit, Words
from monitoring.dashboards.parts import BAD, lines, number

NOT_RESTORING = "nothing is being restored while all partitions work"


def _quantile(share: str, histogram: str) -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({histogram}_bucket[$__rate_interval])))"


VERDICTS = Row(
    Words("Vonis", "Verdicts"),
    (
        lines(
            Words("Peristiwa per detik", "Events a second"),
            Words("Yang dikerjakan, tiap instansi, dan yang terbit.", "Worked in, by agency, and published."),
            Query(
                "sum by (agency) (rate(jangkau_engine_consumed_records_total[$__rate_interval]))",
                "{{agency}}",
            ),
            Query(
                "sum(rate(jangkau_engine_published_records_total[$__rate_interval]))", "terbit / published"
            ),
            unit=Unit.PER_SECOND,
        ),
        lines(
            Words("Dari peristiwa sampai terbit", "From event to published"),
            Words(
                "Dari waktu broker sebuah fakta sampai transaksinya selesai. Sewaktu mengejar, lama "
                "itu wajar.",
                "From a fact's broker time to the commit of its transaction. While catching up it is "
                "rightly long.",
            ),
            Query(_quantile("0.5", "jangkau_engine_published_latency_seconds"), "p50"),
            Query(_quantile("0.99", "jangkau_engine_published_latency_seconds"), "p99"),
            unit=Unit.SECONDS,
        ),
        lines(
            Words("Lama transaksi", "Duration of transactions"),
            Words(
                "Dari mulai sampai jawaban broker; di atas satu detik ada yang salah.",
                "From begin to the broker's answer; above a second something is wrong.",
            ),
            Query(_quantile("0.99", "jangkau_engine_transaction_seconds"), "p99"),
            unit=Unit.SECONDS,
            steps=(Step(1, BAD),),
            width=8,
        ),
        lines(
            Words("Transaksi per detik", "Transactions a second"),
            Words("Menurut akhirnya: selesai atau batal.", "By how they ended: committed or aborted."),
            Query(
                "sum by (outcome) (rate(jangkau_engine_transactions_total[$__rate_interval]))",
                "{{outcome}}",
            ),
            unit=Unit.PER_SECOND,
            width=8,
        ),
        lines(
            Words("Pagar, pengambilalihan, kehilangan", "Fences, takeovers, losses"),
            Words(
                "Dalam sejam: engine yang digeser penerusnya, partisi yang diambil alih, yang pergi "
                "tanpa pamit.",
                "Within an hour: engines fenced by a successor, partitions taken over, those gone "
                "without notice.",
            ),
            Query("sum(increase(jangkau_engine_fenced_total[1h]))", "digeser / fenced"),
            Query("sum(increase(jangkau_engine_takeovers_total[1h]))", "diambil alih / taken over"),
            Query("sum(increase(jangkau_engine_lost_partitions_total[1h]))", "hilang / lost"),
            width=8,
        ),
    ),
)

PROCESSES = Row(
    Words("Proses", "Processes"),
    (
        lines(
            Words("Partisi tiap engine", "Partitions by engine"),
            Words(
                "Yang dikerjakan, dan yang masih dipulihkan.",
                "Those worked on, and those still being restored.",
            ),
            Query("jangkau_engine_owned_partitions", "{{instance}}"),
            Query("jangkau_engine_restoring_partitions", "{{instance}} memulihkan / restoring"),
            width=8,
            stacked=True,
        ),
        lines(
            Words("Kemajuan pemulihan", "Progress of restores"),
            Words(
                "Berapa bagian state partisi yang sudah dibaca. Hilang bila partisi sudah bekerja.",
                "How much of a partition's state has been read. Gone when the partition works.",
            ),
            Query(
                "jangkau_engine_restore_progress_ratio",
                "{{instance}} {{partition}}",
                rightly_empty=NOT_RESTORING,
            ),
            unit=Unit.RATIO,
            width=8,
        ),
        lines(
            Words("Masih harus dibandingkan", "Still to be compared"),
            Words(
                "Orang yang menunggu dihitung ulang setelah fakta, direktif atau tanggal baru.",
                "Persons to be evaluated anew after a fact, a directive or a date.",
            ),
            Query("sum by (instance) (jangkau_engine_dirty_rows)", "{{instance}}"),
            width=8,
        ),
        lines(
            Words("Memori", "Memory"),
            Words("Yang dipakai tiap proses, menurut sistem.", "What each process uses, by the system."),
            Query('process_resident_memory_bytes{job="jangkau"}', "{{instance}}"),
            unit=Unit.BYTES,
            width=8,
        ),
        lines(
            Words("Prosesor", "Processor"),
            Words("Inti yang terpakai; 1 = satu inti penuh.", "Cores in use; 1 = one core, all of it."),
            Query('rate(process_cpu_seconds_total{job="jangkau"}[$__rate_interval])', "{{instance}}"),
            width=8,
        ),
        lines(
            Words("State belum disapu", "State not swept yet"),
            Words(
                "Yang ditulis ke hub.state sejak sapuan terakhir, dan orang yang dipegang.",
                "What was written to hub.state since the last sweep.",
            ),
            Query("sum by (instance) (jangkau_engine_unswept_state_bytes)", "{{instance}}"),
            unit=Unit.BYTES,
            width=8,
        ),
    ),
)

DOORS = Row(
    Words("Pintu: control dan gateway", "Doors: control and gateway"),
    (
        number(
            Words("Tanggal kerja", "Business date"),
            Words("Yang berlaku, menurut control.", "The one in force, by control."),
            "max(jangkau_control_business_date_days) * 86400000",
            unit=Unit.DATE,
        ),
        number(
            Words("Orang dalam ingatan", "Persons in memory"),
            Words("Semua engine bersama.", "All engines together."),
            "sum(jangkau_engine_persons)",
        ),
        number(
            Words("Pertanyaan sedang dijawab", "Requests being answered"),
            Words("Di gateway, sekarang.", "At the gateway, now."),
            "sum(jangkau_gateway_open_requests)",
        ),
        number(
            Words("Perintah ditolak, sehari", "Commands refused, a day"),
            Words(
                "Perintah ke control yang ditolak dalam 24 jam.",
                "Commands to control refused within 24 hours.",
            ),
            'sum(increase(jangkau_control_commands_total{result="refused"}[24h])) or vector(0)',
        ),
        number(
            Words("Penjelasan, sejam", "Look-ups, an hour"),
            Words(
                "Pertanyaan tentang orang yang dijawab engine.",
                "Questions about persons that engines answered.",
            ),
            "sum(increase(jangkau_engine_lookups_total[1h]))",
        ),
        number(
            Words("Pratinjau terbuka", "Open previews"),
            Words("Yang belum dijawab semua partisi.", "Those some partition has not answered yet."),
            "sum(jangkau_control_open_previews)",
        ),
        lines(
            Words("Permintaan HTTP per detik", "HTTP requests a second"),
            Words("Menurut kelas status; 5xx adalah salah kami.", "By class of status; 5xx is our fault."),
            Query(
                "sum by (status_class) (rate(jangkau_gateway_requests_total[$__rate_interval]))",
                "{{status_class}}",
            ),
            unit=Unit.PER_SECOND,
            width=8,
        ),
        lines(
            Words("Lama menjawab", "Time to answer"),
            Words(
                "Dari kepala permintaan sampai akhir jawaban.",
                "From a request's header to the end of its answer.",
            ),
            Query(_quantile("0.5", "jangkau_gateway_request_seconds"), "p50"),
            Query(_quantile("0.99", "jangkau_gateway_request_seconds"), "p99"),
            unit=Unit.SECONDS,
            width=8,
        ),
        lines(
            Words("Permintaan yang ditolak", "Requests refused"),
            Words(
                "Per jam, menurut sebabnya (docs/gateway.md).", "An hour, by the problem (docs/gateway.md)."
            ),
            Query("sum by (problem) (increase(jangkau_gateway_refused_requests_total[1h]))", "{{problem}}"),
            width=8,
        ),
    ),
)
