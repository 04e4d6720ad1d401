"""An organisation writes what it learned; nothing is shown before the campus team released it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.actions import (
    RuleBroken,
    forget_drafts,
    name_contact,
    record_transfer,
    release_practice_report,
    return_practice_report,
    submit_practice_report,
    withdraw_practice_report,
    write_practice_report,
)
from catalogue.experiences import sums_in_words
from catalogue.links import practice_path
from catalogue.models import PracticeReport, Solution, Transfer
from members.models import Organisation, OrganisationUser, OutgoingMail, User

PAGE = "/loesungen/llmoin/praxisbericht/"
ADDRESS = "it@polch.example"
WORDS = {"duration_months": 4, "effort_days": 30, "cost_from": 8000, "cost_to": 12000, "helped": "Eine Schulung",
         "hurt": "Lange Abstimmung", "contact": "Amt für IT"}  # fmt: skip


@pytest.fixture
def llmoin(make_solution) -> Solution:
    return make_solution("llmoin", title="LLMoin")


@pytest.fixture
def city(regions) -> Organisation:
    return Organisation.objects.create(slug="polch", name="Stadt Polch", kind="municipal", region=regions["07"])


@pytest.fixture
def transfer(llmoin, regions, city, editor) -> Transfer:
    return record_transfer(
        solution=llmoin, region=regions["071375002086"], organisation=city, stage="live", by=editor,
        verification="self_declared",
    )  # fmt: skip


@pytest.fixture
def member_client(city) -> Client:
    user = User.objects.create_user(ADDRESS, "ein langes Passwort 1")
    OrganisationUser.objects.create(organisation=city, user=user, role="editor")
    client = Client()
    client.force_login(user, backend="govtech_portal.roles.RoleBackend")
    return client


@pytest.fixture
def by_link(transfer, editor) -> str:
    return practice_path(name_contact(transfer=transfer, email=ADDRESS, by=editor))


@pytest.fixture
def submitted(transfer) -> PracticeReport:
    report = write_practice_report(transfer=transfer, email=ADDRESS, by=None, **WORDS)
    return submit_practice_report(report=report, by=None)


def form_of(client: Client, path: str, **fields: object) -> dict[str, object]:
    form = client.get(path).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | fields


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_link_of_a_mail_opens_the_form_and_a_draft_waits_for_its_next_time(client, by_link, transfer):
    client.post(by_link, form_of(client, by_link, helped="Eine Schulung", schritt="entwurf"))
    report = PracticeReport.objects.get()
    assert (report.status, report.helped, report.email, report.transfer) == (
        "draft",
        "Eine Schulung",
        ADDRESS,
        transfer,
    )
    page = client.get(by_link).text
    assert "Ihr Entwurf ist gespeichert" in page
    assert "Eine Schulung</textarea>" in page
    client.post(by_link, form_of(client, by_link, duration_months="4", schritt="senden"))
    report.refresh_from_db()
    assert (report.status, report.duration_months, PracticeReport.objects.count()) == ("submitted", 4, 1)
    assert "liegt zur Prüfung" in client.get(by_link).text


def test_a_member_writes_with_the_account(member_client, transfer):
    member_client.post(PAGE, form_of(member_client, PAGE, hurt="Dauerte", schritt="senden"))
    report = PracticeReport.objects.get()
    assert (report.author.email, report.status) == (ADDRESS, "submitted")


def test_of_several_uses_a_member_chooses_one(member_client, transfer, llmoin, regions, city, editor):
    record_transfer(solution=llmoin, region=regions["02"], organisation=city, stage="live", by=editor)
    assert "Über welchen Einsatz" in member_client.get(PAGE).text
    chosen = f"{PAGE}?region=02&organisation=polch"
    member_client.post(chosen, form_of(member_client, chosen, hurt="Dauerte", schritt="entwurf"))
    assert PracticeReport.objects.get().transfer.region == regions["02"]
    assert member_client.get(f"{PAGE}?region=99&organisation=x").status_code == 200


def test_a_stranger_and_nobody_read_how_to_get_in(client, transfer, outsider):
    assert "So kommen Sie zum Formular" in client.get(PAGE).text
    client.force_login(outsider, backend="govtech_portal.roles.RoleBackend")
    assert "So kommen Sie zum Formular" in client.post(PAGE, WORDS | {"schritt": "senden"}).text
    assert PracticeReport.objects.count() == 0


def test_a_colleagues_words_are_not_overwritten(client, by_link, transfer):
    fields = form_of(client, by_link, helped="Meins", schritt="entwurf")
    write_practice_report(transfer=transfer, email=ADDRESS, by=None, helped="Seins")
    assert "Inzwischen hat jemand" in client.post(by_link, fields).text
    assert PracticeReport.objects.get().helped == "Seins"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cost_from": "9", "cost_to": "8"}, "kleiner als der untere"),
        ({"duration_months": "0"}, "Fehler"),
        ({"duration_months": "9" * 400}, "Fehler"),
        ({"effort_days": "viele"}, "Fehler"),
        ({"helped": "\0"}, "Fehler"),
        ({"helped": "x" * 4001}, "Fehler"),
        ({}, "mindestens eine Angabe"),
    ],
)
def test_wrong_fields_come_back_in_words_and_nothing_is_written(client, by_link, wrong, words):
    answer = client.post(by_link, form_of(client, by_link, schritt="senden", **wrong))
    assert answer.status_code == 200
    assert words in answer.text
    assert PracticeReport.objects.count() == 0


# ── reading and releasing ───────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_shown_before_its_release(client, submitted, approver):
    def shown() -> tuple[bool, int]:
        row = client.get("/api/v1/transfers/").json()["results"][0]
        return "Lange Abstimmung" in client.get("/loesungen/llmoin/").text, len(row["practice_reports"])

    assert shown() == (False, 0)
    release_practice_report(report=submitted, by=approver)
    assert shown() == (True, 1)
    assert PracticeReport.objects.released().count() == 1
    mail = OutgoingMail.objects.get(purpose="practice_report")
    assert (mail.to, mail.subject) == (ADDRESS, "Ihr Praxisbericht ist veröffentlicht")
    submitted.refresh_from_db()
    withdraw_practice_report(report=submitted, by=approver, note="auf Wunsch")
    assert shown() == (False, 0)


def test_the_api_gives_the_report_with_its_transfer(client, submitted, approver):
    release_practice_report(report=submitted, by=approver)
    row = client.get("/api/v1/transfers/").json()["results"][0]["practice_reports"][0]
    assert {name: row[name] for name in WORDS} == WORDS
    assert "email" not in row


def test_a_report_given_back_says_why_and_may_be_changed(client, submitted, approver, by_link):
    with pytest.raises(RuleBroken):
        return_practice_report(report=submitted, by=approver, note=" ")
    return_practice_report(report=submitted, by=approver, note="Bitte ohne Namen.")
    mail = OutgoingMail.objects.get(purpose="practice_report")
    assert "Bitte ohne Namen." in mail.text
    assert "/praxisbericht/" in mail.text
    assert "Bitte ohne Namen." in client.get(by_link).text


def test_nobody_changes_a_report_that_is_being_read_or_releases_their_own(submitted, transfer, approver):
    with pytest.raises(RuleBroken):
        write_practice_report(transfer=transfer, email=ADDRESS, by=None, helped="Anders")
    PracticeReport.objects.update(author=approver)
    submitted.refresh_from_db()
    with pytest.raises(RuleBroken):
        release_practice_report(report=submitted, by=approver)


def test_drafts_that_nobody_goes_on_with_are_forgotten(transfer):
    write_practice_report(transfer=transfer, email=ADDRESS, by=None, helped="x")
    assert forget_drafts(now=timezone.now() + timedelta(days=364)) == 0
    assert forget_drafts(now=timezone.now() + timedelta(days=366)) == 1


# ── sums that are honest ────────────────────────────────────────────────────────────────────────────────────────


def reports(regions, *numbers: tuple[int | None, int | None]) -> list[PracticeReport]:
    place = regions["071375002086"]
    return [
        PracticeReport(
            transfer_id=n, transfer=Transfer(pk=n, region=place), duration_months=months, cost_from=cost, cost_to=cost
        )
        for n, (months, cost) in enumerate(numbers)
    ]


def test_one_report_is_no_average(regions):
    assert sums_in_words(reports(regions, (4, 8000))) == []
    assert sums_in_words(reports(regions, (4, None), (None, 500))) == []


def test_two_are_a_span_three_have_a_median_and_what_is_missing_is_said(regions):
    assert sums_in_words(reports(regions, (2, None), (9, None))) == [
        "Die Einführung dauerte bei 2 Kommunen 2 bis 9 Monate."
    ]
    assert sums_in_words(reports(regions, (2, 1000), (9, 12000), (4, None), (None, None), (3, None))) == [
        "Die Einführung dauerte bei 4 Kommunen 2 bis 9 Monate (Median 3,5). Ein Bericht nennt dazu nichts.",
        "Die einmaligen Kosten lagen bei 2 Kommunen bei 1.000 bis 12.000 Euro. 3 Berichte nennen dazu nichts.",
    ]


def test_who_reports_twice_counts_once_with_the_latest(regions):
    newest, older, other = reports(regions, (9, None), (2, None), (4, None))
    older.transfer_id = newest.transfer_id
    assert sums_in_words([newest, older, other]) == ["Die Einführung dauerte bei 2 Kommunen 4 bis 9 Monate."]
