"""axe on the pages that one meets only on the way: an invitation, somebody's role, a second factor."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Demo, log_in
from tests.journeys.test_accessible import ALL, AXE, PHONE, WHOLE, both_looks, complaints, path_of
from tests.members.people import code_of

OWN = "/konto/organisation/beispiel-software/"
INVITED = "neu@beispiel-software.example"


@pytest.fixture(scope="module")
def walker(chromium: Browser, demo: Demo) -> Iterator[Page]:
    context = chromium.new_context(base_url=demo.address, locale="de-DE", bypass_csp=True, reduced_motion="reduce")
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


def looked_at(page: Page) -> list[str]:
    return both_looks(page) if WHOLE else complaints(page, PHONE, "dark", ALL)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def test_pages_of_people_and_proposals_are_accessible(walker: Page, demo: Demo):
    log_in(walker, demo, "anbieter", "/konto/")
    found = []
    walker.goto(f"{OWN}personen/")
    walker.get_by_label("E-Mail-Adresse").fill("keine")
    press(walker, "Einladung senden")
    found += looked_at(walker)
    walker.get_by_label("E-Mail-Adresse").fill(INVITED)
    walker.get_by_label("Lesen").check()
    press(walker, "Einladung senden")
    for link in (re.compile("^Zurückziehen"), re.compile("^Rolle ändern")):
        walker.goto(f"{OWN}personen/")
        walker.get_by_role("link", name=link).first.click()
        walker.wait_for_url("**/beispiel-software/*/*/")
        found += looked_at(walker)
    walker.goto(f"{OWN}vorschlagen/")
    walker.get_by_label("Name der Lösung").fill("Beispiel: Formular-Lotse")
    press(walker, "Zur Prüfung geben")
    found += looked_at(walker)
    walker.get_by_label("In einem Satz").fill("Füllt Formulare aus.")
    walker.get_by_label("Wir bieten sie an").check()
    press(walker, "Als Entwurf speichern")
    walker.goto(f"{OWN}loesungen/beispiel-formular-lotse/")
    found += looked_at(walker)
    walker.context.clear_cookies()
    walker.goto("/postfach/")
    walker.get_by_role("row").filter(has_text=INVITED).get_by_role("link").first.click()
    walker.goto(
        path_of(re.search(r"https?://\S+/konto/einladung/[\w-]+/", walker.locator("main").inner_text()).group())
    )
    found += looked_at(walker)
    assert found == []


def test_pages_of_the_second_factor_are_accessible(walker: Page, demo: Demo):
    log_in(walker, demo, "anbieter", "/konto/")
    walker.goto("/konto/mfa/app/")
    walker.get_by_label("Passwort", exact=True).fill(demo.password)
    press(walker, "Weiter")
    secret = walker.locator("main code").inner_text()
    walker.get_by_label("Code").fill(code_of(secret))
    press(walker, "Einrichten")
    found = looked_at(walker)
    for path in ("ersatzcodes/neu/", "app/entfernen/", "bestaetigen/"):
        walker.goto(f"/konto/mfa/{path}")
        found += looked_at(walker)
    walker.context.clear_cookies()
    walker.goto("/konto/anmelden/")
    walker.get_by_label("E-Mail").fill("anbieter@demo.example")
    walker.get_by_label("Passwort", exact=True).fill(demo.password)
    press(walker, "Anmelden")
    found += looked_at(walker)
    assert walker.url.endswith("/konto/mfa/code/")
    assert found == []
