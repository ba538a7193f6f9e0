"""Quarantined records as text: what could be a NIK stays masked until a purpose was stated."""

import json

import pytest

from deploy.query.quarantine import Original
from deploy.view.quarantine import hidden, list_lines, masked, original_as_plain, show_lines
from schemas.sealing import SealingKey
from tests.fakes.hub_topics import quarantined

_NIK = "7471010101900000"
_RECORD = quarantined(SealingKey.generate())
_RAW = Original(_NIK.encode(), b'\x00nik=7471 0101 0190 0000;\xff"', None, "UNDECODABLE: body")
_DECODED = Original(
    b"0f" * 16, b"x", {"decile": 11, "region": _NIK, "birth_date": None, "version": 87_046_117_392_383}, None
)


@pytest.mark.parametrize(
    "text",
    [
        _NIK,
        _NIK[:-1],
        _NIK + "7",
        "7471 0101 0190 0000",
        "747101-010190-0000",
        "7471.0101.0190.0000",
        f"a{_NIK}b",
    ],
)
def test_whatever_could_be_a_nik_is_masked(text: str) -> None:
    shown = masked(text)
    assert len(shown) == len(text)
    assert not any(sign.isdigit() for sign in shown)


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026-03-01T05:00:00+00:00", "74.71.01.1001", "offset 120456"]
)
def test_dates_codes_and_offsets_stay_readable(text: str) -> None:
    assert masked(text) == text


def test_show_masks_the_key_and_the_bytes_and_says_why_and_whence() -> None:
    text = "\n".join(show_lines(_RECORD, _RAW, reveal=False))
    assert "dtsen.persons/1/7" in text
    assert "isi tidak terbaca" in text
    assert "the value cannot be decoded" in text
    assert "value: framing" in text
    assert "bps-2026-1" in text
    assert "UNDECODABLE: body" in text
    assert "0101" not in text
    assert "****************" in text


def test_reveal_shows_them() -> None:
    text = "\n".join(show_lines(_RECORD, _RAW, reveal=True))
    assert _NIK in text
    assert "7471 0101 0190 0000" in text


def test_a_decoded_value_shows_its_fields() -> None:
    text = "\n".join(show_lines(_RECORD, _DECODED, reveal=False))
    assert '"decile": 11' in text
    assert '"birth_date": null' in text
    assert _NIK not in text
    assert "87046117392383" not in text


def test_json_is_masked_in_the_same_way() -> None:
    plain = original_as_plain(_DECODED, reveal=False)
    text = json.dumps(plain)
    assert plain["value"]["decile"] == 11
    assert plain["masked"]
    assert _NIK not in text
    revealed = original_as_plain(_DECODED, reveal=True)
    assert revealed["value"]["region"] == _NIK
    assert revealed["value"]["version"] == 87_046_117_392_383


def test_hiding_goes_into_lists_and_numbers() -> None:
    assert hidden([1, None, True, int(_NIK), {"a": [_NIK]}]) == [1, None, True, "*" * 16, {"a": ["*" * 16]}]


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = "\n".join(show_lines(_RECORD, Original(b"\x1b[2J", b"\x1b]0;x\x07", None, None), reveal=True))
    assert "\x1b" not in text
    assert "\\x1b[2J" in text


def test_a_long_value_is_cut_and_its_length_said() -> None:
    text = "\n".join(show_lines(_RECORD, Original(None, b"x" * 1000, None, None), reveal=False))
    assert "(1000 byte)" in text
    assert "x" * 257 not in text


def test_null_key_and_value() -> None:
    lines = show_lines(_RECORD, Original(None, None, None, None), reveal=False)
    assert "Kunci / key           –" in lines
    assert "Isi / value           null" in lines


def test_the_list_has_one_line_a_record() -> None:
    (line,) = list_lines([_RECORD])
    assert line.split()[:4] == ["2026-03-01", "05:00:07", "dtsen.persons/1/7", "UNDECODABLE"]
    assert list_lines([]) == ["Karantina kosong. / Nothing in quarantine."]
