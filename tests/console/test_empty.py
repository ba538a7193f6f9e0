"""A hub on its first day, before anybody has published anything."""

import pytest
from playwright.sync_api import expect

from schemas.regions import Regions
from tests.console.hub import ConsoleHub
from tests.console.visit import Come

pytestmark = pytest.mark.broker

_SAID = {
    "ikhtisar": "Belum ada jumlah yang diterbitkan untuk wilayah ini",
    "ikhtisar/74": "Belum ada jumlah yang diterbitkan untuk wilayah ini",
    "ikhtisar/74.71": "Belum ada jumlah yang diterbitkan untuk wilayah ini",
    "instansi": "belum ada data",
    "instansi/BPS": "Belum ada batch",
    "direktif": "Belum ada direktif",
    "kesehatan": "siap",
}


def test_the_map_has_38_provinces_without_figures(bare_hub: ConsoleHub, come: Come) -> None:
    visit = come(bare_hub.token())
    expect(visit.page.locator("button.tile")).to_have_count(38)
    for province in Regions.load().provinces:
        tile = visit.page.locator(f"button.tile[data-code='{province.text}']")
        expect(tile).to_have_attribute("aria-label", f"{Regions.load().name(province.text)}: belum ada data")


def test_every_page_says_that_there_is_nothing_yet(bare_hub: ConsoleHub, come: Come) -> None:
    visit = come(bare_hub.token())
    for page, said in _SAID.items():
        visit.go(f"#/{page}")
        expect(visit.main).to_contain_text(said)
        assert "NaN" not in visit.main.inner_text()
        assert not visit.accessibility_faults()
        visit.picture(f"kosong-{page.replace('/', '-')}")
