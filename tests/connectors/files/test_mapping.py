"""A mapping file says all that is wrong with it at once; what it means is read as it stands."""

from pathlib import Path

import pytest

from connectors.files import mapping as mapping_module
from connectors.files.mapping import Mapping, parse_mapping, plain_mapping, read_mapping
from schemas.errors import InvalidInput

SHIPPED = sorted((Path(mapping_module.__file__).parent / "mappings").glob("*.yaml"))
GOOD = """
topic: dtsen.persons
fields:
  nik: nik
  release: {constant: 20261}
  decile: desil
  extreme_poor: ekstrem
  birth_date: {column: lahir, form: DD/MM/YYYY}
  sex: {column: jk, values: {1: MALE, 2: FEMALE}}
  region: wilayah
  work_status: {column: kerja, values: {01: 1, 99: null}}
  industry: usaha
ignore: [nama]
"""


def _read(text: str) -> Mapping:
    return parse_mapping(text.encode(), "dtsen.yaml")


def _faults(text: str) -> str:
    with pytest.raises(InvalidInput) as told:
        _read(text)
    assert "dtsen.yaml" in str(told.value)
    assert told.value.remedy
    return str(told.value)


def test_codes_stay_the_text_that_stands_there() -> None:
    read = _read(GOOD)
    assert read.fields["nik"].column == "nik"
    assert read.fields["release"].constant == "20261"
    assert read.reading.values["work_status"] == {"01": "1", "99": None}
    assert read.reading.days("birth_date") == ("DD/MM/YYYY",)
    assert read.ignore == ("nama",)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_can_be_read(path: Path) -> None:
    assert read_mapping(path).fields


def test_there_are_examples_for_both_topics() -> None:
    assert {read_mapping(path).topic for path in SHIPPED} == {"dtsen.persons", "bpjs.memberships"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("topic: dtsen.persons", "topic: dtsen.person", "topic: "),
        ("topic: dtsen.persons", "topic: dtsen.persons\nregion: bps", "region: no such entry"),
        ("topic: dtsen.persons", "topic: dtsen.persons\nregions: podes", "regions: "),
        ("topic: dtsen.persons", "topic: dtsen.persons\nencoding: utf-16", "encoding: "),
        ("  nik: nik", "  nik: {column: nik, kolom: x}", "fields.nik.kolom: no such entry"),
        ("  nik: nik\n", "", "one of nik and token is needed"),
        ("  nik: nik", "  nik: nik\n  token: t", "only one of them"),
        ("  nik: nik", "  nik: {constant: x}", "nik: differs from row to row"),
        ("  decile: desil", "  desil: desil", "desil: no such field; there are nik, token"),
        ("  decile: desil\n", "", "decile is missing"),
        ("  decile: desil", "  decile: {column: d, constant: 1}", "decile: give it either a column"),
        ("  decile: desil", "  decile: {values: {a: 1}}", "decile: give it either a column"),
        ("  decile: desil", "  decile: {column: d, values: {a: 11}}", "decile: values: '11' is none of 1, 2"),
        ("  decile: desil", "  decile: {column: d, values: {}}", "decile: values is empty"),
        ("  decile: desil", "  decile: {column: d, form: YYYY-MM-DD}", "decile: has no form"),
        ("constant: 20261", "constant: null", "release: may not be empty"),
        ("constant: 20261", "constant: Q1", "release: the constant 'Q1' is not a whole number"),
        ("2: FEMALE", "2: WANITA", "sex: values: 'WANITA' is none of MALE, FEMALE"),
        ("2: FEMALE", "2: null", "sex: may not be empty"),
        ("DD/MM/YYYY", "DD/MM/YY", "birth_date: form 'DD/MM/YY' is none of"),
        ("DD/MM/YYYY", "[DD/MM/YYYY, MM/DD/YYYY]", "birth_date: form: DD/MM/YYYY and MM/DD/YYYY cannot"),
        ("DD/MM/YYYY", "MM-YYYY", "birth_date: form 'MM-YYYY' is none of"),
        ("ignore: [nama]", "ignore: [desil]", "decile: its column desil is also under ignore"),
        ("  nik: nik", "  nik: nik\n  nik: nik", "line 5: not YAML: nik is there twice"),
        ("  nik: nik", "  nik: &a nik\n  token: *a", "aliases are not allowed"),
        ("  nik: nik", "  nik: [", "not YAML"),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, words: str) -> None:
    assert old in GOOD
    assert words in _faults(GOOD.replace(old, new, 1))


def test_all_faults_are_told_at_once() -> None:
    told = _faults("topic: dtsen.persons\nregions: x\nmore: 1\nfields:\n  nik: {constant: a}\n  umur: u\n")
    for words in ("regions: ", "more: no such", "fields.nik: ", "fields.umur: ", "fields.sex is missing"):
        assert words in told


@pytest.mark.parametrize("text", ["", "- a", "fields", "a: " + "[" * 5000])
def test_what_is_no_mapping_at_all_is_said(text: str) -> None:
    assert "is wrong" in _faults(text)


def test_a_mapping_that_is_not_there_or_not_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_mapping(tmp_path / "none.yaml")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        parse_mapping(b"\xff\xfe", "m")
    with pytest.raises(InvalidInput, match="longer than"):
        parse_mapping(b"#" * 300_000, "m")


def test_only_the_meaning_is_its_identity() -> None:
    same = GOOD.replace("ignore: [nama]", "ignore:\n  - nama # a comment\n")
    assert _read(same).digest == _read(GOOD).digest
    assert _read(GOOD.replace("20261", "20262")).digest != _read(GOOD).digest


def test_a_file_that_needs_no_mapping_has_one_too() -> None:
    columns = ["nik", "version", "cause", "segment", "programs", "paid_through", "payer"]
    plain = plain_mapping("bpjs.memberships", dict.fromkeys(columns), "kemendagri")
    assert plain.digest != plain_mapping("bpjs.memberships", dict.fromkeys(columns), "bps").digest
