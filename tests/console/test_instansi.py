"""The agencies' pages: what has arrived, what is missing, what could not be used, for whom it is meant."""

import pytest
from playwright.sync_api import expect

from tests.console.story import COMPLETE, INCOMPLETE, QUARANTINED, Story, promise, say_again
from tests.console.visit import Come

pytestmark = pytest.mark.broker


def test_each_agency_and_what_its_batches_came_to(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/instansi")
    page = visit.page
    for name in ("BPS", "BPJS Ketenagakerjaan", "Kemnaker"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.get_by_role("link", name="BPS", exact=True).click()
    expect(visit.title).to_have_text("BPS")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=COMPLETE, exact=True))
    expect(row).to_contain_text("lengkap")
    expect(row).to_contain_text(f"{len(story.people):,}".replace(",", "."))
    spoiled = page.get_by_role("row").filter(has=page.get_by_role("link", name=QUARANTINED, exact=True))
    expect(spoiled.get_by_role("cell", name="4", exact=True)).to_be_visible()
    expect(visit.main).to_contain_text("Desil tidak sah")
    expect(visit.main).to_contain_text("Tanggal tidak mungkin")


def test_a_batch_shows_what_became_of_each_record(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/instansi/BPS")
    visit.page.get_by_role("link", name=QUARANTINED, exact=True).click()
    expect(visit.title).to_have_text(QUARANTINED)
    receipt = story.hub.receipt(QUARANTINED)
    assert (receipt.accepted, receipt.quarantined) == (3, 4)
    expect(visit.main).to_contain_text("Cocok: semua 7 catatan sampai")
    expect(visit.main).to_contain_text("4 catatan di karantina")
    expect(visit.main).to_contain_text(f"jangkau quarantine list --batch {QUARANTINED}")


def test_what_was_missing_arrives_while_the_page_is_open(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/instansi/BPJSTK")
    page = visit.page
    same_document = visit.mark()
    batch, people = "bpjs-2026-03-langsung", story.some("IN_ARREARS")[:2]
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=batch, exact=True))
    expect(row).to_have_count(0)
    promise(story.hub, batch, people)
    say_again(story.hub, batch, people[:1])
    expect(row).to_contain_text("kurang 1")
    page.get_by_role("link", name="Hanya yang belum lengkap").click()
    expect(row).to_contain_text("kurang 1")
    say_again(story.hub, batch, people[1:])
    expect(row).to_have_count(0)
    expect(page.get_by_role("link", name=INCOMPLETE, exact=True)).to_be_visible()
    page.get_by_role("link", name="Semua", exact=True).click()
    expect(row).to_contain_text("lengkap")
    assert same_document()


def test_an_agency_sees_its_own_and_no_other(story: Story, come: Come) -> None:
    visit = come(story.hub.token("agency", claims={"agency": "BPS"}), "#/instansi")
    expect(visit.title).to_have_text("BPS")
    expect(visit.page.get_by_role("link", name=COMPLETE, exact=True)).to_be_visible()
    assert "BPJS Ketenagakerjaan" not in visit.main.inner_text()
    visit.expects("status of 403")
    for elsewhere in ("#/instansi/BPJSTK", f"#/instansi/BPJSTK/{INCOMPLETE}"):
        visit.go(elsewhere)
        expect(visit.title).to_have_text("Token Anda tidak boleh membuka ini")
        assert INCOMPLETE not in visit.main.inner_text()


def test_a_batch_that_does_not_exist(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    visit.expects("status of 404")
    visit.go("#/instansi/BPS/tidak-ada")
    expect(visit.title).to_have_text("Tidak ada yang bernama demikian")
    visit.go("#/instansi/DINAS")
    expect(visit.title).to_have_text("Tidak ada yang bernama demikian")
