"""Everybody can read every page: axe finds nothing, and at 320 px nothing scrolls sideways.

The addresses come from Django's own resolver, so a new page without a sample fails. axe is put into the pages from
outside, past their Content-Security-Policy; the other journeys prove the policy.
"""

import email.policy
import os
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page, Route

from tests.journeys.conftest import Demo, log_in
from tests.journeys.test_main_job import commit, record_transfer

AXE = (Path(__file__).parents[2] / "static/vendor/axe.min.js").read_text()
FORM = "application/x-www-form-urlencoded"
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = ["button-name", "color-contrast", "heading-order", "link-in-text-block", "link-name", "region", "target-size"]
WIDE, PHONE, REFLOW = 1280, 360, 320  # px
WHOLE = os.environ.get("A11Y") == "all"  # `make a11y`: every rule in every look and every sample
EMAIL = "digitales@muenchen.example"

# A page for each name of an address; {these} come from the mails of a subscription.
PAGES = {
    "start": ["/", "/?fuer=07137"],
    "solution_list": ["/loesungen/", "/loesungen/?q=bau&handlungsfeld=ki&fuer=07137", "/loesungen/?q=xyzzy"],
    "solution_detail": ["/loesungen/llmoin/?fuer=07137", "/loesungen/beispiel-strassenschaden/"],
    "solution_compare": [
        "/loesungen/vergleich/?s=llmoin&s=beispiel-strassenschaden&s=beispiel-terminlotse&fuer=07137",
        "/loesungen/vergleich/?s=gibtesnicht&q=bau",
    ],
    "solution_spread": ["/loesungen/beispiel-strassenschaden/verbreitung/?jahr=2024", "/loesungen/ozgsec/verbreitung/"],
    "field_detail": ["/handlungsfelder/ki/"],
    "transfer_list": ["/transfers/", "/transfers/?region=Neustadt"],
    "region_list": ["/regionen/", "/regionen/?q=Neustadt"],
    "region_detail": ["/regionen/07137/", "/regionen/de/", "/regionen/gibtesnicht/"],
    "exploration_list": ["/markterkundungen/", "/markterkundungen/?q=xyzzy"],
    "exploration_detail": [
        "/markterkundungen/beispiel-ki-assistenz/",
        "/markterkundungen/beispiel-drohnen/",
        "/markterkundungen/beispiel-posteingang/",
    ],
    "tender_list": ["/ausschreibungen/", "/ausschreibungen/?q=xyzzy"],
    "tender_detail": ["/ausschreibungen/beispiel-posteingang/"],
    "organisation_list": ["/mitglieder/", "/mitglieder/?q=xyzzy"],
    "organisation_detail": ["/mitglieder/hamburg/"],
    "subscribe": ["/abo/", "/abo/?region=07137&loesung=llmoin"],
    "subscribe_sent": ["/abo/gesendet/"],
    "subscription_confirm": ["{confirm}", "/abo/bestaetigen/kaputt/"],
    "subscription_manage": ["{manage}"],
    "subscription_preview": ["{manage}vorschau/"],
    "subscription_webhooks": ["{manage}webhooks/"],
    "subscription_move": ["/abo/adresse/kaputt/"],
    "subscription_unsubscribe": ["{unsubscribe}"],
    "report_use": ["/loesungen/llmoin/nutzen/"],
    "report_sent": ["/meldung/gesendet/"],
    "report_forgotten": ["/meldung/geloescht/"],
    "use_report": ["/meldung/kaputt/"],
    "practice_report": ["/loesungen/llmoin/praxisbericht/"],
    "practice_by_link": ["/praxisbericht/kaputt/"],
    "still_true": ["/stimmt-noch/kaputt/"],
    "mailbox": ["/postfach/"],
    "mailbox_message": ["{mail}"],
    "components": ["/komponenten/"],
    "help": ["/hilfe/"],
    "glossary": ["/glossar/"],
    "imprint": ["/impressum/"],
    "privacy": ["/datenschutz/"],
    "accessibility": ["/barrierefreiheit/"],
    "easy_language": ["/leichte-sprache/"],
    "api_docs": ["/api/v1/docs/"],
    "account_login": ["/konto/anmelden/"],
    "account_signup": ["/konto/registrieren/"],
    "account_inactive": ["/konto/gesperrt/"],
    "account_email_verification_sent": ["/konto/e-mail-bestaetigen/"],
    "account_confirm_email": ["/konto/e-mail-bestaetigen/kaputt/"],
    "account_reset_password": ["/konto/passwort/"],
    "account_reset_password_done": ["/konto/passwort/gesendet/"],
    "account_reset_password_from_key": ["/konto/passwort/neu/1-kaputt/"],
    "account_reset_password_from_key_done": ["/konto/passwort/fertig/"],
    "socialaccount_login_cancelled": ["/konto/oidc/abgebrochen/"],
    "socialaccount_login_error": ["/konto/oidc/fehler/"],
    "socialaccount_signup": ["/konto/oidc/unbekannt/"],
    "invitation": ["/konto/einladung/kaputt/"],
}
LOGGED_IN = {
    "account_home": "/konto/",
    "account_email": "/konto/e-mail/",
    "account_change_password": "/konto/passwort/aendern/",
    "account_reauthenticate": "/konto/bestaetigen/",
    "account_logout": "/konto/abmelden/",
    "sessions": "/konto/sitzungen/",
    "mfa_index": "/konto/mfa/",
    "mfa_list_webauthn": "/konto/mfa/passkeys/",
    "own_organisation": "/konto/organisation/beispielstadt/",
    "people": "/konto/organisation/beispielstadt/personen/",
    "propose": "/konto/organisation/beispielstadt/vorschlagen/",
}
AFTER_THE_PASSWORD = {  # which these pages ask for once more
    "mfa_activate_totp": "/konto/mfa/app/",
    "mfa_add_webauthn": "/konto/mfa/passkeys/neu/",
    "socialaccount_connections": "/konto/oidc/",
}
NO_PAGES = {
    # looked at where people meet them: test_accessible_accounts.py
    "mfa_authenticate", "mfa_view_recovery_codes", "mfa_edit_webauthn", "mfa_remove_webauthn", "own_solution",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_deactivate_totp", "mfa_generate_recovery_codes",
    "person", "invitation_of_organisation", "own_transfer",
    "mfa_download_recovery_codes", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback",
    "account_set_password",  # leads on to the page that changes it
    "country_map", "healthz", "readyz", "region_map", "region_suggestions", "robots", "security_txt", "sitemap",
    "solution_nearness", "suggestions",
    "solution_map", "solution_feed", "transfer_feed", "exploration_feed", "exploration_calendar",
    "solution_publiccode",
}  # fmt: skip


