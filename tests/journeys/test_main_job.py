"""A transfer reaches a new region, and the municipality that asked is told: the portal's main job, end to end."""

import re
import time

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import UNDO_SECONDS, Demo, log_in

EMAIL, SECOND = "digitales@mayen-koblenz.example", "hauptamt@mayen-koblenz.example"
WITHIN_SECONDS = 10 + UNDO_SECONDS


def mails(page: Page, about: str, to: str = EMAIL) -> int:
    page.goto("/postfach/")
    return letters(page, about, to).count()


def letters(page: Page, about: str, to: str = EMAIL) -> Locator:
    """In the mailbox: those to this municipality with this in the subject."""
    row = page.get_by_role("row").filter(has_text=to)
    return row.get_by_role("link", name=re.compile(re.escape(about)))


def wait_for_mails(page: Page, about: str, number: int, to: str = EMAIL) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while (found := mails(page, about, to)) < number:
        assert time.monotonic() < end, f"{found} von {number} Mails nach {WITHIN_SECONDS} s: {about}"
        page.wait_for_timeout(200)


def find_region_and_subscribe(page: Page, email: str = EMAIL) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Ihre Region")
    field.press_sequentially("Mayen-Kob")
    page.get_by_role("option", name=re.compile("^Landkreis Mayen-Koblenz")).click()
    page.wait_for_url("**/?fuer=07137")
    page.locator("main").get_by_role("link", name="Landkreis Mayen-Koblenz").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Landkreis Mayen-Koblenz")
    page.get_by_role("link", name="Region folgen").click()
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_role("button", name="Neuigkeiten abonnieren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")


def confirm(page: Page, email: str = EMAIL) -> None:
    wait_for_mails(page, "bestätigen", 1, email)
    letters(page, "bestätigen", email).click()
    page.locator("main a[href*='/abo/bestaetigen/']").click()
    page.get_by_role("button", name="Ja, abonnieren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Abonnement ist bestätigt")


def choose(page: Page, label: str, typed: str, option: str) -> None:
    """Django's autocompletion."""
    page.locator(f".field-{label} .select2-selection").click()
    page.locator("input.select2-search__field").fill(typed)
    page.locator(".select2-results__option", has_text=option).first.click()


def record_transfer(page: Page, *, region: str, organisation: str = "") -> None:
    """Fills the form of the admin up to the page that asks."""
    page.goto("/admin/catalogue/transfer/add/")
    choose(page, "solution", "LLMoin", "LLMoin")
    choose(page, "region", region, region)
    if organisation:
        choose(page, "organisation", organisation, "Fraunhofer")
    page.locator("#id_stage").select_option("live")
    page.locator("#id_verification").select_option("verified")
    page.locator("#id_evidence").fill("Schreiben der Verwaltung vom 20. November 2026")
    page.locator("main, #content").last.get_by_role("button", name=re.compile("Weiter|prüfen|Prüfen")).click()


def commit(page: Page) -> None:
    page.get_by_role("button", name="Verbindlich erfassen").click()
    expect(page.locator(".messagelist")).to_be_visible()


def test_the_municipality_that_asked_is_told_once_and_can_leave(page: Page, demo: Demo, chromium: Browser):
    find_region_and_subscribe(page)
    confirm(page)
    context = chromium.new_context(base_url=demo.address, locale="de-DE", viewport={"width": 1280, "height": 900})
    desk = context.new_page()
    log_in(desk, demo, "redaktion")

    # an editor records a verified live transfer, and sees beforehand how many mails it will cause
    record_transfer(desk, region="Polch")
    expect(desk.locator("#content")).to_contain_text("zum ersten Mal")
    expect(desk.locator("#content")).to_contain_text("1 Mail")
    commit(desk)
    wait_for_mails(page, "Polch", 1)
    letters(page, "Polch").click()
    text = page.get_by_role("region", name="Text der Mail")
    expect(text).to_contain_text("LLMoin")
    expect(text).to_contain_text("Sie folgen dem Landkreis Mayen-Koblenz")
    letter = page.url

    # the Steckbrief it links to shows the new dot
    page.locator("main a[href*='/loesungen/llmoin/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("LLMoin")
    expect(page.get_by_role("table").first).to_contain_text("Polch")
    picture = page.request.get("/loesungen/llmoin/karte.svg").text()
    assert picture.count("h0") > 0

    # the same once more is refused, a second organisation there is no news
    record_transfer(desk, region="Polch")
    expect(desk.locator(".errornote, .errorlist").first).to_be_visible()
    record_transfer(desk, region="Polch", organisation="FOKUS")
    expect(desk.locator("#content")).not_to_contain_text("zum ersten Mal")
    commit(desk)
    page.wait_for_timeout(1000 * (UNDO_SECONDS + 3))  # several looks of the worker
    assert mails(page, "Polch") == 1

    # leaving takes one click, as a mail program does it
    page.goto(letter)
    page.get_by_role("button", name=re.compile("Abmelden mit einem Klick")).click()
    record_transfer(desk, region="Andernach")
    expect(desk.locator("#content")).to_contain_text("0 Mails")
    context.close()


def test_a_transfer_taken_back_in_time_tells_nobody(page: Page, demo: Demo, chromium: Browser):
    find_region_and_subscribe(page, SECOND)
    confirm(page, SECOND)
    context = chromium.new_context(base_url=demo.address, locale="de-DE", viewport={"width": 1280, "height": 900})
    desk = context.new_page()
    log_in(desk, demo, "redaktion")
    record_transfer(desk, region="Bendorf")
    expect(desk.locator("#content")).to_contain_text("1 Mail")
    commit(desk)
    desk.locator(".messagelist").get_by_role("link", name=re.compile("Zurücknehmen")).click()
    desk.locator("#content").get_by_role("button", name=re.compile("urücknehmen")).click()
    expect(desk.locator(".messagelist")).to_contain_text("Zurückgenommen. Niemand wird benachrichtigt.")
    context.close()

    page.goto("/loesungen/llmoin/")
    expect(page.locator("main")).not_to_contain_text("Bendorf")
    page.wait_for_timeout(1000 * (UNDO_SECONDS + 3))  # the window closes, and the worker looks several times
    assert mails(page, "Bendorf", SECOND) == 0
