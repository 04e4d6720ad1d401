"""The campus team's queue: reports are accepted (asked twice) or rejected, Praxisberichte released or given back."""

import pytest
from django.test import Client

from catalogue.actions import (
    confirm_reports,
    name_contact,
    record_transfer,
    report_use,
    submit_practice_report,
    write_practice_report,
)
from catalogue.models import PracticeReport, ReusePath, Transfer, TransferContact, UseReport
from tests.admin.forms import browser_fields, text_of
from tests.admin.test_record_transfer import ADD, carried, confirmed

REPORTS, PRACTICE = "/admin/catalogue/usereport/", "/admin/catalogue/practicereport/"
ADDRESS = "rathaus@polch.example"


@pytest.fixture
def report(solution, regions) -> UseReport:
    report = report_use(
        solution=solution, region=regions["071375002086"], kind="use", email=ADDRESS, note="seit Mai im Bauamt"
    )
    confirm_reports(report=report)
    return report


@pytest.fixture
def practice(solution, regions, editor) -> PracticeReport:
    transfer = record_transfer(solution=solution, region=regions["02"], stage="live", by=editor)
    report = write_practice_report(transfer=transfer, email=ADDRESS, by=None, helped="Geduld")
    return submit_practice_report(report=report, by=None)


def test_a_report_waits_in_the_queue_and_its_page_says_all(desk, report):
    queue = {kind.title: kind for kind in desk.get("/admin/").context["queue"]}["Meldungen von Nutzung und Interesse"]
    assert (queue.count, desk.get(queue.url).context["cl"].result_count) == (1, 1)
    page = text_of(desk.get(f"{REPORTS}{report.pk}/change/"))
    assert "seit Mai im Bauamt" in page
    assert ADDRESS in page


def test_accepting_shows_the_consequences_first_and_then_counts_once(desk, report):
    place = f"{REPORTS}{report.pk}/annehmen/"
    fields = browser_fields(desk.get(place)) | {"verification": "verified", "evidence": "Anruf im Rathaus"}
    assert fields["stage"] == "live"
    asked = desk.post(place, fields)
    assert "zum ersten Mal hier an: <strong>Polch</strong>" in text_of(asked)
    assert Transfer.objects.count() == 0
    data = carried(asked) | {"confirm": "ja"}
    desk.post(place, data)
    again = desk.post(place, data)
    assert "schon entschieden" in text_of(again)
    transfer = Transfer.objects.get()
    assert (transfer.verification, transfer.moves.get().evidence) == ("verified", "Anruf im Rathaus")


def test_verified_without_evidence_comes_back(desk, report):
    place = f"{REPORTS}{report.pk}/annehmen/"
    answer = desk.post(place, browser_fields(desk.get(place)) | {"verification": "verified"})
    assert "„bestätigt“ braucht einen Nachweis" in text_of(answer)


def test_rejecting_asks_for_the_reason(desk, report):
    place = f"{REPORTS}{report.pk}/schritt/ablehnen/"
    assert "Begründung" in text_of(desk.get(place))
    desk.post(place, {"reason": ""})
    report.refresh_from_db()
    assert report.decided_at is None
    desk.post(place, {"reason": "Andere Lösung gemeint."})
    report.refresh_from_db()
    assert report.reason == "Andere Lösung gemeint."


def test_a_report_that_nobody_confirmed_cannot_be_accepted(desk, solution, regions):
    report = report_use(solution=solution, region=regions["02"], kind="use", email="x@polch.example")
    place = f"{REPORTS}{report.pk}/annehmen/"
    data = browser_fields(desk.get(place)) | {"confirm": "ja"}
    assert "noch nicht bestätigt" in text_of(desk.post(place, data))
    assert ">Annehmen</a>" not in text_of(desk.get(f"{REPORTS}{report.pk}/change/"))


def test_a_praxisbericht_is_released_by_its_step(desk, practice):
    place = f"{PRACTICE}{practice.pk}/schritt/freigeben/"
    assert "keine Namen von Personen" in text_of(desk.get(place))
    desk.post(place)
    practice.refresh_from_db()
    assert practice.status == "released"
    desk.post(f"{PRACTICE}{practice.pk}/schritt/zurueckziehen/", {"note": "auf Wunsch"})
    practice.refresh_from_db()
    assert practice.status == "withdrawn"


