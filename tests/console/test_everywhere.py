"""What holds of every page: words, narrow and wide, light and dark, nothing that keeps people out."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.console.people import KENDARI, SULTRA
from tests.console.story import DRAFT, INPRES, WIDER, Story
from tests.console.visit import NARROW, PHONE, WIDE, Visit

pytestmark = pytest.mark.broker

_ROUTES = {
    "ikhtisar": "#/ikhtisar",
    "ikhtisar-provinsi": f"#/ikhtisar/{SULTRA}",
    "ikhtisar-kota": f"#/ikhtisar/{KENDARI}",
    "instansi": "#/instansi",
    "instansi-bps": "#/instansi/BPS",
    "instansi-bpjstk": "#/instansi/BPJSTK",
    "direktif": "#/direktif",
    "direktif-berlaku": f"#/direktif/{INPRES}/1",
    "direktif-ditahan": f"#/direktif/{WIDER}/1",
    "direktif-pratinjau": f"#/direktif/{DRAFT}/1",
    "penjelasan": "#/penjelasan",
    "kesehatan": "#/kesehatan",
    "kesehatan-panduan": "#/kesehatan/JangkauVerdictsLate",
}
_LOOKED_AT = {("light", WIDE), ("dark", PHONE)}
"""What axe-core looks at: both colour schemes and both layouts."""

_SIXTEEN_DIGITS = re.compile(r"(?<![0-9a-f])[0-9]{16}(?![0-9a-f])")
_BARE_KEY = re.compile(r"\b[a-z]+(\.[a-zA-Z_]+)+\b")
_NO_KEY = re.compile(r"\.(md|yaml|json)$|^(dtsen|bpjs|kemnaker|agency|hub|coverage)\.")
_UNSAID = re.compile(r"\b(undefined|NaN|Infinity|Invalid Date)\b|\[object |^null$", re.MULTILINE)


@pytest.fixture(scope="module")
def tab(browser: Browser, story: Story) -> Iterator[Visit]:
    """One tab of the programme office for all of these."""
    visit = Visit(browser, story.hub.url)
    visit.log_in(story.hub.token())
    yield visit
    visit.close()


@pytest.mark.parametrize("name", _ROUTES)
def test_a_page_keeps_nobody_out(tab: Visit, name: str) -> None:
    tab.go(_ROUTES[name])
    faults = []
    for scheme, size in (("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)):
        tab.resize(size)
        tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.picture(f"{name}-{scheme}-{size[0]}")
        if (scheme, size) in _LOOKED_AT:
            faults += [f"{scheme}, {size[0]} wide: {fault}" for fault in tab.accessibility_faults()]
    for size in (PHONE, NARROW):
        tab.resize(size)
        faults += [f"wider than {size[0]}: {each}" for each in tab.sticking_out()]
    tab.resize(WIDE)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["EN", "ID"])
def test_every_page_says_words(tab: Visit, language: str) -> None:
    tab.page.get_by_role("button", name=language, exact=True).click()
    faults = []
    for route in _ROUTES.values():
        tab.go(route)
        said = tab.page.locator("body").inner_text()
        keys = [each.group() for each in _BARE_KEY.finditer(said) if not _NO_KEY.search(each.group())]
        faults += [f"{route}: {each}" for each in keys]
        faults += [f"{route}: {each.group()}" for each in _UNSAID.finditer(said)]
        assert not _SIXTEEN_DIGITS.search(said)
    assert not faults, faults
