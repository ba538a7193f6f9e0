"""The overview: the country, a province, a city, with the numbers that lie on the topic, as they change."""

import re

import pytest
from playwright.sync_api import Locator, expect

from schemas.events import DirectiveTotals
from schemas.regions import Regions
from tests.console.people import KENDARI, SULTRA
from tests.console.story import INPRES, Story, register
from tests.console.visit import Come, Visit

pytestmark = pytest.mark.broker


def _line(story: Story, region: str) -> DirectiveTotals:
    """The directive in force in the totals of a region, read from the topic."""
    return next(each for each in story.hub.totals(region).directives if each.directive == INPRES)


def _headline(visit: Visit) -> Locator:
    """The number of those without cover."""
    return visit.main.locator(".headline-number")


def test_all_38_provinces_are_there_with_their_numbers(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    provinces = Regions.load().provinces
    assert len(provinces) == 38
    tiles = visit.page.locator("button.tile")
    expect(tiles).to_have_count(38)
    for province in provinces:
        line = _line(story, province.text)
        tile = visit.page.locator(f"button.tile[data-code='{province.text}']")
        expect(tile.locator(".tile-count")).to_have_text(str(line.gap))
        said = tile.get_attribute("aria-label") or ""
        assert Regions.load().name(province.text) in said
        share = int(100 * line.gap / line.eligible + 0.5)
        assert f"{share} % belum terlindungi, {line.gap} orang" in said


def test_the_way_down_to_a_city(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    nation = _line(story, "ID")
    expect(visit.title).to_contain_text("Indonesia")
    expect(_headline(visit)).to_have_text(str(nation.gap))
    visit.page.locator(f"button.tile[data-code='{SULTRA}']").click()
    expect(visit.title).to_contain_text("Sulawesi Tenggara")
    for regency in Regions.load().regencies_of(SULTRA):
        name = visit.page.get_by_role("link", name=Regions.load().name(regency.text), exact=True)
        gap = str(_line(story, regency.text).gap)
        row = visit.page.get_by_role("row").filter(has=name)
        expect(row.get_by_role("cell", name=gap, exact=True).first).to_be_visible()
    visit.page.get_by_role("link", name="Kota Kendari").click()
    expect(visit.title).to_contain_text("Kota Kendari")
    kendari = _line(story, KENDARI)
    expect(_headline(visit)).to_have_text(str(kendari.gap))
    for reason, count in (
        ("Belum pernah terdaftar", kendari.never_registered),
        ("Menunggak paling lama tiga bulan", kendari.in_arrears),
        ("Menunggak lebih dari tiga bulan", kendari.lapsed),
        ("Kepesertaan sudah berakhir", kendari.membership_ended),
        ("Baru sebagian program berjalan", kendari.program_partial),
    ):
        bar = visit.main.get_by_role("listitem").filter(has_text=reason)
        expect(bar.locator(".bar-value")).to_have_text(re.compile(rf"^\s*{count}\b"))


def test_what_is_published_while_the_page_is_open_appears_by_itself(story: Story, come: Come) -> None:
    visit = come(story.hub.token(), f"#/ikhtisar/{KENDARI}")
    expect(visit.page.get_by_text("Langsung", exact=True)).to_be_visible()
    same_document = visit.mark()
    before = _line(story, KENDARI)
    expect(_headline(visit)).to_have_text(str(before.gap))
    register(story.hub, "bpjs-2026-03-04", story.some("LAPSED")[2:3])
    story.hub.await_totals(
        lambda totals: totals.directives[0].gap == before.gap - 1, "one fewer in Kendari", KENDARI
    )
    expect(_headline(visit)).to_have_text(str(before.gap - 1))
    assert same_document()
