"""The directives' pages: where each stands, what it would move, who is held, and the commands to copy."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.console.story import DRAFT, INPRES, WIDER, Story, directive, revoke, submit
from tests.console.visit import Come

pytestmark = pytest.mark.broker


def test_what_needs_somebody_comes_first(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/direktif")
    cards = visit.main.locator(".directive-card")
    expect(cards.nth(0)).to_contain_text("Perluasan sampai desil 6")
    expect(cards.nth(0)).to_contain_text("ditahan")
    expect(cards.nth(1)).to_contain_text("Perlindungan pekerja rentan")
    expect(cards.nth(1)).to_contain_text("berlaku")
    expect(cards.nth(2)).to_contain_text("sudah dipratinjau")
    held = visit.page.get_by_role("row").filter(has_text="Kota Bau Bau")
    expect(held.get_by_role("cell", name="3", exact=True)).to_be_visible()
    expect(held).to_contain_text("menunggu keputusan")
    expect(visit.main).to_contain_text("jangkau holds release")


def test_a_held_directive_says_why_and_what_to_do(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), f"#/direktif/{WIDER}/1")
    expect(visit.title).to_contain_text("Perluasan sampai desil 6")
    status = story.hub.directive(WIDER)
    assert status is not None
    assert status.preview is not None
    assert status.bounds is not None
    expect(visit.main).to_contain_text("MELAMPAUI")
    bounds = visit.page.get_by_role("row").filter(has_text="orang yang masuk")
    expect(bounds).to_contain_text(_text(status.bounds.entering))
    expect(visit.main).to_contain_text(f"jangkau directive preview {WIDER} --version 1")


def test_a_preview_is_a_map_and_tables_with_its_figures(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), f"#/direktif/{DRAFT}/1")
    status = story.hub.directive(DRAFT)
    assert status is not None
    assert status.preview is not None
    expect(visit.main).to_contain_text(_text(status.preview.entering))
    sultra = [each for each in status.preview.regencies if each.region.startswith("74.")]
    tile = visit.page.locator("button.tile[data-code='74']")
    entering = sum(each.entering for each in sultra)
    expect(visit.page.locator("button.tile")).to_have_count(38)
    assert f"masuk {_text(entering)}," in (tile.get_attribute("aria-label") or "")
    tile.click()
    kendari = next(each for each in sultra if each.region == "74.71")
    row = visit.page.get_by_role("row").filter(has_text="Kota Kendari")
    expect(row.get_by_role("cell", name=_text(kendari.entering), exact=True)).to_be_visible()
    expect(visit.main).to_contain_text(f"jangkau directive approve {DRAFT} --version 1")


def test_a_command_is_copied_whole(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), f"#/direktif/{INPRES}/1")
    visit.allow_clipboard()
    command = visit.main.locator(".copyable").filter(has_text=f"jangkau directive show {INPRES}")
    command.get_by_role("button").click()
    expect(command.get_by_role("button")).to_contain_text("Tersalin")
    assert visit.page.evaluate("navigator.clipboard.readText()") == f"jangkau directive show {INPRES}"


def test_a_decision_appears_while_the_page_is_open(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), "#/direktif")
    same_document = visit.mark()
    document = directive("nelayan-kecil", "Perlindungan nelayan kecil", range(1, 4), date(2026, 7, 1))
    card = visit.main.locator(".directive-card").filter(has_text=document.title)
    expect(card).to_have_count(0)
    submit(story.hub, document)
    expect(card).to_contain_text("diajukan")
    revoke(story.hub, document)
    expect(card).to_contain_text("dicabut")
    assert same_document()


def test_a_directive_that_does_not_exist(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    visit.expects("status of 404")
    visit.go("#/direktif/tidak-ada/1")
    expect(visit.title).to_have_text("Tidak ada yang bernama demikian")
    visit.go(f"#/direktif/{INPRES}/7")
    expect(visit.title).to_have_text("Tidak ada yang bernama demikian")


def _text(count: int) -> str:
    return f"{count:,}".replace(",", ".")
