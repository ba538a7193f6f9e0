"""`jangkau load` without a hub: what a dry run says, and what is refused before anything is sent."""

import json
from pathlib import Path

import pytest

from deploy.cli import main
from tests.connectors.files.support import ANA, BUDI, PERSON_HEADER, person, write
from tests.docs.pages import page

_TOPIC = ("--topic", "dtsen.persons")


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JANGKAU_REGISTRY__URL", raising=False)
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))


def _persons(path: Path) -> Path:
    release = 20254 << 32
    good = [person(version=release), person(BUDI, version=release)]
    bad = [person("1.47E+15", version=release)] * 7 + [person(version=release, sex="")]
    return write(path / "persons.csv", PERSON_HEADER, *good, *bad)


def test_a_dry_run_says_why_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _persons(tmp_path)
    assert main(["load", str(file), *_TOPIC, "--dry-run"]) == 3
    out = capsys.readouterr().out
    assert "10 baris / rows, 2 akan dikirim / would be sent" in out
    assert "7  INVALID_NIK: NIK tidak sah / no NIK" in out
    assert "a spreadsheet has turned the NIK into a number" in out
    assert "baris / lines 4, 5, 6, 7, 8 …" in out
    assert "sex is empty; baris / lines 11" in out
    assert not file.with_name("persons.csv.progress.json").exists()


def test_a_dry_run_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _persons(tmp_path)
    assert main(["load", str(file), *_TOPIC, "--dry-run", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["records"], told["rejected"], told["dry_run"]) == (10, 2, 8, True)
    assert told["reasons"][0]["count"] == 7
    assert told["reasons"][0]["lines"] == [4, 5, 6, 7, 8]
    assert told["rejects"] == str(file) + ".rejects.csv"


def test_a_file_without_a_fault_is_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "a.csv", PERSON_HEADER, person(version=20254 << 32))
    assert main(["load", str(file), *_TOPIC, "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reasons"], told["rejects"]) == ([], None)


def test_the_example_of_the_page_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rows,), (mapping,) = page("docs/loader.md").fences("csv"), page("docs/loader.md").fences("yaml")
    file, yaml = write(tmp_path / "persons.csv", rows), write(tmp_path / "dtsen.yaml", mapping)
    assert main(["load", str(file), "--mapping", str(yaml), "--dry-run"]) == 0
    assert "1 baris / rows, 1 akan dikirim" in capsys.readouterr().out
    assert main(["load", str(file), "--suggest-mapping"]) == 0
    draft = write(tmp_path / "draft.yaml", capsys.readouterr().out)
    assert main(["load", str(file), "--mapping", str(draft), "--dry-run"]) == 0
    assert main(["load", str(file), "--show-columns"]) == 0
    out = capsys.readouterr().out
    assert "desil_nasional_keluarga" in out
    assert "decile" in out
    assert ANA not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--batch", "b"], "whose rows are these"),
        ([*_TOPIC], "a batch needs a name"),
        (["--mapping", "none.yaml", "--batch", "b"], "none.yaml cannot be read"),
        (["--topic", "bpjs.memberships", "--batch", "b"], "column cause is missing"),
    ],
)
def test_what_is_wrong_with_the_call_is_said(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", str(_persons(tmp_path)), *arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert "→" in err or "none.yaml" in err


@pytest.mark.parametrize(
    ("options", "words"), [(_TOPIC, "is for bpjs.memberships"), (("--regions", "bps"), "says regions:")]
)
def test_options_that_contradict_the_mapping_are_refused(
    tmp_path: Path, options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "topic: bpjs.memberships\nfields: {nik: nik, version: version, cause: cause, enrolments: e}\n"
    mapping = write(tmp_path / "m.yaml", text)
    file = write(tmp_path / "a.csv", "nik,version,cause,e")
    assert main(["load", str(file), "--mapping", str(mapping), "--dry-run"]) == 0
    assert main(["load", str(file), "--mapping", str(mapping), "--dry-run", *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.parquet", b"PAR1", "only a part of one"),
        ("a.xlsx", b"PK", "neither .csv nor .parquet"),
    ],
)
def test_files_that_are_none_are_refused(
    tmp_path: Path, name: str, content: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert main(["load", str(tmp_path / name), *_TOPIC, "--dry-run"]) == 2
    assert words in capsys.readouterr().err
