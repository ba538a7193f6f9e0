"""An explanation as it is said to the person."""

import json
from typing import Any

import pytest

from deploy.view import wording
from deploy.view.answer import Explanation
from deploy.view.explanation import lines
from deploy.view.spoken import spoken
from schemas.names import PROGRAMS
from tests.deploy.view.test_explanation import DOCUMENT
from tests.fakes.explanations import gap_explanation, held
from tests.fakes.totals import FakeNames


def _said(content: dict[str, Any], *, known: bool = True) -> list[str]:
    documents = {("inpres-8-2025", 1): DOCUMENT} if known else {}
    return lines(spoken(Explanation.parse(json.dumps(content)), FakeNames(), documents))


def _not_meant(reason: str, *clauses: dict[str, Any]) -> dict[str, Any]:
    content = gap_explanation()
    (part,) = content["directives"]
    part |= {"means": False, "verdict": None, "not_meant_reason": reason, "clauses": list(clauses)}
    content["published"] = None
    return content


def test_a_gap_is_said_with_what_is_missing_and_why() -> None:
    assert _said(gap_explanation()) == [
        "Per 1 Mar 2026 Anda tercatat tinggal di Kota Kendari.",
        "    As of 1 Mar 2026 you are recorded in Kota Kendari.",
        "Jaminan Anda yang berjalan: kecelakaan kerja (JKK). Iuran menunggak untuk kematian (JKM).",
        "    You are insured for work accident (JKK). Contributions are owed for death (JKM).",
        "Anda termasuk yang dimaksud “Pekerja rentan”, tetapi belum terlindungi untuk kematian (JKM), "
        "karena baru sebagian program berjalan.",
        "    You are among those meant by “Pekerja rentan”, but not yet covered for death (JKM), "
        "because: only some of the programmes are alive.",
    ]


def test_who_is_covered_hears_so() -> None:
    content = gap_explanation()
    verdict: dict[str, Any] = {"status": "COVERED", "missing": [], "reason": None}
    content["directives"][0]["verdict"] = verdict
    content["published"]["verdicts"][0] |= verdict
    content["facts"]["bpjs"] |= {"alive": ["JKK", "JKM", "JHT"], "in_arrears": []}
    said = _said(content)
    assert said[2] == "Jaminan Anda yang berjalan: kecelakaan kerja (JKK), kematian (JKM) dan hari tua (JHT)."
    assert said[4] == "Anda termasuk yang dimaksud “Pekerja rentan”, dan Anda sudah terlindungi."
    assert len(said) == 6


@pytest.mark.parametrize(
    ("clause", "why"),
    [
        (
            {"clause": "AGE", "result": "false", "asks": {"from": 18, "to": 64}, "has": 70},
            "karena umur: diminta 18–64, tercatat 70.",
        ),
        (
            {"clause": "SEX", "result": "false", "asks": "FEMALE", "has": "MALE"},
            "karena jenis kelamin: diminta perempuan, tercatat laki-laki.",
        ),
        ({"clause": "DTSEN", "result": "false"}, "karena Anda belum tercatat dalam DTSEN."),
        (
            {"clause": "ROLLOUT", "result": "false", "asks": ["74.01"]},
            "untuk saat ini, karena belum berlaku di wilayah Anda.",
        ),
    ],
)
def test_who_is_not_meant_hears_the_first_reason_and_that_nothing_may_be_stopped(
    clause: dict[str, Any], why: str
) -> None:
    holds = {"clause": "PRESENCE", "result": "true", "asks": ["PRESENT"], "has": "PRESENT"}
    said = _said(_not_meant(clause["clause"], holds, clause))
    assert said[4].startswith("Anda tidak termasuk yang dimaksud “Pekerja rentan”")
    assert said[4].endswith(why)
    assert said[6].endswith("iuran Anda tidak boleh dihentikan karenanya.")


def test_what_is_not_known_is_named() -> None:
    unknown = [{"clause": name, "result": "unknown"} for name in ("AGE", "WORK_STATUS")]
    said = _said(_not_meant("INCOMPLETE_DATA", *unknown))
    assert said[4].endswith("belum tercatat: umur dan status pekerjaan.")


def test_while_leaving_is_held_what_was_published_stands() -> None:
    content = gap_explanation()
    content["directives"][0] |= {"means": False, "verdict": None, "not_meant_reason": "WELFARE"}
    content["held"] = held()
    said = _said(content)
    assert "belum terlindungi untuk kematian (JKM)" in said[4]
    assert "masih diperiksa petugas" in said[6]
    assert len(said) == 8


def test_a_decision_on_its_way_is_told() -> None:
    content = gap_explanation()
    content["published"] = None
    assert "sedang diterbitkan" in _said(content)[-2]


def test_nobody_and_nothing() -> None:
    content = gap_explanation()
    content["facts"] = {"dtsen": None, "bpjs": None}
    assert _said(content)[::2] == ["Data tentang Anda tidak ada pada kami."]
    content = gap_explanation()
    content |= {"region": None, "directives": [], "published": None}
    content["facts"]["bpjs"] = None
    said = _said(content)
    assert "belum tercatat" in said[0]
    assert "belum pernah terdaftar" in said[2]
    assert "tidak ada ketentuan" in said[4]


def test_without_its_document_a_directive_goes_by_its_name() -> None:
    assert "yang dimaksud inpres-8-2025, tetapi" in _said(gap_explanation(), known=False)[4]


def test_every_programme_has_words() -> None:
    assert wording.PROGRAM.keys() == set(PROGRAMS)
