"""Words for the symbols on the wire: Indonesian first, English second."""

from typing import NamedTuple


class Words(NamedTuple):
    """One thing said twice."""

    indonesian: str
    english: str


STATUS = {
    "GAP": Words("BELUM TERLINDUNGI", "not yet covered"),
    "COVERED": Words("TERLINDUNGI", "covered"),
    "NOT_ELIGIBLE": Words("TIDAK TERMASUK", "not meant"),
}

GAP_REASON = {
    "NEVER_REGISTERED": Words("belum pernah terdaftar", "never registered"),
    "MEMBERSHIP_ENDED": Words("kepesertaan sudah berakhir", "membership has ended"),
    "PROGRAM_PARTIAL": Words("baru sebagian program berjalan", "only some of the programmes are alive"),
    "IN_ARREARS": Words(
        "iuran menunggak paling lama tiga bulan", "contributions up to three months in arrears"
    ),
    "LAPSED": Words(
        "iuran menunggak lebih dari tiga bulan", "contributions more than three months in arrears"
    ),
}

PROGRAM = {
    "JKK": Words("kecelakaan kerja", "work accident"),
    "JKM": Words("kematian", "death"),
    "JHT": Words("hari tua", "old age"),
    "JP": Words("pensiun", "pension"),
    "JKP": Words("kehilangan pekerjaan", "loss of work"),
}

CLAUSE = {
    "DTSEN": Words("tercatat dalam DTSEN", "known to DTSEN"),
    "PRESENCE": Words("status keberadaan", "presence"),
    "REGION": Words("wilayah", "region"),
    "WELFARE": Words("desil atau miskin ekstrem", "decile or extreme poor"),
    "AGE": Words("umur", "age"),
    "SEX": Words("jenis kelamin", "sex"),
    "WORK_STATUS": Words("status pekerjaan", "work status"),
    "INDUSTRY": Words("lapangan usaha", "industry"),
    "ROLLOUT": Words("tahap pemberlakuan", "rollout"),
}

CLAUSE_RESULT = {
    "true": Words("terpenuhi", "holds"),
    "false": Words("tidak terpenuhi", "does not hold"),
    "unknown": Words("data belum ada", "not known"),
}

PRESENCE = {
    "PRESENT": Words("ada", "present"),
    "ABROAD": Words("di luar negeri", "abroad"),
    "DECEASED": Words("meninggal", "deceased"),
    "REMOVED": Words("dikeluarkan dari DTSEN", "removed from DTSEN"),
    "MERGED": Words("digabung dengan data lain", "merged into another record"),
}

SEX = {"MALE": Words("laki-laki", "male"), "FEMALE": Words("perempuan", "female")}

WORK_STATUS = {
    "0": Words("tidak bekerja", "not working"),
    "1": Words("berusaha sendiri", "own-account"),
    "2": Words("berusaha dibantu buruh tidak tetap atau tidak dibayar", "own-account with unpaid help"),
    "3": Words("berusaha dibantu buruh tetap", "with permanent paid help"),
    "4": Words("buruh, karyawan atau pegawai swasta", "private employee"),
    "5": Words("pegawai negara atau badan usaha negara", "civil servant or state enterprise"),
    "6": Words("pekerja bebas pertanian", "casual in agriculture"),
    "7": Words("pekerja bebas nonpertanian", "casual outside agriculture"),
    "8": Words("pekerja keluarga tidak dibayar", "unpaid family worker"),
}

STANDING = {"COVERED": Words("terlindungi", "covered"), **GAP_REASON}

DIRECTIVE_STATE = {
    "DRAFTED": Words("diajukan", "drafted"),
    "REJECTED": Words("ditolak", "rejected"),
    "PREVIEWED": Words("sudah dipratinjau", "previewed"),
    "APPROVED": Words("disetujui", "approved"),
    "SCHEDULED": Words("terjadwal", "scheduled"),
    "HELD": Words("ditahan", "held"),
    "IN_FORCE": Words("berlaku", "in force"),
    "SUPERSEDED": Words("digantikan", "superseded"),
    "REVOKED": Words("dicabut", "revoked"),
    "EXPIRED": Words("berakhir", "expired"),
}

HOLD_STATE = {
    "WAITING": Words("menunggu keputusan", "waiting for a decision"),
    "REFUSED": Words("perubahan ditolak", "change refused"),
}

LOOKUP_KIND = {
    "EXPLAIN": Words("penjelasan", "an explanation"),
    "TRAIL": Words("jejak pemrosesan", "the processing trail"),
    "RESOLVE": Words("NIK dari token", "the NIK of the token"),
    "EXPORT": Words("daftar dengan NIK", "a list with NIKs"),
    "REPAIR": Words("peristiwa dalam karantina dibuka", "a record in quarantine was opened"),
}

REPAIR_STATE = {
    "WAITING": Words("menunggu", "waiting"),
    "RESENT": Words("dikirim ulang", "sent again"),
    "DISCARDED": Words("dibuang", "discarded"),
}

REJECT_REASON = {
    "INVALID_KEY": Words("kunci bukan token orang", "the key is no person token"),
    "WRONG_PARTITION": Words("partisi tidak sesuai kunci", "the key belongs in another partition"),
    "NULL_VALUE": Words("isi kosong", "the value is null"),
    "UNKNOWN_SCHEMA": Words("skema tidak dikenal", "unknown schema"),
    "UNDECODABLE": Words("isi tidak terbaca", "the value cannot be decoded"),
    "INVALID_VERSION": Words("versi tidak sah", "impossible version"),
    "VERSION_AHEAD": Words("versi mendahului waktu", "version too far ahead of its time"),
    "UNKNOWN_REGION": Words("wilayah tidak dikenal", "unknown region"),
    "INVALID_DATE": Words("tanggal tidak mungkin", "impossible date"),
    "INVALID_DECILE": Words("desil tidak sah", "no such decile"),
    "INVALID_WORK_STATUS": Words("status pekerjaan tidak sah", "no such work status"),
    "INVALID_INDUSTRY": Words("lapangan usaha tidak sah", "no such industry"),
    "INVALID_REPLACED_BY": Words("pengganti tidak sah", "replaced_by is wrong or missing"),
    "TOO_MANY_ENROLMENTS": Words("kepesertaan lebih dari delapan", "more than eight enrolments"),
    "WRONG_AGENCY": Words("manifes untuk topik instansi lain", "a manifest for another agency's topic"),
}


def words(table: dict[str, Words], symbol: str) -> Words:
    """The words for a symbol; the symbol itself where there are none, as from a newer release."""
    return table.get(symbol, Words(symbol, symbol))
