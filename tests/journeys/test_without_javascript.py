"""The portal works without JavaScript: finding, reading, subscribing, changing one's mind."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo

EMAIL = "rathaus@mayen.example"


@pytest.fixture
def reader(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A browser on a phone that runs no script at all."""
    context = chromium.new_context(
        base_url=demo.address, locale="de-DE", java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    yield context.new_page()
    context.close()


def headline(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def click_in_main(page: Page, role: str, name: str | re.Pattern) -> None:
    page.locator("main").get_by_role(role, name=name).first.click()


def test_a_reader_finds_a_solution_for_their_region(reader: Page):
    reader.goto("/")
    reader.get_by_label("Wonach suchen Sie?").fill("Texte")
    click_in_main(reader, "button", "Suchen")
    headline(reader, "Lösungen")

    reader.locator("summary", has_text="Filter").first.click()
    reader.get_by_label("Künstliche Intelligenz").check()
    reader.locator("summary", has_text="Ihre Region angeben").click()
    reader.get_by_label("Ihre Region", exact=True).fill("Landkreis Mayen-Koblenz")
    click_in_main(reader, "button", "Region übernehmen")
    assert "handlungsfeld=ki" in reader.url
    expect(reader.locator(".filter-fold > summary")).to_have_text("Filter (1)")
    expect(reader.locator(".my-region > summary")).to_have_text("Ihre Region: Landkreis Mayen-Koblenz")
    expect(reader.locator(".result .near").first).to_be_visible()

    click_in_main(reader, "link", "LLMoin")
    headline(reader, "LLMoin")
    expect(reader.get_by_role("button", name="Steckbrief drucken")).to_be_hidden()  # it could do nothing


def test_a_region_that_several_places_share_is_asked_for(reader: Page):
    reader.goto("/loesungen/llmoin/")
    reader.get_by_label("Ihre Region").fill("Neustadt")
    click_in_main(reader, "button", "Region wählen")
    expect(reader.get_by_role("heading", name="Welche Region meinen Sie?")).to_be_visible()

    reader.locator("main a[href*='fuer=']").first.click()
    assert re.search(r"fuer=\d+", reader.url)
    expect(reader.locator("#nutzung ~ .near")).to_contain_text("Neustadt")


def test_the_menu_opens(reader: Page):
    reader.goto("/hilfe/")
    reader.get_by_text("Menü", exact=True).click()
    reader.get_by_role("navigation").get_by_role("link", name="Regionen").click()
    headline(reader, "Regionen")


def test_a_reader_subscribes_confirms_manages_and_leaves(reader: Page):
    reader.goto("/loesungen/llmoin/")
    click_in_main(reader, "link", "Dieser Lösung folgen")
    reader.get_by_label("E-Mail-Adresse").fill(EMAIL)
    click_in_main(reader, "button", "Neuigkeiten abonnieren")
    headline(reader, "Bitte sehen Sie in Ihr Postfach")

    letter = reader.get_by_role("row").filter(has_text=EMAIL)
    for _ in range(50):
        reader.goto("/postfach/")
        if letter.count():
            break
        reader.wait_for_timeout(200)
    letter.get_by_role("link").first.click()
    reader.locator("main a[href*='/abo/bestaetigen/']").click()
    click_in_main(reader, "button", "Ja, abonnieren")
    headline(reader, "Ihr Abonnement ist bestätigt")

    click_in_main(reader, "link", "Abonnements ansehen und ändern")
    expect(reader.locator("main")).to_contain_text("LLMoin")
    manage = reader.url
    reader.locator("main a[href*='/abmelden/']").click()
    click_in_main(reader, "button", "Alles abbestellen und löschen")
    reader.goto(manage)
    expect(reader.locator("main")).not_to_contain_text("LLMoin")
