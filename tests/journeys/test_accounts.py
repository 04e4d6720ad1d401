"""An owner invites a colleague, who registers, proposes a solution and sees it; then logs in with a passkey."""

import re

from playwright.sync_api import Page

from tests.journeys.conftest import Demo, log_in
from tests.journeys.test_accessible import path_of

COLLEAGUE = "nina@musterhausen.example"
PASSWORD = "Pferd Batterie Klammer 7"


def test_an_owner_invites_and_the_colleague_proposes_a_solution(page: Page, demo: Demo):
    log_in(page, demo, "kommune", "/konto/")
    page.get_by_role("link", name="Beispielstadt Musterhausen").click()
    page.get_by_role("link", name="Personen einladen").click()
    page.get_by_label("E-Mail-Adresse").fill(COLLEAGUE)
    page.get_by_label("Bearbeiten").check()
    page.get_by_role("button", name="Einladung senden").click()
    assert page.get_by_text(f"Die Einladung an {COLLEAGUE} ist unterwegs").is_visible()
    page.context.clear_cookies()

    page.goto(invitation_in_the_mailbox(page))
    page.get_by_label("Ihr Name").fill("Nina Neu")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_label("Passwort noch einmal").fill(PASSWORD)
    page.get_by_role("button", name="Konto anlegen").click()
    page.wait_for_url("**/konto/")

    page.get_by_role("link", name="Beispielstadt Musterhausen").click()
    page.get_by_role("link", name="Lösung vorschlagen").click()
    page.get_by_label("Name der Lösung").fill("Beispiel: Fundbüro-Lotse")
    page.get_by_label("In einem Satz").fill("Findet, was andere gefunden haben.")
    page.get_by_label("Sie gehört uns").check()
    page.get_by_role("button", name="Zur Prüfung geben").click()
    entry = page.get_by_role("listitem").filter(has_text="Fundbüro-Lotse").first
    assert "Wird vom Campus-Team geprüft" in entry.inner_text()
    assert page.get_by_text("Danke. Das Campus-Team prüft Ihre Angaben.").is_visible()

    passkey(page)


def invitation_in_the_mailbox(page: Page) -> str:
    for _ in range(100):
        page.goto("/postfach/")
        row = page.get_by_role("row").filter(has_text=COLLEAGUE)
        if row.count():
            break
        page.wait_for_timeout(200)
    row.get_by_role("link").first.click()
    return path_of(re.search(r"https?://\S+/konto/einladung/[\w-]+/", page.locator("main").inner_text()).group())


def passkey(page: Page) -> None:
    """A key as a phone has it, in software; it is set up once and then is enough."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": key | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto("/konto/mfa/passkeys/neu/")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Weiter").click()
    page.get_by_label("Ohne Passwort anmelden").check()
    page.get_by_role("button", name="Passkey anlegen").click()
    page.wait_for_url("**/konto/mfa/ersatzcodes/")
    assert page.locator(".codes li").count() == 10
    page.goto("/konto/abmelden/")
    page.get_by_role("button", name="Jetzt abmelden").click()
    page.goto("/konto/anmelden/")
    page.get_by_role("button", name="Anmelden mit Passkey").click()
    page.wait_for_url("**/konto/")
    assert page.get_by_text("Sie sind angemeldet als Nina Neu.").is_visible()
