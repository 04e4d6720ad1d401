"""A reader finds solutions with the keyboard and sees what is near to them, without account or cookie."""

import re

from playwright.sync_api import Page, expect


def test_suggestions_lead_to_a_solution_with_arrows_and_enter(page: Page):
    page.goto("/")
    field = page.get_by_role("combobox", name="Wonach suchen Sie?")
    field.press_sequentially("llm")
    group = page.get_by_role("group", name="Lösungen")
    expect(group.get_by_role("option").first).to_contain_text("LLMoin")
    expect(page.locator("[data-suggest] [role=status]")).to_have_text(re.compile(r"^(1 Vorschlag|\d+ Vorschläge)$"))
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", group.get_by_role("option").first.get_attribute("id"))
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/loesungen/llmoin/")


def test_enter_alone_searches_for_the_words(page: Page):
    page.goto("/")
    field = page.get_by_role("combobox", name="Wonach suchen Sie?")
    field.press_sequentially("textassistenz")
    field.press("Enter")
    page.wait_for_url("**/loesungen/?q=textassistenz*")
    expect(page.locator(".chip")).to_contain_text("„textassistenz“")


def test_a_filter_changes_the_list_in_place_and_back_leads_back(page: Page):
    page.goto("/loesungen/")
    box = page.locator("#handlungsfeld_ki")
    box.check()
    page.wait_for_url("**/loesungen/?handlungsfeld=ki")
    expect(box).to_be_focused()
    expect(page.locator("#treffer")).to_have_text(re.compile(r"^\s*\d+ Lösung(en)?\s*$"))
    page.go_back()
    page.wait_for_url("**/loesungen/")
    expect(box).not_to_be_checked()


def test_my_region_is_remembered_by_the_browser_and_colours_every_list(page: Page):
    page.goto("/loesungen/?sortierung=verbreitung")
    page.locator(".my-region > summary").click()
    field = page.get_by_role("combobox", name="Ihre Region")
    field.press_sequentially("Mayen-Koblenz")
    page.get_by_role("option", name="Landkreis Mayen-Koblenz").first.click()
    expect(page.locator(".my-region > summary")).to_have_text("Ihre Region: Landkreis Mayen-Koblenz")
    expect(page.locator(".result .near")).to_have_count(page.locator(".result:has(.card__spread)").count())

    page.goto("/loesungen/")  # the same page as for everybody
    expect(page.locator(".result .near")).to_have_count(page.locator(".result:has(.card__spread)").count())
    assert "fuer" not in page.url
    assert page.context.cookies() == []
    page.locator("#handlungsfeld_ki").check()
    page.wait_for_url("**/loesungen/?handlungsfeld=ki")
    expect(page.locator(".result .near")).to_have_count(page.locator(".result:has(.card__spread)").count())

    page.locator(".my-region > summary").click()
    page.get_by_role("link", name="Region vergessen").click()
    expect(page.locator(".near")).to_have_count(0)
    expect(page.locator(".my-region > summary")).to_have_text("Ihre Region angeben")
