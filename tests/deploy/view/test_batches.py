"""Batches as text: what is amiss is said first."""

from dataclasses import replace

from deploy.view.batches import list_lines, show_lines, standing
from schemas.events import BatchReceipt, RegencyReceipt
from tests.deploy.query.test_batches import RECEIPT
from tests.fakes.totals import FakeNames

WHOLE = replace(RECEIPT, accepted=5, quarantined=0, missing=0, complete=True, digest_matches=True)


def _regency(region: str, accepted: int, quarantined: int = 0, missing: int | None = 0) -> RegencyReceipt:
    sent = None if missing is None else accepted + quarantined + missing
    return RegencyReceipt(region, sent, accepted, 0, 0, 0, quarantined, 0, missing)


def _said(receipt: BatchReceipt, *, every: bool = False) -> str:
    return "\n".join(show_lines("b-1", receipt, FakeNames(), every=every))


def test_how_a_batch_stands() -> None:
    assert standing(WHOLE) == "lengkap / complete"
    assert "1 missing" in standing(RECEIPT)
    assert "waiting for its manifest" in standing(replace(RECEIPT, sent=None, missing=None))
    assert "2 MORE" in standing(replace(RECEIPT, missing=-2))
    assert "BUT OTHERS" in standing(replace(WHOLE, digest_matches=False, complete=False))


def test_what_is_amiss_is_shown_with_where_to_look() -> None:
    rest = tuple(_regency(f"74.{number:02d}", 1) for number in range(10, 30))
    receipt = replace(RECEIPT, regencies=(_regency("", 0, 1, None), _regency("74.71", 3, missing=1), *rest))
    said = _said(receipt)
    assert "Batch b-1: BELUM LENGKAP, kurang 1 / INCOMPLETE, 1 missing" in said
    assert "jangkau quarantine list --batch b-1" in said
    assert "Kota Kendari (74.71): diterima / accepted 3, kurang / missing 1" in said
    assert "no known region: karantina / quarantined 1" in said
    assert "20 lagi / more" in said
    assert "74.29" in _said(receipt, every=True)


def test_a_whole_batch_says_that_these_are_the_records() -> None:
    said = _said(replace(WHOLE, regencies=(_regency("74.71", 5),)))
    assert "the digest matches" in said
    assert "by regency" not in said
    assert "missing" not in said


def test_other_records_than_those_of_the_manifest() -> None:
    assert "the digest differs" in _said(replace(WHOLE, digest_matches=False, complete=False))


def test_a_list_has_the_newest_last_and_shows_no_personal_number() -> None:
    older = replace(WHOLE, updated_at=WHOLE.updated_at.replace(hour=1))
    lines = list_lines({"b-2": WHOLE, "7471010101900000": older})
    assert lines[0].startswith("*" * 16)
    assert lines[1].startswith("b-2")
    assert list_lines({}) == ["Tidak ada batch. / No batches."]