def test_a_praxisbericht_goes_back_with_a_note(desk, practice):
    desk.post(f"{PRACTICE}{practice.pk}/schritt/zurueckgeben/", {"note": "Bitte ohne Namen."})
    practice.refresh_from_db()
    assert (practice.status, practice.review_note) == ("returned", "Bitte ohne Namen.")


@pytest.mark.parametrize("who", ["lead", "procurement_officer", "outsider"])
def test_who_may_not_decide_does_not(who, request, at_desk, report, practice):
    client: Client = at_desk(request.getfixturevalue(who))
    for place in (
        f"{REPORTS}{report.pk}/annehmen/",
        f"{REPORTS}{report.pk}/schritt/ablehnen/",
        f"{PRACTICE}{practice.pk}/schritt/freigeben/",
    ):
        assert client.post(place, {"reason": "x", "confirm": "ja"}).status_code in (302, 403)
    report.refresh_from_db()
    practice.refresh_from_db()
    assert (report.decided_at, practice.status) == (None, "submitted")
    if who != "lead":
        assert client.get(REPORTS).status_code in (302, 403)


@pytest.mark.parametrize("place", [f"{REPORTS}9/annehmen/", f"{REPORTS}9/change/", f"{PRACTICE}9/change/"])
def test_an_unknown_row_is_no_error(desk, place):
    assert desk.get(place).status_code in (302, 404)


# ── what recording a transfer keeps beside its stage ────────────────────────────────────────────────────────────


@pytest.fixture
def fields(solution, regions) -> dict[str, object]:
    return {
        "solution": solution.pk, "region": regions["071375002086"].pk, "organisation": "", "stage": "interest",
        "verification": "self_declared", "evidence": "", "note": "", "live_since": "", "live_since_precision": "day",
        "from_transfer": "", "scaling_partner": "", "scope": "", "source": "",
    }  # fmt: skip


def test_interest_is_shown_early_only_with_who_agreed_and_when(desk, fields):
    assert "wozu jemand eingewilligt hat" in text_of(desk.post(ADD, fields | {"is_public": "on"}))
    consent = {"is_public": "on", "consent_by": "Amtsleitung Polch", "consent_on": "2026-11-20"}
    confirmed(desk, ADD, fields | consent)
    transfer = Transfer.objects.get()
    page = text_of(desk.get(f"/admin/catalogue/transfer/{transfer.pk}/change/"))
    assert "ja, eingewilligt hat Amtsleitung Polch am 20. November 2026" in page


def test_the_path_that_holds_here_is_found_by_its_route(desk, fields, solution, regions):
    for key in ("", "07"):
        ReusePath.objects.create(solution=solution, region=regions[key], legal_route="agreement", steps="1. Rufen")
    ReusePath.objects.create(solution=solution, region=regions["02"], legal_route="in_house", steps="1. Rufen")
    refused = text_of(desk.post(ADD, fields | {"legal_route": "in_house"}))
    assert "Hier gibt es: Verwaltungsabkommen." in refused
    confirmed(desk, ADD, fields | {"legal_route": "agreement"})
    assert Transfer.objects.get().reuse_path.region == regions["07"]


def test_whom_to_ask_is_kept_apart_and_can_be_changed(desk, fields):
    confirmed(desk, ADD, fields | {"contact_email": "Amt@polch.example"})
    transfer = Transfer.objects.get()
    assert TransferContact.objects.get(transfer=transfer).email == "amt@polch.example"
    place = f"/admin/catalogue/transfer/{transfer.pk}/angaben/"
    desk.post(place, browser_fields(desk.get(place)) | {"contact_email": ""})
    assert TransferContact.objects.count() == 0
    name_contact(transfer=transfer, email="x@polch.example", by=None)
    assert "Wir fragen x@polch.example." in text_of(desk.get(f"/admin/catalogue/transfer/{transfer.pk}/change/"))
