"""Everything can be done with the keyboard alone, and one always sees where one is."""

import re

import pytest
from playwright.sync_api import Page, expect

FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    return [style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


def tab_to(page: Page, target: str, key: str = "Tab", limit: int = 60) -> None:
    """Tab until what this selector means has the focus; each stop on the way shows that it has it."""
    for _ in range(limit):
        page.keyboard.press(key)
        style, width = page.evaluate(FOCUS)
        stop = page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
        assert style == "solid", f"no visible focus: {stop}"
        assert width >= 2, f"no visible focus: {stop}"
        if page.evaluate("target => document.activeElement.matches(target)", target):
            return
    pytest.fail(f"{target} is not reached by {limit} times {key}")


def test_the_first_stop_skips_to_the_content(page: Page):
    page.goto("/loesungen/")
    tab_to(page, ".skip-link", limit=1)
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    tab_to(page, "main a, main input", limit=1)


def test_the_focus_goes_through_a_steckbrief_in_the_order_of_reading(page: Page):
    page.goto("/loesungen/beispiel-terminlotse/")
    for target in (".skip-link", "main .crumbs a", "main .tag", "#ihre-region", "aside .kern-btn", "footer a"):
        tab_to(page, target)
    tab_to(page, "#ihre-region", key="Shift+Tab")


def test_the_region_is_chosen_with_arrows_and_enter(page: Page):
    page.goto("/")
    field = page.get_by_role("combobox", name="Ihre Region")
    tab_to(page, "#ihre-region")
    page.keyboard.type("Neustadt")
    options = page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".suggest [role=status]")).to_have_text(re.compile(r"^\d+ Vorschläge$"))

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id"))
    page.keyboard.press("ArrowUp")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Escape")
    expect(options).to_have_count(0)  # the list is hidden
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_be_focused()
    expect(field).to_have_value("Neustadt")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/\?fuer=\d+$"))
    page.goto("/loesungen/")
    assert "fuer=" in page.locator("main .card a").first.get_attribute("href")


def test_the_menu_of_a_phone_opens_and_closes(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    menu = page.locator(".nav--folded")
    tab_to(page, ".nav--folded summary")
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Lösungen")).to_be_visible()

    tab_to(page, ".nav--folded a[href='/markterkundungen/']")
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Lösungen")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()

    page.keyboard.press("Enter")
    tab_to(page, ".nav--folded a[href='/regionen/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Regionen")


@pytest.mark.parametrize("width", [1280, 360])
def test_filters_are_set_and_taken_out(width: int, page: Page):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/loesungen/")
    if width < 992:
        tab_to(page, ".filter-fold > summary")
        page.keyboard.press("Enter")
    tab_to(page, "input[name=handlungsfeld][value=ki]")
    page.keyboard.press("Space")
    page.wait_for_url("**/loesungen/?handlungsfeld=ki")
    expect(page.locator("#treffer")).to_have_text(re.compile(r"^\s*\d+ Lösungen\s*$"))
    expect(page.locator("input[name=handlungsfeld][value=ki]")).to_be_checked()
    expect(page.locator("input[name=handlungsfeld][value=ki]")).to_be_focused()  # not thrown back to the top

    tab_to(page, ".chip")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "handlungsfeld" not in url)
