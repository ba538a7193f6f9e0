"""Why one person is not covered: from the map in five clicks, by NIK, and whatever can be typed wrong."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Locator, expect

from schemas.events import Lookup
from schemas.names import HUB_LOOKUPS
from tests.console.people import KENDARI, SULTRA, newcomer
from tests.console.story import Story, gaps
from tests.console.visit import PHONE, WIDE, Come, Visit

pytestmark = pytest.mark.broker

_PURPOSE = "pengaduan 123"


def _ask(visit: Visit, person: str, purpose: str = _PURPOSE) -> None:
    visit.page.get_by_label("Untuk apa penjelasan ini diminta?").fill(purpose)
    _who(visit).fill(person)
    visit.page.get_by_role("button", name="Minta penjelasan").click()


def _who(visit: Visit) -> Locator:
    return visit.page.get_by_label("NIK atau token orangnya")


def test_from_the_map_to_why_one_person_is_not_covered_in_five_clicks(story: Story, come: Come) -> None:
    argv = [sys.executable, "-m", "jangkau", "console"]
    environment = {**os.environ, **story.hub.environment}
    printed = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
    address = next(word for word in printed.stdout.split() if word.startswith("http"))
    visit = come()
    page = visit.page
    page.goto(address)
    visit.settled()
    page.locator(f"button.tile[data-code='{SULTRA}']").click()
    page.get_by_role("link", name="Kota Kendari").click()
    page.get_by_role("button", name="Tampilkan daftar").click()
    page.get_by_role("button", name="Jelaskan").first.click()
    page.get_by_label("Untuk apa penjelasan ini diminta?").fill(_PURPOSE)
    page.get_by_role("button", name="Minta penjelasan").click()
    expect(page.get_by_role("heading", name="Belum terlindungi")).to_be_focused()
    expect(visit.main).to_contain_text("Kota Kendari")
    expect(visit.main).to_contain_text("Untuk dibacakan")
    expect(visit.main).to_contain_text("Anda tercatat tinggal di Kota Kendari")
    expect(visit.main).to_contain_text("Yang dapat dilakukan")
    token = page.locator(".evidence dd code").last.inner_text()
    assert token in {story.hub.token_of(each) for each in gaps(story)}
    assert token not in page.url


def test_the_list_has_everybody_without_cover(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), f"#/ikhtisar/{KENDARI}")
    visit.page.get_by_role("button", name="Tampilkan daftar").click()
    rows = visit.page.get_by_role("button", name="Jelaskan")
    visit.picture("daftar")
    expect(rows).to_have_count(story.hub.totals(KENDARI).directives[0].gap)
    visit.page.get_by_label("Sebab").select_option(label="Kepesertaan sudah berakhir")
    expect(rows).to_have_count(len(story.some("MEMBERSHIP_ENDED")))


def test_a_nik_is_explained_and_kept_nowhere(story: Story, come: Come) -> None:
    (person,) = story.some("PROGRAM_PARTIAL")
    visit = come(story.hub.token(), "#/penjelasan")
    _ask(visit, person.nik)
    expect(visit.page.get_by_role("heading", name="Belum terlindungi")).to_be_visible()
    expect(visit.main).to_contain_text("baru sebagian program berjalan")
    expect(visit.main).to_contain_text(f"Keperluan: {_PURPOSE}")
    assert person.nik not in visit.everything_kept()
    assert person.nik not in visit.page.content()
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        visit.resize(size)
        visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        visit.picture(f"penjelasan-jawaban-{scheme}-{size[0]}")
        assert not visit.accessibility_faults()
        assert not visit.sticking_out()
    visit.go("#/ikhtisar")
    visit.page.go_back()
    expect(_who(visit)).to_have_value("")
    assert person.nik not in visit.everything_kept()
    assert visit.page.get_by_text("baru sebagian program berjalan").count() == 0


def test_a_person_who_is_covered_and_one_who_is_not_meant(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/penjelasan")
    _ask(visit, story.some("COVERED")[5].nik)
    expect(visit.page.get_by_role("heading", name="Terlindungi", exact=True)).to_be_visible()
    visit.page.get_by_role("button", name="Selesai, hapus dari layar").click()
    expect(visit.page.get_by_role("heading", name="Terlindungi", exact=True)).to_have_count(0)
    _ask(visit, story.hub.token_of(story.some("DECILE_6")[0]))
    expect(visit.page.get_by_role("heading", name="Tidak termasuk")).to_be_visible()
    expect(visit.main).to_contain_text("iuran tidak boleh dihentikan karenanya")


_WRONG = (
    ("7471010101600000", "", "Isi keperluannya lebih dahulu", "Untuk apa"),
    ("7471010101600000", "   ", "Isi keperluannya lebih dahulu", "Untuk apa"),
    ("7471010101600000", "tentang 7471010101600000", "Ada deret angka yang mungkin NIK", "Untuk apa"),
    ("", _PURPOSE, "Isi NIK atau token", "NIK atau token"),
    ("747101010160000", _PURPOSE, "15 angka; NIK terdiri atas 16 angka", "NIK atau token"),
    ("74710101016000001", _PURPOSE, "17 angka; NIK terdiri atas 16 angka", "NIK atau token"),
    ("0123456789abcdef", _PURPOSE, "Ini bukan NIK (16 angka) dan bukan token", "NIK atau token"),
    ("bu Siti", _PURPOSE, "Ini bukan NIK (16 angka) dan bukan token", "NIK atau token"),
)


def test_wrong_input_is_told_at_its_field_and_not_sent(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/penjelasan")
    for person, purpose, said, field in _WRONG:
        _ask(visit, person, purpose)
        expect(visit.page.get_by_role("alert").filter(has_text=said)).to_be_visible()
        wrong = visit.page.get_by_label(field)
        expect(wrong).to_be_focused()
        expect(wrong).to_have_attribute("aria-invalid", "true")
    assert not visit.accessibility_faults()
    visit.picture("penjelasan-salah")
    assert not [each for each in visit.addresses if "/persons/" in each]


@pytest.mark.parametrize("kind", ["nobody", "wrong token", "elsewhere"])
def test_somebody_the_token_does_not_reach(story: Story, come: Come, kind: str) -> None:
    regions = ["74"] if kind == "elsewhere" else ["ID"]
    stranger = {
        "nobody": newcomer(KENDARI, 77, "COVERED").nik,
        "wrong token": "0" * 32,
        "elsewhere": next(each.nik for each in story.people if each.region.startswith("11.")),
    }[kind]
    visit = come(story.hub.token(claims={"regions": regions}), "#/penjelasan")
    visit.expects("status of 404")
    _ask(visit, stranger)
    expect(visit.page.get_by_role("heading", name="Tidak ditemukan")).to_be_visible()
    assert stranger not in visit.everything_kept()


@pytest.mark.parametrize("role", ["viewer", "agency"])
def test_others_than_the_programme_office_see_no_persons(story: Story, come: Come, role: str) -> None:
    own = {"agency": {"agency": "BPS"}, "viewer": {}}[role]
    visit = come(story.hub.token(role, claims=own))
    assert visit.page.get_by_role("link", name="Penjelasan").count() == 0
    visit.go("#/penjelasan")
    expect(visit.title).to_have_text("Token Anda tidak boleh membuka ini")
    visit.go(f"#/ikhtisar/{KENDARI}")
    expect(visit.main).to_contain_text("Belum pernah terdaftar")
    assert visit.page.get_by_role("button", name="Tampilkan daftar").count() == 0
    if role == "viewer":
        assert visit.page.get_by_role("link", name="Instansi").count() == 0


def test_whose_explanation_was_asked_is_on_record(story: Story, come: Come) -> None:
    person, purpose = story.some("IN_ARREARS")[2], "kunjungan, surat tugas 7/2026"
    visit = come(story.hub.token(), "#/penjelasan")
    _ask(visit, person.nik, purpose)
    expect(visit.page.get_by_role("heading", name="Belum terlindungi")).to_be_visible()
    records = story.hub.asker.records(Lookup, HUB_LOOKUPS)
    found = [(token, look.by) for token, look in records if look.purpose == purpose]
    assert found == [(story.hub.token_of(person), "petugas-programme")]
