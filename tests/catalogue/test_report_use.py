"""A municipality says that it uses a solution, or would like to, without an account."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from catalogue.actions import accept_report, confirm_reports, forget_reports, reject_report, report_use
from catalogue.actions.reports import CONFIRMATION, MOST_WAITING
from catalogue.actions.revisions import RuleBroken
from catalogue.actions.transfers import EvidenceMissing, record_transfer
from catalogue.links import report_path
from catalogue.models import Arrival, Solution, Transfer, TransferContact, UseReport
from members.models import Organisation, OrganisationUser, OutgoingMail, RequestCount, User

PAGE = "/loesungen/llmoin/nutzen/"
POLCH = "071375002086"
ADDRESS = "rathaus@polch.example"
FORM = {"art": "nutzung", "region": "Polch", "email": ADDRESS, "anmerkung": "GEHEIM: seit Mai"}


@pytest.fixture
def llmoin(make_solution) -> Solution:
    return make_solution("llmoin", title="LLMoin")


@pytest.fixture
def polch(regions):
    regions[POLCH].search_text = "= polch ;"
    regions[POLCH].save()
    return regions[POLCH]


@pytest.fixture
def report(llmoin, polch) -> UseReport:
    report = report_use(solution=llmoin, region=polch, kind="use", email=ADDRESS)
    confirm_reports(report=report)
    report.refresh_from_db()
    return report


@pytest.fixture
def member(polch) -> User:
    user = User.objects.create_user("it@polch.example", "ein langes Passwort 1")
    city = Organisation.objects.create(slug="polch", name="Stadt Polch", kind="municipal", region=polch)
    OrganisationUser.objects.create(organisation=city, user=user, role="editor")
    return user


def mails(purpose: str = CONFIRMATION) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose=purpose).order_by("pk"))


# ── without an account ──────────────────────────────────────────────────────────────────────────────────────────


def test_three_fields_are_enough_and_nothing_typed_stands_in_the_mail(client, llmoin, polch):
    answer = client.post(PAGE, FORM)
    assert (answer.status_code, answer.url) == (302, "/meldung/gesendet/")
    report = UseReport.objects.get()
    assert (report.solution, report.region, report.kind, report.confirmed_at) == (llmoin, polch, "use", None)
    mail = mails()[0]
    assert (mail.to, mail.subject) == (ADDRESS, "Bitte bestätigen Sie Ihre Meldung")
    assert "GEHEIM" not in mail.text
    assert report_path(report)[:20] in mail.text


def test_opening_the_link_changes_nothing_and_the_button_confirms(client, llmoin, polch):
    report = report_use(solution=llmoin, region=polch, kind="interest", email=ADDRESS)
    assert "Wir haben Interesse: LLMoin" in client.get(report_path(report)).text
    assert UseReport.objects.waiting().count() == 0
    client.post(report_path(report), {"schritt": "bestaetigen"})
    assert UseReport.objects.waiting().get() == report
    assert "wartet auf Prüfung" in client.get(report_path(report)).text


def test_one_address_gets_one_mail_a_day_and_the_same_answer(client, llmoin, polch, make_solution):
    other = make_solution("zms")
    answers = [client.post(page, FORM) for page in (PAGE, "/loesungen/zms/nutzen/", PAGE)]
    assert [(one.status_code, one.url, one.content) for one in answers[1:]] == [
        (answers[0].status_code, answers[0].url, answers[0].content)
    ] * 2
    assert (len(mails()), UseReport.objects.count()) == (1, 2)
    path = report_path(UseReport.objects.get(solution=llmoin))
    assert "Zms" in client.get(path).text  # the one link shows both
    chosen = UseReport.objects.get(solution=other).pk
    client.post(path, {"schritt": "bestaetigen", "auswahl": "1", "meldung": [str(chosen)]})
    assert [one.solution.slug for one in UseReport.objects.waiting()] == ["zms"]


def test_what_was_confirmed_no_stranger_changes(report, llmoin, polch):
    again = report_use(solution=llmoin, region=polch, kind="interest", email="Rathaus@Polch.example ", note="fremd")
    assert (again.pk, again.kind, again.note) == (report.pk, "use", "")


def test_an_address_cannot_be_filled_up(client, llmoin, polch, make_solution, monkeypatch):
    monkeypatch.setattr("catalogue.actions.reports.MOST_WAITING", 2)
    for slug in ("a1", "a2", "a3"):
        make_solution(slug)
        assert client.post(f"/loesungen/{slug}/nutzen/", FORM).url == "/meldung/gesendet/"
    assert UseReport.objects.count() == 2
    assert MOST_WAITING == 20


def test_a_network_that_asks_too_often_is_told_so(client, llmoin, polch, monkeypatch):
    monkeypatch.setattr("catalogue.views.reports.REPORTS_PER_HOUR", 1)
    client.post(PAGE, FORM)
    refused = client.post(PAGE, FORM | {"email": "zweite@polch.example"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert (UseReport.objects.count(), RequestCount.objects.get().count) == (1, 2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "kein-at"}, "E-Mail-Adresse ein"),
        ({"region": "Nirgendwo"}, "nicht gefunden"),
        ({"region": "\0"}, "Fehler"),
        ({"art": "anderes"}, "Fehler"),
        ({"art": ""}, "Bitte wählen Sie aus"),
        ({"anmerkung": "x" * 501}, "Fehler"),
    ],
)
def test_a_wrong_field_comes_back_in_words_and_nothing_is_written(client, llmoin, polch, wrong, words):
    answer = client.post(PAGE, FORM | wrong)
    assert answer.status_code == 200
    assert words in answer.text
    assert UseReport.objects.count() == 0


def test_a_solution_that_is_not_public_cannot_be_reported(client, draft, polch):
    assert client.get(f"/loesungen/{draft.slug}/nutzen/").status_code == 404
    assert client.post(f"/loesungen/{draft.slug}/nutzen/", FORM).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 60, "ä", "%00"])
def test_a_broken_link_helps(client, db, token):
    for page in ("meldung", "stimmt-noch", "praxisbericht"):
        answer = client.get(f"/{page}/{token}/")
        assert answer.status_code == 404
        assert "nicht vollständig" in answer.text


def test_a_link_ends_with_its_report_and_with_time(client, report, settings):
    path, old = report_path(report), report_path(report)
    UseReport.objects.update(epoch=1)
    assert client.get(path).status_code == 410
    UseReport.objects.all().delete()
    assert client.post(old, {"schritt": "bestaetigen"}).status_code == 410


def test_the_form_is_one_persons_and_never_cached(client, llmoin, polch):
    client.get(PAGE)  # has the cookie now: the second answer sets none
    tokens = {client.get(PAGE).text.split('csrfmiddlewaretoken" value="')[1][:64] for _ in range(2)}
    assert len(tokens) == 2
    assert "ETag" not in client.get(PAGE).headers


# ── with an account ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_of_an_organisation_needs_no_mail(client, member, llmoin, polch):
    client.force_login(member, backend="govtech_portal.roles.RoleBackend")
    form = client.get(PAGE).context["form"]
    assert form.initial["region"] == "Polch"
    answer = client.post(PAGE, {"art": "nutzung", "region": "Polch", "organisation": "polch"})
    assert answer.url == "/loesungen/llmoin/"
    report = UseReport.objects.waiting().get()
    assert (report.email, report.reporter, report.organisation.slug) == ("it@polch.example", member, "polch")
    assert mails() == []


def test_nobody_speaks_for_a_foreign_organisation(client, outsider, member, llmoin, polch):
    client.force_login(outsider, backend="govtech_portal.roles.RoleBackend")
    client.post(PAGE, FORM | {"organisation": "polch"})
    report = UseReport.objects.get()
    assert (report.organisation, report.confirmed_at) == (None, None)
    client.force_login(member, backend="govtech_portal.roles.RoleBackend")
    Organisation.objects.create(slug="andere", name="Andere", kind="company")
    assert client.post(PAGE, {"art": "nutzung", "region": "Polch", "organisation": "andere"}).status_code == 200
    assert UseReport.objects.count() == 1


# ── the campus team decides ─────────────────────────────────────────────────────────────────────────────────────


def test_accepting_makes_a_transfer_and_tells_the_reporter(report, editor):
    transfer = accept_report(report=report, by=editor, stage="live", verification="self_declared")
    assert (transfer.stage, transfer.verification, transfer.is_public) == ("live", "self_declared", False)
    report.refresh_from_db()
    assert (report.decision, report.decided_by, report.transfer) == ("accepted", editor, transfer)
    assert TransferContact.objects.get(transfer=transfer).email == ADDRESS
    assert Arrival.objects.count() == 0
    mail = mails("use_report_decision")[0]
    assert (mail.to, mail.subject) == (ADDRESS, "Ihre Meldung ist aufgenommen")
    assert "/praxisbericht/" in mail.text


def test_an_open_transfer_of_the_same_place_is_moved_and_not_doubled(report, llmoin, polch, editor):
    known = record_transfer(solution=llmoin, region=polch, stage="interest", by=editor)
    assert accept_report(report=report, by=editor, stage="live", verification="self_declared") == known
    assert [move.stage for move in known.moves.all()] == ["interest", "live"]


def test_interest_is_shown_early_only_with_consent(llmoin, polch, editor):
    report = report_use(solution=llmoin, region=polch, kind="interest", email=ADDRESS, may_be_shown=True)
    confirm_reports(report=report)
    transfer = accept_report(report=report, by=editor, stage="interest", verification="self_declared")
    assert (transfer.is_public, transfer.consent_by) == (True, "Polch, mit der Meldung")
    assert transfer.consent_on == timezone.localdate()
    assert Transfer.objects.public().get() == transfer


def test_verified_needs_evidence_here_too(report, editor):
    with pytest.raises(EvidenceMissing):
        accept_report(report=report, by=editor, stage="live", verification="verified")
    accept_report(report=report, by=editor, stage="live", verification="verified", evidence="Anruf im Rathaus")
    assert Arrival.objects.count() == 1


def test_rejecting_says_why_and_decides_once(report, editor):
    with pytest.raises(RuleBroken):
        reject_report(report=report, by=editor, reason=" ")
    reject_report(report=report, by=editor, reason="Die Lösung heißt anders.")
    assert "Die Lösung heißt anders." in mails("use_report_decision")[0].text
    with pytest.raises(RuleBroken):
        accept_report(report=report, by=editor, stage="live", verification="self_declared")
    assert Transfer.objects.count() == 0


def test_an_unconfirmed_report_is_not_decided(llmoin, polch, editor):
    report = report_use(solution=llmoin, region=polch, kind="use", email=ADDRESS)
    with pytest.raises(RuleBroken):
        accept_report(report=report, by=editor, stage="live", verification="self_declared")


def test_an_address_that_is_none_is_refused(llmoin, polch):
    with pytest.raises(ValidationError):
        report_use(solution=llmoin, region=polch, kind="use", email="a@b@c")


# ── one's own data ──────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_reported_takes_the_data_along_and_deletes_them(client, report, editor):
    accept_report(report=report, by=editor, stage="live", verification="self_declared")
    path = report_path(report)
    data = client.post(path, {"schritt": "daten"}).json()
    assert [row["E-Mail-Adresse"] for row in data["Meldungen"]] == [ADDRESS]
    assert data["Wir fragen Sie zu"] == ["LLMoin in Polch"]
    assert client.post(path, {"schritt": "loeschen"}).url == "/meldung/geloescht/"
    left = (UseReport, TransferContact, OutgoingMail)
    assert [model.objects.count() for model in left] == [0, 0, 0]
    assert Transfer.objects.count() == 1
    assert client.get(path).status_code == 410


def test_the_clock_forgets_what_nobody_confirmed_and_what_was_decided(report, llmoin, polch, editor, regions):
    accept_report(report=report, by=editor, stage="live", verification="self_declared")
    report_use(solution=llmoin, region=regions["07"], kind="use", email="anders@polch.example")
    now = timezone.now()
    assert forget_reports(now=now + timedelta(days=6)) == 0
    assert forget_reports(now=now + timedelta(days=8)) == 1
    assert forget_reports(now=now + timedelta(days=91)) == 1


def test_the_page_of_a_solution_leads_here(client, llmoin):
    html = client.get("/loesungen/llmoin/").text
    assert f'href="{PAGE}?art=nutzung"' in html
    assert f'href="{PAGE}?art=interesse"' in html


def test_a_second_browser_without_the_cookie_is_refused(llmoin, polch):
    assert Client(enforce_csrf_checks=True).post(PAGE, FORM).status_code == 403