def public_names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """Those of the API are machines', those of the admin have their own test."""
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names |= public_names(pattern.url_patterns) if pattern.namespace is None else set()
        elif pattern.name == "api_docs" or not pattern.name.startswith("api_"):
            names.add(pattern.name)
    return names


@pytest.fixture(scope="module")
def reader(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """One browser for all pages, open to axe."""
    context = chromium.new_context(base_url=demo.address, locale="de-DE", bypass_csp=True, reduced_motion="reduce")
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def links(reader: Page) -> dict[str, str]:
    """What the mails of one subscription lead to."""
    reader.goto("/abo/?region=09162")
    reader.get_by_label("E-Mail-Adresse").fill(EMAIL)
    reader.get_by_role("button", name="Neuigkeiten abonnieren").click()
    wait_for_mails(reader, EMAIL, 1)
    reader.get_by_role("row").filter(has_text=EMAIL).get_by_role("link").first.click()
    found = {"mail": path_of(reader.url), "confirm": path_in(reader, "/abo/bestaetigen/")}
    reader.goto(found["confirm"])
    reader.get_by_role("button", name="Ja, abonnieren").click()
    found["manage"] = reader.locator("main a", has_text="Abonnements ansehen").get_attribute("href")
    reader.goto(found["manage"])
    found["unsubscribe"] = reader.locator("main a[href*='/abmelden/']").get_attribute("href")
    return found


def wait_for_mails(page: Page, to: str, number: int) -> None:
    for _ in range(150):
        page.goto("/postfach/")
        if page.get_by_role("row").filter(has_text=to).count() >= number:
            return
        page.wait_for_timeout(200)
    pytest.fail(f"{to} has not got {number} mails")


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def path_in(page: Page, part: str) -> str:
    return path_of(page.locator(f"main a[href*='{part}']").first.get_attribute("href"))


def complaints(page: Page, width: int, scheme: str, rules: list[str]) -> list[str]:
    """What axe finds on the open page in this look; all its rules, or those whose answer hangs on the look."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = axe(page, rules)
    if found:  # a page still settling under load is looked at once more; what is wrong stays wrong
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        found = axe(page, rules)
    where = f"{path_of(page.url)} ({width} px, {scheme})"
    return [f"{where}: {rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def axe(page: Page, rules: list[str]) -> list[dict]:
    return page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations'], preload: false}).then(r => r.violations)",
        rules,
    )


def both_looks(page: Page) -> list[str]:
    """Wide and light, then small and dark; and what is wider than the smallest screen."""
    found = complaints(page, WIDE, "light", ALL) + complaints(page, PHONE, "dark", ALL if WHOLE else LOOK)
    if WHOLE:
        found += complaints(page, PHONE, "light", ALL) + complaints(page, WIDE, "dark", ALL)
    page.set_viewport_size({"width": REFLOW, "height": 900})
    width = page.evaluate("document.scrollingElement.scrollWidth")
    return found if width <= REFLOW else [*found, f"{page.url} is {width} px wide at {REFLOW}"]


def test_every_address_has_a_sample():
    known = {*PAGES, *LOGGED_IN, *AFTER_THE_PASSWORD, *NO_PAGES} - {"mailbox", "mailbox_message"}
    assert public_names(get_resolver().url_patterns) - {"mailbox", "mailbox_message"} == known


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(name: str, reader: Page, links: dict[str, str]):
    found = []
    for path in PAGES[name] if WHOLE else PAGES[name][:1]:
        reader.goto(path.format(**links))
        found += both_looks(reader)
    assert found == []


def test_pages_of_an_account_are_accessible(reader: Page, demo: Demo):
    log_in(reader, demo, "kommune", "/konto/")
    found = []
    for path in LOGGED_IN.values():
        reader.goto(path)
        found += both_looks(reader)
    reader.goto("/konto/bestaetigen/")
    reader.get_by_label("Passwort", exact=True).fill(demo.password)
    reader.locator("main").get_by_role("button", name="Weiter").click()
    for path in AFTER_THE_PASSWORD.values():
        reader.goto(path)
        found += both_looks(reader)
    reader.context.clear_cookies()
    assert found == []


@pytest.mark.parametrize(("path", "field", "button"), [
    ("/abo/", "E-Mail-Adresse", "Neuigkeiten abonnieren"),
    ("/konto/anmelden/", "E-Mail", "Anmelden"),
    ("/konto/passwort/", "E-Mail", re.compile("Link|Mail|Passwort")),
])  # fmt: skip
def test_a_form_with_errors_is_accessible(path: str, field: str, button: str | re.Pattern, reader: Page):
    reader.goto(path)
    reader.get_by_label(field).fill("keine Adresse")
    reader.locator("main form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
    reader.locator("main").get_by_role("button", name=button, exact=True).click()
    assert reader.locator(".field__error, .error-summary").count() > 0
    assert both_looks(reader) == []


def test_pages_that_say_what_went_wrong_are_accessible(reader: Page):
    reader.goto("/abo/")  # its cookie, for without it nothing is read
    answers = {
        400: reader.request.post("/abo/", data="a=1&" * 2000, headers={"Content-Type": FORM}),
        403: reader.request.post("/abo/", data="a=1", headers={"Content-Type": FORM}),
        404: reader.request.get("/gibt/es/nicht/"),
    }
    found = []
    for code, answer in answers.items():
        assert answer.status == code
        reader.route(f"**/fehler/{code}/", showing(answer.text()))
        reader.goto(f"/fehler/{code}/")
        found += both_looks(reader)
    assert found == []


def showing(html: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")


def admin_lists() -> list[str]:
    ours = {"members", "catalogue", "procurement", "subscriptions"}
    models = [model._meta for model in admin.site._registry if model._meta.app_label in ours]
    return sorted(f"/admin/{meta.app_label}/{meta.model_name}/" for meta in models)


def in_the_admin(page: Page) -> list[str]:
    if not WHOLE:  # the rows of a list are alike: ten of a hundred are a tenth of the work
        page.locator("#result_list tbody tr:nth-child(n+11)").evaluate_all("rows => rows.forEach(row => row.remove())")
    found = complaints(page, WIDE, "light", ALL)
    return found + complaints(page, WIDE, "dark", ALL) if WHOLE else found


def test_the_admin_is_accessible(reader: Page, demo: Demo):
    log_in(reader, demo, "freigabe")
    found = in_the_admin(reader)
    for path in [*admin_lists(), "/admin/catalogue/transfer/add/", "/admin/catalogue/solution/add/"]:
        reader.goto(path)
        found += in_the_admin(reader)
    reader.context.clear_cookies()
    assert found == []


def test_the_way_of_a_transfer_into_a_mail_is_accessible(reader: Page, demo: Demo, links: dict[str, str]):
    """The page that asks before it is recorded, and the mail that it causes."""
    log_in(reader, demo, "redaktion")
    record_transfer(reader, region="München")
    found = in_the_admin(reader)
    commit(reader)
    reader.goto("/admin/catalogue/solution/")
    reader.locator("#result_list tbody th a").first.click()
    reader.wait_for_url("**/change/**")
    found += in_the_admin(reader)
    reader.context.clear_cookies()

    wait_for_mails(reader, EMAIL, 2)
    for mail in demo.state.rglob("*.eml"):
        page = message_from_bytes(mail.read_bytes(), policy=email.policy.default).get_body(("html",))
        reader.goto("/healthz")
        reader.set_content(page.get_content())
        reader.evaluate(AXE)
        found += both_looks(reader)
    assert found == []


def test_the_review_of_a_revision_is_accessible(reader: Page, demo: Demo):
    log_in(reader, demo, "freigabe")
    reader.locator(".queue li a").first.click()
    reader.wait_for_url("**/catalogue/**")
    found = in_the_admin(reader)
    reader.context.clear_cookies()
    assert found == []
