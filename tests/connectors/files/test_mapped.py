"""An agency's file under its mapping: what is read, what is refused, and in which words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files import mapping as mapping_module
from connectors.files.edge import Edge, Parsed
from connectors.files.mapped_source import MappedSource, open_source
from connectors.files.mapping import Mapping, parse_mapping
from connectors.files.memberships import parse_memberships
from connectors.files.persons import parse_persons
from connectors.files.regions import CODINGS
from schemas.errors import InvalidInput
from tests.connectors.files.support import ANA, BUDI, CITRA, NOW, RELEASE, TOKENIZER, token_of, write, wrong

DTSEN = """
topic: dtsen.persons
regions: bps
fields:
  nik: nik
  release: {constant: 20261}
  decile: {column: desil, values: {1: 1, 2: 2, 0: null}}
  extreme_poor: ekstrem
  birth_date: {column: lahir, form: [YYYY-MM-DD, DD/MM/YYYY]}
  sex: {column: jk, values: {1: MALE, 2: FEMALE}}
  region: kab
  work_status: kerja
  industry: usaha
ignore: [nama]
"""
BPJS = """
topic: bpjs.memberships
fields:
  nik: nik
  version: {column: waktu, form: TIME}
  cause: {constant: PUBLISHED}
  segment: {column: segmen, values: {BPU: BPU, "-": null}}
  programs: {column: program, values: {2P: JKK+JKM}}
  paid_through: {column: blth, form: MM-YYYY}
  payer: {column: pembayar, values: {MANDIRI: SELF}}
