"""Quarantined records as text: what could be a NIK stays masked until a purpose was stated."""

import json
from datetime import UTC, datetime

import pytest

from deploy.query.quarantine import Entry, Original
from deploy.query.quarantine_sums import Sum
from deploy.view.quarantine import as_plain, hidden, list_lines, masked, original_as_plain, show_lines
from deploy.view.quarantine_sums import remark, sum_lines, sums_plain
from schemas.events import Repair
from schemas.sealing import SealingKey
from tests.fakes.hub_topics import quarantined

_NIK = "7471010101900000"
_ENTRY = Entry(quarantined(SealingKey.generate()))
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
    text = "\n".join(show_lines(_ENTRY, _RAW, reveal=False))
    assert "dtsen.persons/1/7" in text
    assert "isi tidak terbaca" in text
    assert "the value cannot be decoded" in text
    assert "value: framing" in text
    assert "bps-2026-1" in text
    assert "UNDECODABLE: body" in text
    assert "0101" not in text
    assert "****************" in text


def test_reveal_shows_them() -> None:
    text = "\n".join(show_lines(_ENTRY, _RAW, reveal=True))
    assert _NIK in text
    assert "7471 0101 0190 0000" in text


def test_a_decoded_value_shows_its_fields() -> None:
    text = "\n".join(show_lines(_ENTRY, _DECODED, reveal=False))
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
    text = "\n".join(show_lines(_ENTRY, Original(b"\x1b[2J", b"\x1b]0;x\x07", None, None), reveal=True))
    assert "\x1b" not in text
    assert "\\x1b[2J" in text


def test_a_long_value_is_cut_and_its_length_said() -> None:
    text = "\n".join(show_lines(_ENTRY, Original(None, b"x" * 1000, None, None), reveal=False))
    assert "(1000 byte)" in text
    assert "x" * 257 not in text


def test_null_key_and_value() -> None:
    lines = show_lines(_ENTRY, Original(None, None, None, None), reveal=False)
    assert "Kunci / key           –" in lines
    assert "Isi / value           null" in lines


def test_the_list_has_one_line_a_record() -> None:
    (line,) = list_lines([_ENTRY])
    assert line.split()[:4] == ["2026-03-01", "05:00:07", "dtsen.persons/1/7", "menunggu"]
    assert list_lines([]) == ["Tidak ada. / There are none."]


_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
_MENDED = Repair("RESENT", True, "repair-20260302-1f0c2a9b", "Pusdatin", f"surat tentang {_NIK}", _AT)


def test_what_became_of_a_record_is_said() -> None:
    entry = Entry(_ENTRY.record, _MENDED)
    text = "\n".join(show_lines(entry, _RAW, reveal=False))
    assert "dikirim ulang / sent again" in text
    assert "batch repair-20260302-1f0c2a9b, diperbaiki / mended" in text
    assert "2026-03-02 03:00:00 UTC, Pusdatin: surat tentang ****************" in text
    plain = as_plain(entry)
    assert (plain["state"], plain["repair"]["batch"]) == ("RESENT", "repair-20260302-1f0c2a9b")
    assert as_plain(_ENTRY)["repair"] is None


def test_sums_add_up_and_say_where_a_receipt_does_not_agree() -> None:
    whole = Sum("bps-1", {"WAITING": 2, "RESENT": 1, "DISCARDED": 1}, 4)
    older = Sum("", {"RESENT": 1_000}, 1_200)
    head, first, second = sum_lines([whole, older])
    assert head.split("  ")[0].strip() == ""
    assert first.split() == ["bps-1", "4", "2", "1", "1"]
    assert second.split()[:2] == ["–", "1.000"]
    assert "receipt: 1.200" in second
    assert "> 90" in second
    assert remark(Sum("x", {"WAITING": 3}, 2)) == "≠ tanda terima / receipt: 2"
    assert sums_plain([whole])[0] == {
        "name": "bps-1",
        "total": 4,
        "waiting": 2,
        "resent": 1,
        "discarded": 1,
        "receipt": 4,
    }
    assert sum_lines([]) == ["Karantina kosong. / Nothing in quarantine."]
