"""The frame around every page: language, appearance, keyboard."""

import pytest
from playwright.sync_api import expect

from tests.console.story import Story
from tests.console.visit import Come, Visit

pytestmark = pytest.mark.broker

_PAGES = ("Ikhtisar", "Instansi", "Direktif", "Penjelasan", "Kesehatan")


def test_the_language_is_switched_and_remembered(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    menu = visit.page.get_by_role("navigation").first
    for name in _PAGES:
        expect(menu.get_by_role("link", name=name)).to_be_visible()
    expect(visit.page.locator("html")).to_have_attribute("lang", "id")
    visit.page.get_by_role("button", name="EN", exact=True).click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    for name in ("Overview", "Agencies", "Directives", "Explain", "Health"):
        expect(menu.get_by_role("link", name=name)).to_be_visible()
    visit.page.reload()
    visit.settled()
    expect(menu.get_by_role("link", name="Overview")).to_be_visible()


def _background(visit: Visit) -> str:
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    body = "getComputedStyle(document.body).backgroundColor"
    return str(visit.page.evaluate(f"{body} + {colour}"))


def test_light_and_dark_by_choice_and_by_system(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    visit.page.emulate_media(color_scheme="light")
    light = _background(visit)
    visit.page.emulate_media(color_scheme="dark")
    dark = _background(visit)
    assert light != dark
    choice = visit.page.get_by_label("Tampilan")
    choice.select_option("light")
    assert _background(visit) == light
    visit.page.reload()
    visit.settled()
    assert _background(visit) == light
    visit.page.emulate_media(color_scheme="light")
    choice.select_option("dark")
    assert _background(visit) == dark


def _focused(visit: Visit) -> str:
    return str(visit.page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))


def _focus_is_seen(visit: Visit) -> bool:
    style = "getComputedStyle(document.activeElement)"
    return bool(visit.page.evaluate(f"{style}.outlineStyle !== 'none' || {style}.boxShadow !== 'none'"))


def test_everything_is_reached_by_keyboard(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    press = visit.page.keyboard.press
    visit.page.evaluate("document.activeElement.blur()")
    press("Tab")
    assert _focused(visit) == "Langsung ke isi"
    assert _focus_is_seen(visit)
    press("Enter")
    expect(visit.main).to_be_focused()
    seen = _walk_to(visit, "Direktif", backwards=True)
    assert seen.index("Direktif") < len(_PAGES) + 1
    assert _focus_is_seen(visit)
    press("Enter")
    expect(visit.title).to_have_text("Direktif")
    expect(visit.title).to_be_focused()


def test_the_country_is_walked_down_by_keyboard(story: Story, come: Come) -> None:
    visit = come(story.hub.token())
    tile = visit.page.locator("button.tile[data-code='74']")
    tile.focus()
    assert _focus_is_seen(visit)
    visit.page.keyboard.press("Enter")
    expect(visit.title).to_contain_text("Sulawesi Tenggara")
    expect(visit.title).to_be_focused()
    _walk_to(visit, "Kota Kendari")
    assert _focus_is_seen(visit)
    visit.page.keyboard.press("Enter")
    expect(visit.title).to_contain_text("Kota Kendari")


def test_what_is_not_the_gateways_own_does_not_run(story: Story, come: Come) -> None:
    visit = come(story.hub.token("viewer"))
    visit.expects("Content Security Policy")
    visit.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            document.body.setAttribute("style", "visibility: hidden");
        }"""
    )
    assert visit.page.evaluate("window.ran") is None
    expect(visit.title).to_be_visible()
    visit.wait_for_complaints(2)


def _walk_to(visit: Visit, text: str, *, backwards: bool = False) -> list[str]:
    """Tab after tab until something with this text has the focus; what had it on the way."""
    seen: list[str] = []
    while text not in seen:
        assert len(seen) < 120, seen
        visit.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        seen.append(_focused(visit))
    return seen
