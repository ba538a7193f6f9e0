"""The last line of defence: a NIK is masked wherever it stands in a line, and hex ids are left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.logs import LogForm
from schemas.masking import MASK, masked
from tests.monitoring.logs.written import Written

_HEX = "0123456789abcdef"


@st.composite
def niks(draw: st.DrawFn) -> str:
    """Test NIKs: any region of six digits, a date of birth (women: day + 40), serial 0000."""
    born = draw(st.dates(date(1926, 1, 1), date(2025, 12, 31)))
    day = born.day + draw(st.sampled_from((0, 40)))
    region = draw(st.integers(110101, 979999))
    return f"{region}{day:02d}{born:%m%y}0000"


# What may stand right before or after a number; hex digits would make it part of an id.
_BESIDE = st.text(max_size=20).map(lambda text: "".join(char for char in text if char not in _HEX))
_forms = pytest.mark.parametrize("form", ["text", "json"])


@given(niks(), _BESIDE, _BESIDE)
def test_a_nik_is_masked_between_any_other_characters(nik: str, before: str, after: str) -> None:
    assert masked(before + nik + after) == before + MASK + after


@given(niks(), st.sampled_from([r"\x0f", r"\u00e9", r"\n", r"\b", r"\f", "%20", "nik=", '"', "NIK"]))
def test_what_an_escape_ends_with_does_not_hide_it(nik: str, escape: str) -> None:
    assert nik not in masked(f"x{escape}{nik}")


@given(niks(), st.binary(max_size=8))
def test_a_nik_in_the_repr_of_bytes_is_masked(nik: str, before: bytes) -> None:
    kept = bytes(byte for byte in before if chr(byte) not in _HEX)
    assert nik not in masked(repr(kept + nik.encode()))


@given(st.text(alphabet=_HEX, min_size=17, max_size=64))
def test_hex_ids_and_longer_numbers_are_left_alone(identity: str) -> None:
    assert masked(f"token {identity}, {identity}") == f"token {identity}, {identity}"


@given(st.text(alphabet="0123456789", max_size=15))
def test_shorter_numbers_are_left_alone(number: str) -> None:
    assert masked(number) == number


@pytest.mark.parametrize(
    "number", ["7471014001900000", "7471013200900000", "7471010113900000", "7471010100900000"]
)
def test_a_number_without_a_date_of_birth_is_left_alone(number: str) -> None:
    assert masked(number) == number


@_forms
@given(nik=niks())
def test_it_is_in_no_part_of_a_line(form: LogForm, nik: str) -> None:
    written = Written(form, tracebacks=True)
    written.log.info(
        "person %s", nik, extra={"batch": nik, "count": int(nik), "topic": [nik, {"é" + nik: 1}]}
    )
    written.log.info("%s", {"person": (nik, nik.encode())})
    try:
        raise ValueError(f"no such person: {nik}")
    except ValueError:
        written.log.exception("é%s\n%s", nik, nik)
    assert nik not in written.text
    assert written.text.count(MASK) >= 9


@_forms
def test_a_nik_that_is_no_number_for_others_stays_readable_json(form: LogForm) -> None:
    written = Written(form)
    written.log.info("x", extra={"count": 7471010101900000, "rows": 1234567890123456})
    if form == "json":
        (line,) = written.objects
        assert (line["count"], line["rows"]) == (MASK, 1234567890123456)