"""
HEADER = "nik,desil,ekstrem,lahir,jk,kab,kerja,usaha,nama"


def _mapping(text: str) -> Mapping:
    return parse_mapping(text.encode(), "dtsen.yaml")


def _read(path: Path, text: str = DTSEN) -> Parsed:
    mapping = _mapping(text)
    source = MappedSource(open_source(path, mapping.csv), mapping, "dtsen.yaml")
    edge = Edge(TOKENIZER.tokens, CODINGS[mapping.regions], NOW, mapping.reading)
    (chunk,) = source.chunks(0, 1000)
    parse = parse_persons if mapping.topic == "dtsen.persons" else parse_memberships
    return parse(chunk, "b-1", edge)


def _parquet(path: Path, **changes: Any) -> Path:
    columns: dict[str, Any] = {
        "nik": [ANA],
        "desil": pa.array([2], pa.int8()),
        "ekstrem": [True],
        "lahir": pa.array([date(1990, 6, 15)]),
        "jk": pa.array([2.0]),
        "kab": [7471],
        "kerja": [1],
        "usaha": pa.array([None], pa.int32()),
        "nama": ["x"],
    }
    pq.write_table(pa.table(columns | changes), path / "a.parquet")
    return path / "a.parquet"


def _csv(path: Path, *lines: str) -> Path:
    return write(path / "a.csv", HEADER, *lines)


def _row(
    nik: str = ANA, desil: str = "2", jk: str = "1", lahir: str = "15/06/1990", kab: str = "7471"
) -> str:
    return f"{nik},{desil},Tidak,{lahir},{jk},{kab},1,12,siapa"


def test_a_row_is_read_as_the_mapping_says(tmp_path: Path) -> None:
    parsed = _read(_csv(tmp_path, _row(), _row(BUDI, desil="0", jk="2", lahir="1990-06-15")))
    assert parsed.rejects == []
    first, second = parsed.rows.to_pylist()
    assert (first["version"], first["decile"], first["sex"]) == (RELEASE, 2, "MALE")
    assert (first["region"], first["birth_date"], first["extreme_poor"]) == (
        "74.71",
        date(1990, 6, 15),
        False,
    )
    assert (second["decile"], second["sex"], second["birth_date"]) == (None, "FEMALE", date(1990, 6, 15))


def test_what_the_mapping_does_not_know_is_rejected_without_the_value(tmp_path: Path) -> None:
    parsed = _read(_csv(tmp_path, _row(jk="3"), _row(desil="7"), _row(lahir="06-15-1990"), _row(kab="7499")))
    assert wrong(parsed) == [
        (2, "INVALID_VALUE"),
        (3, "INVALID_VALUE"),
        (4, "INVALID_DATE"),
        (5, "UNKNOWN_REGION"),
    ]
    assert parsed.rejects[0].detail == "sex: the mapping does not know the value"
    assert "YYYY-MM-DD or DD/MM/YYYY" in parsed.rejects[2].detail


@pytest.mark.parametrize(
    "nik",
    [
        "1.47E+15",
        '"1,47E+15"',
        "7.4E15",
        "7471010101900000.0",
        '"7471010101900000,0"',
        "7.471.010.101.900.000",
    ],
)
def test_a_nik_that_a_spreadsheet_made_a_number_is_told_so(tmp_path: Path, nik: str) -> None:
    parsed = _read(_csv(tmp_path, _row(nik)))
    assert wrong(parsed) == [(2, "INVALID_NIK")]
    detail = parsed.rejects[0].detail
    assert detail == "a spreadsheet has turned the NIK into a number; export the column as text"


def test_other_wrong_niks_have_their_own_words(tmp_path: Path) -> None:
    parsed = _read(_csv(tmp_path, _row("'" + ANA), _row("747101010190000"), _row(f" {BUDI} "), _row("7e")))
    assert [reject.detail.split(" ")[:2] for reject in parsed.rejects] == [
        ["an", "apostrophe"],
        ["nik", "must"],
        ["nik", "must"],
    ]
    assert parsed.tokens.tobytes().hex() == token_of(BUDI)


def test_parquet_types_are_read_as_they_are(tmp_path: Path) -> None:
    parsed = _read(_parquet(tmp_path))
    assert parsed.rejects == []
    (row,) = parsed.rows.to_pylist()
    assert (row["decile"], row["extreme_poor"], row["sex"], row["region"]) == (2, True, "FEMALE", "74.71")
    assert (row["birth_date"], row["industry"]) == (date(1990, 6, 15), None)


@pytest.mark.parametrize(
    "lahir",
    [
        pa.array([7470], pa.int32()).cast(pa.date32()).cast(pa.timestamp("us")),
        pa.array([datetime(1990, 6, 14, 18, tzinfo=UTC)], pa.timestamp("ms", "UTC")),  # 01:00 in Jakarta
        pa.array([7470], pa.int32()).cast(pa.date32()).cast(pa.date64()),
        pa.array(["15/06/1990"]),
        pa.array(["1990-06-15"], pa.large_string()),
    ],
)
def test_days_of_parquet_in_any_type(tmp_path: Path, lahir: pa.Array) -> None:
    (row,) = _read(_parquet(tmp_path, lahir=lahir)).rows.to_pylist()
    assert row["birth_date"] == date(1990, 6, 15)


@pytest.mark.parametrize(
    ("nik", "reasons"),
    [
        (pa.array([int(ANA)]), []),
        (pa.array([Decimal(ANA)], pa.decimal128(38, 0)), []),
        (pa.array([int(ANA) // 10]), ["INVALID_NIK"]),
        (pa.array([-int(ANA)]), ["INVALID_NIK"]),
        (pa.array([int(ANA) * 10]), ["INVALID_NIK"]),
        (pa.array([None], pa.int64()), ["MISSING_VALUE"]),
    ],
)
def test_a_nik_kept_as_a_whole_number_must_have_its_sixteen_digits(
    tmp_path: Path, nik: pa.Array, reasons: list[str]
) -> None:
    parsed = _read(_parquet(tmp_path, nik=nik))
    assert [reason for _, reason in wrong(parsed)] == reasons
    assert parsed.tokens.tobytes().hex() == ("" if reasons else token_of(ANA))


def test_numbers_that_are_not_whole_are_rejected_by_row(tmp_path: Path) -> None:
    path = _parquet(tmp_path, kerja=pa.array([1.5]))
    assert wrong(_read(path)) == [(1, "INVALID_VALUE")]
    assert wrong(_read(_parquet(tmp_path, usaha=pa.array([float("nan")])))) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nik": pa.array([7.4e15])}, "column nik (nik) holds double, INVALID_NIK: a spreadsheet"),
        ({"kab": pa.array([74.71])}, "column kab (region) holds double"),
    ],
)
def test_codes_that_have_lost_digits_are_refused_with_the_file(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput) as told:
        _read(_parquet(tmp_path, **changes))
    assert words in str(told.value)
    assert "7400000000000000" not in str(told.value)


def test_columns_that_do_not_fit_are_named_with_the_mapping(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", HEADER.replace("desil", "Desill").replace("nama", "alamat"), _row())
    with pytest.raises(InvalidInput) as told:
        _read(path)
    message = str(told.value)
    assert "no column desil, which dtsen.yaml takes for decile (did you mean Desill?)" in message
    assert "a column alamat which dtsen.yaml does not know" in message


@pytest.mark.parametrize(
    ("coding", "code", "region"),
    [
        ("kemendagri", "74.71.01.1001", "74.71.01.1001"),
        ("kemendagri-digits", "7471011001", "74.71.01.1001"),
        ("kemendagri-digits", "7471", "74.71"),
        ("kemendagri-digits", "74711", None),
        ("kemendagri-digits", "74", None),
        ("bps", "1101", "11.09"),
        ("bps", "1101010", None),
        ("bps-to-regency", "1101", "11.09"),
        ("bps-to-regency", "1101010", "11.09"),
        ("bps-to-regency", "1101010001", "11.09"),
        ("bps-to-regency", "11010100", None),
        ("bps-to-regency", "11.09", None),
    ],
)
def test_regions_are_read_in_the_coding_that_is_declared(
    tmp_path: Path, coding: str, code: str, region: str | None
) -> None:
    parsed = _read(_csv(tmp_path, _row(kab=code)), DTSEN.replace("regions: bps", f"regions: {coding}"))
    assert parsed.rows["region"].to_pylist() == ([region] if region else [])
    assert wrong(parsed) == ([] if region else [(2, "UNKNOWN_REGION")])


def test_what_the_file_cannot_say_is_not_known(tmp_path: Path) -> None:
    header = HEADER.replace("kerja,usaha,", "")
    path = write(tmp_path / "a.csv", header, f"{ANA},2,ya,1990-06-15,1,7471,x")
    unknown = DTSEN.replace("work_status: kerja", "work_status: {constant: null}")
    (row,) = _read(path, unknown.replace("industry: usaha", 'industry: {constant: ""}')).rows.to_pylist()
    assert (row["work_status"], row["industry"]) == (None, None)


def test_memberships_are_read_as_the_mapping_says(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        "nik,waktu,segmen,program,blth,pembayar",
        f"{ANA},2026-04-01 07:00:00,BPU,2P,02-2026,MANDIRI",
        f"{BUDI},2026-04-01T00:00:00Z,-,,,",
        f"{CITRA},kemarin,BPU,2P,02-2026,MANDIRI",
    )
    parsed = _read(path, BPJS)
    first, second = parsed.rows.to_pylist()
    assert first["version"] == second["version"] == int(datetime(2026, 4, 1, tzinfo=UTC).timestamp() * 1e6)
    (enrolment,) = first["enrolments"]
    assert (enrolment["programs"], enrolment["paid_through"]) == (["JKK", "JKM"], date(2026, 2, 28))
    assert second["enrolments"] == []
    assert wrong(parsed) == [(4, "INVALID_VALUE")]


def test_a_moment_of_parquet_is_a_version(tmp_path: Path) -> None:
    moment = pa.array(["2026-04-01 07:00:00"]).cast(pa.timestamp("ms"))  # no zone: in WIB
    columns = {"nik": [ANA], "waktu": moment, "segmen": ["-"]}
    empty = pa.nulls(1, pa.string())
    table = pa.table(columns | {"program": empty, "blth": empty, "pembayar": empty})
    pq.write_table(table, tmp_path / "a.parquet")
    (row,) = _read(tmp_path / "a.parquet", BPJS).rows.to_pylist()
    assert row["version"] == int(datetime(2026, 4, 1, tzinfo=UTC).timestamp() * 1e6)


SHIPPED = Path(mapping_module.__file__).parent / "mappings"


def test_the_mapping_of_dtsen_that_ships_reads_such_a_file(tmp_path: Path) -> None:
    header = (
        "nik,id_keluarga,nama,alamat,id_kelurahan_desa,desil_nasional_keluarga,kemiskinan_ekstrem,tanggal_lahir,"
        "id_jenis_kelamin,id_status_kedudukan_pekerjaan_utama,id_lapangan_usaha_dari_usaha_utama"
    )
    path = write(
        tmp_path / "a.csv",
        header,
        f"{ANA},k1,Ana,Jl. Mawar,7471010001,2,Ya,15 Juni 1990,2,1,12",
        f"{BUDI},k2,Budi,,7471,0,0,15/06/1990,1,,",
    )
    parsed = _read(path, (SHIPPED / "dtsen.yaml").read_text("utf-8"))
    assert parsed.rejects == []
    first, second = parsed.rows.to_pylist()
    assert (first["region"], first["decile"], first["extreme_poor"], first["sex"]) == (
        "74.71",
        2,
        True,
        "FEMALE",
    )
    assert first["birth_date"] == second["birth_date"] == date(1990, 6, 15)
    assert (second["decile"], second["work_status"], second["version"]) == (None, None, RELEASE)


def test_the_mapping_of_memberships_that_ships_reads_such_a_file(tmp_path: Path) -> None:
    header = (
        "nomor_identitas;nama;kode_cabang;waktu_perubahan;jenis_perubahan;segmen;program;blth_terakhir;pembayar;"
        "nama_pendanaan"
    )
    rows = (
        f"{ANA};José;H01;2026-04-01 08:15:00;BAYAR;BPU;3P;03-2026;DBH Sawit;Sawit – Konawe",
        f"{ANA};José;H01;2026-04-01 08:15:00;BAYAR;PU;4P;03-2026;PERUSAHAAN;",
        f"{BUDI};Budi;H01;2026-04-01 08:15:00;KELUAR;TIDAK ADA;;;;",
    )
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join([header, *rows]).encode("windows-1252"))
    parsed = _read(path, (SHIPPED / "bpjs.yaml").read_text("utf-8"))
    assert [reject.reason for reject in parsed.rejects] == ["INVALID_VALUE", "OTHER_ROW_REJECTED"]
    path.write_bytes(path.read_bytes().replace(b"DBH Sawit", b"DBH SAWIT"))
    parsed = _read(path, (SHIPPED / "bpjs.yaml").read_text("utf-8"))
    assert parsed.rejects == []
    first, second = parsed.rows.to_pylist()
    assert (first["cause"], second["cause"], second["enrolments"]) == ("PAID", "ENDED", [])
    own, employed = first["enrolments"]
    assert (own["payer"], own["funding_id"], own["programs"]) == (
        "DBH_SAWIT",
        "Sawit – Konawe",
        ["JKK", "JKM", "JHT"],
    )
    assert (employed["segment"], employed["paid_through"]) == ("PU", date(2026, 3, 31))
