"""Explanations as sentences, in both languages."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from deploy.query.evidence import FactRecord
from deploy.view import wording
from deploy.view.answer import Explanation, completed_years
from deploy.view.explanation import lines, sentences
from schemas.directive import DirectiveDocument, parse_directive
from schemas.errors import InvalidInput
from schemas.names import (
    COVERAGE_STATUSES,
    DIRECTIVE_STATES,
    GAP_REASONS,
    HOLD_STATES,
    PRESENCES,
    REJECT_REASONS,
    SEXES,
    STANDINGS,
    WORK_STATUSES,
)
from tests.fakes.explanations import gap_explanation, held
from tests.fakes.totals import FakeNames

DOCUMENT = parse_directive(
    json.dumps(
        {
            "id": "inpres-8-2025",
            "version": 1,
            "title": "Pekerja rentan",
            "legal_basis": "Inpres 8/2025",
            "means": {
                "regions": ["74"],
                "welfare": {"deciles": [1, 2, 3, 4], "extreme_poor": True},
                "age": {"from": 18, "to": 64},
                "sex": "FEMALE",
                "work_statuses": [1, 6],
                "industries": [1, 2, 5],
            },
            "requires": ["JKK", "JKM"],
            "effective": {"from": "2026-01-01"},
            "rollout": [{"from": "2026-01-01", "regions": ["74.01"]}, {"from": "2026-06-01"}],
        }
    )
)


def _said(
    content: dict[str, Any],
    document: DirectiveDocument | None = None,
    evidence: Sequence[FactRecord] = (),
) -> list[str]:
    documents = {("inpres-8-2025", 1): document} if document else {}
    return lines(sentences(Explanation.parse(json.dumps(content)), FakeNames(), documents, evidence))


def test_a_gap_names_what_is_missing_and_why() -> None:
    said = _said(gap_explanation())
    assert said == [
        "Tinggal di Kota Kendari (74.71.01.1001); keadaan per 1 Mar 2026.",
        "    Lives in Kota Kendari (74.71.01.1001); as of business date 1 Mar 2026.",
        "DTSEN rilis 2026 triwulan 1 (koreksi 2): desil 3, ada.",
        "    DTSEN release 2026 quarter 1 (correction 2): decile 3, present.",
        "BPJS Ketenagakerjaan: program berjalan JKK; menunggak JKM.",
        "    BPJS Ketenagakerjaan: alive JKK; in arrears JKM.",
        "inpres-8-2025 v1: BELUM TERLINDUNGI, kurang JKM, karena baru sebagian program berjalan.",
        "    inpres-8-2025 v1: not yet covered, JKM missing, because only some of the programmes are alive.",
        "– umur: terpenuhi (diminta 18–64; orang ini: 35)",
        "    – age: holds (asked 18–64; is 35)",
        "Catatan terbit ke-3: BELUM TERLINDUNGI.",
        "    Published record 3: not yet covered.",
        "Dasar: tanggal bisnis 1 Mar 2026, peristiwa kendali sampai 12.",
        "    Rests on business date 1 Mar 2026 and control events up to 12.",
    ]


def test_not_meant_shows_the_clauses_that_fail_with_what_they_ask() -> None:
    content = gap_explanation()
    content["facts"]["dtsen"]["work_status"] = None
    content["directives"][0] |= {
        "means": False,
        "verdict": None,
        "not_meant_reason": "AGE",
        "clauses": [
            {"clause": "REGION", "result": "true", "asks": None, "has": "74.71"},
            {"clause": "AGE", "result": "false", "asks": {"from": 18, "to": 64}, "has": 65},
            {"clause": "WORK_STATUS", "result": "unknown", "asks": [1, 2, 6], "has": None},
        ],
    }
    said = _said(content)
    assert "inpres-8-2025 v1: tidak berlaku bagi orang ini, pertama karena umur." in said
    assert "– umur: tidak terpenuhi (diminta 18–64; orang ini: 65)" in said
    assert "– status pekerjaan: data belum ada (diminta 1, 2, 6; orang ini: tidak diketahui)" in said
    assert "– wilayah: terpenuhi (diminta –; orang ini: Kota Kendari (74.71))" in said
    assert "Putusan baru menunggu diterbitkan." in said


def test_what_the_engine_does_not_repeat_is_taken_from_the_facts() -> None:
    content = gap_explanation()
    content["directives"][0] |= {
        "means": False,
        "verdict": None,
        "not_meant_reason": "WELFARE",
        "clauses": [
            {"clause": "WELFARE", "result": "false", "asks": {"deciles": [1, 2]}},
            {"clause": "AGE", "result": "false", "asks": {"from": 40, "to": 64}},
        ],
    }
    said = _said(content)
    assert "– desil atau miskin ekstrem: tidak terpenuhi (diminta deciles 1, 2; orang ini: desil 3)" in said
    assert "– umur: tidak terpenuhi (diminta 40–64; orang ini: 35)" in said


def test_born_on_a_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    leap = date(2004, 2, 29)
    assert [completed_years(leap, date(2026, 2, 28)), completed_years(leap, date(2026, 3, 1))] == [21, 22]


def test_incomplete_data_is_not_called_a_no() -> None:
    content = gap_explanation()
    content["directives"][0] |= {"means": False, "verdict": None, "not_meant_reason": "INCOMPLETE_DATA"}
    said = _said(content)
    assert "inpres-8-2025 v1: belum dapat ditentukan, data belum lengkap." in said
    assert not any("tidak berlaku" in line for line in said)


def test_not_eligible_warns_against_stopping_a_contribution() -> None:
    content = gap_explanation()
    content["directives"] = []
    content["published"] = {"seq": 4, "status": "NOT_ELIGIBLE", "verdicts": []}
    said = _said(content)
    assert any("nobody may stop a contribution" in line for line in said)
    assert not any("menunggu" in line for line in said)


def test_a_member_unknown_to_dtsen() -> None:
    content = gap_explanation()
    content |= {"region": None, "published": None, "directives": []}
    content["facts"]["dtsen"] = None
    said = _said(content)
    assert "Wilayah tidak diketahui; keadaan per 1 Mar 2026." in said
    assert "DTSEN: orang ini tidak tercatat." in said
    assert "Belum ada catatan yang diterbitkan." in said


@pytest.mark.parametrize(
    ("bpjs", "text"),
    [
        (None, "belum pernah terdaftar"),
        ({"version": 1, "offset": 1, "alive": [], "in_arrears": [], "enrolled": False}, "sudah berakhir"),
    ],
)
def test_membership_that_is_not_there(bpjs: dict[str, Any] | None, text: str) -> None:
    content = gap_explanation()
    content["facts"]["bpjs"] = bpjs
    assert text in _said(content)[4]


@pytest.mark.parametrize(
    ("state", "text"),
    [("WAITING", "sampai petugas memutuskan"), ("REFUSED", "Petugas menolak perubahan ini")],
)
def test_a_held_change_is_said_to_be_held_and_why(state: str, text: str) -> None:
    content = gap_explanation()
    content["held"] = held(state)
    content["published"] = None
    said = _said(content)
    (why,) = [line for line in said if line.startswith("Perubahan ditahan")]
    assert "sejak 1 Mar 2026: menurut DTSEN rilis 2026 triwulan 1 koreksi 2" in why
    assert "tidak lagi termasuk inpres-8-2025 v1" in why
    assert any(text in line for line in said)
    assert not any("menunggu diterbitkan" in line for line in said)


def test_with_the_document_every_clause_is_said_in_words() -> None:
    content = gap_explanation()
    content["directives"][0]["clauses"] = [
        {"clause": name, "result": "true", "asks": "…"}
        for name in ("DTSEN", "PRESENCE", "REGION", "WELFARE", "AGE", "SEX", "WORK_STATUS", "INDUSTRY")
    ]
    said = _said(content, DOCUMENT)
    for line in (
        "– program: diminta JKK, JKM; berjalan JKK; kurang JKM; menunggak JKM",
        "    – programmes: asked JKK, JKM; alive JKK; missing JKM; in arrears JKM",
        "– tercatat dalam DTSEN: terpenuhi",
        "– status keberadaan: terpenuhi (diminta ada; orang ini: ada)",
        "– wilayah: terpenuhi (diminta Sulawesi Tenggara (74); orang ini: 74.71.01.1001)",
        "– desil atau miskin ekstrem: terpenuhi (diminta desil 1–4 atau miskin ekstrem; orang ini: desil 3)",
        "    – decile or extreme poor: holds (asked decile 1–4 or extreme poor; is decile 3)",
        "– umur: terpenuhi (diminta 18–64; orang ini: 35)",
        "– jenis kelamin: terpenuhi (diminta perempuan; orang ini: perempuan)",
        "    – work status: holds (asked own-account, casual in agriculture; is own-account)",
        "– lapangan usaha: terpenuhi (diminta 1–2, 5; orang ini: 4)",
    ):
        assert line in said
    assert not any("…" in line for line in said)


def test_a_rollout_that_has_not_come_yet_says_when_it_is_planned() -> None:
    content = gap_explanation()
    content["directives"][0] |= {
        "means": False,
        "verdict": None,
        "not_meant_reason": "ROLLOUT",
        "clauses": [{"clause": "ROLLOUT", "result": "false", "asks": "74.01"}],
    }
    said = _said(content, DOCUMENT)
    assert "inpres-8-2025 v1: tidak berlaku bagi orang ini, pertama karena tahap pemberlakuan." in said
    assert "– tahap pemberlakuan: belum berlaku di wilayah ini (74.01); direncanakan mulai 1 Jun 2026" in said
    content["directives"][0]["clauses"][0]["result"] = "true"
    assert "    – rollout: has reached this region (74.01)" in _said(content, DOCUMENT)


def test_the_evidence_is_named_or_said_to_be_gone() -> None:
    seen = datetime(2026, 3, 1, 5, tzinfo=UTC)
    version = (20261 << 32) + 2
    said = _said(
        gap_explanation(),
        evidence=[
            FactRecord("dtsen.persons", 1, 17, version, True, "bps-2026-1", seen),
            FactRecord("bpjs.memberships", 1, 4, 1767225600000000, False),
        ],
    )
    assert (
        "    Evidence: DTSEN release 2026 quarter 1 correction 2, "
        "dtsen.persons partisi/partition 1 offset 17, batch bps-2026-1, "
        "observed by the agency 1 Mar 2026 05:00 UTC." in said
    )
    assert any("versi 1 Jan 2026 00:00 UTC" in line and "tidak lagi disimpan" in line for line in said)
    assert not any("1767225600000000" in line for line in said)


def test_the_birth_date_is_never_said() -> None:
    assert not any("1990" in line for line in _said(gap_explanation()))


def test_another_form_is_refused_by_field_and_without_values() -> None:
    content = gap_explanation()
    content["facts"]["dtsen"]["decile"] = "NIK 7471010101900000"
    del content["held"]
    with pytest.raises(InvalidInput) as caught:
        Explanation.parse(json.dumps(content))
    assert "facts.dtsen.decile" in str(caught.value)
    assert "held" in str(caught.value)
    assert "7471" not in str(caught.value)


def test_fields_of_a_newer_release_are_passed_over() -> None:
    assert _said(gap_explanation() | {"preview": 1}) == _said(gap_explanation())


def test_every_symbol_has_words() -> None:
    assert set(COVERAGE_STATUSES) == set(wording.STATUS)
    assert set(GAP_REASONS) == set(wording.GAP_REASON)
    assert set(PRESENCES) == set(wording.PRESENCE)
    assert set(REJECT_REASONS) == set(wording.REJECT_REASON)
    assert set(DIRECTIVE_STATES) == set(wording.DIRECTIVE_STATE)
    assert set(HOLD_STATES) == set(wording.HOLD_STATE)
    assert set(STANDINGS) == set(wording.STANDING)
    assert set(SEXES) == set(wording.SEX)
    assert {str(number) for number in WORK_STATUSES} == set(wording.WORK_STATUS)
