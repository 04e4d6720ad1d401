"""A procurement officer prepares a market exploration, another opens it; its dates move by steps alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Organisation, User
from procurement.models import MarketExploration, Tender
from tests.admin.forms import browser_fields, text_of
from tests.conftest import _person

ADD = "/admin/procurement/marketexploration/add/"


@pytest.fixture
def colleague(db) -> User:
    return _person("vergabe2@campus.example", User.VERGABE, is_staff=True, name="Volker Vergabe")


@pytest.fixture
def buyer(db) -> Organisation:
    return Organisation.objects.create(slug="amt", name="Beschaffungsamt", kind="federal")


@pytest.fixture
def exploration(buyer, procurement_officer) -> MarketExploration:
    return MarketExploration.objects.create(
        slug="ki", title="KI-Assistenz", summary="Gesucht wird eine Assistenz.", need="Texte prüfen",
        buyer=buyer, legal_basis="vgv_28", contact="stelle@amt.example", author=procurement_officer,
        responses_due_at=timezone.now() + timedelta(days=21),
    )  # fmt: skip


@pytest.fixture
def officer_desk(at_desk, procurement_officer) -> Client:
    return at_desk(procurement_officer)


@pytest.fixture
def colleague_desk(at_desk, colleague) -> Client:
    return at_desk(colleague)


def page(exploration: MarketExploration) -> str:
    return f"/admin/procurement/marketexploration/{exploration.pk}/change/"


def step(exploration: MarketExploration, name: str) -> str:
    return f"/admin/procurement/marketexploration/{exploration.pk}/schritt/{name}/"


def test_an_officer_prepares_one_and_is_its_author(officer_desk, buyer, procurement_officer) -> None:
    fields = browser_fields(officer_desk.get(ADD)) | {
        "title": "Terminwald", "slug": "terminwald", "summary": "Termine buchen.", "buyer": buyer.pk,
        "responses_due_at": "2027-03-31T12:00",
    }  # fmt: skip
    officer_desk.post(ADD, fields)
    made = MarketExploration.objects.get()
    assert (made.title, made.author, made.opened_at) == ("Terminwald", procurement_officer, None)
    assert timezone.localtime(made.responses_due_at).isoformat() == "2027-03-31T12:00:00+02:00"


def test_dates_that_make_the_state_are_no_fields(officer_desk, exploration) -> None:
    fields = browser_fields(officer_desk.get(page(exploration)))
    assert "opened_at" not in fields
    officer_desk.post(page(exploration), fields | {"opened_at": "2026-01-01T12:00"})
    exploration.refresh_from_db()
    assert exploration.opened_at is None


def test_the_one_who_wrote_cannot_open_it_and_another_can(officer_desk, colleague_desk, exploration) -> None:
    officer_desk.post(step(exploration, "pruefen"))
    html = text_of(officer_desk.get(page(exploration)))
    assert "Veröffentlichen muss sie eine andere Person" in html
    assert "kann man nicht selbst" in text_of(officer_desk.post(step(exploration, "veroeffentlichen")))
    assert "sofort öffentlich" in text_of(colleague_desk.get(step(exploration, "veroeffentlichen")))
    exploration.refresh_from_db()
    assert exploration.opened_at is None
    colleague_desk.post(step(exploration, "veroeffentlichen"))
    exploration.refresh_from_db()
    assert exploration.opened_at is not None


def test_whoever_writes_last_is_the_author(colleague_desk, exploration, colleague) -> None:
    fields = browser_fields(colleague_desk.get(page(exploration)))
    colleague_desk.post(page(exploration), fields | {"summary": "Genauer gesagt."})
    exploration.refresh_from_db()
    assert (exploration.summary, exploration.author) == ("Genauer gesagt.", colleague)


def test_what_is_in_review_is_not_edited(officer_desk, exploration) -> None:
    before = browser_fields(officer_desk.get(page(exploration)))
    officer_desk.post(step(exploration, "pruefen"))
    officer_desk.post(page(exploration), before | {"summary": "Heimlich anders."})
    exploration.refresh_from_db()
    assert exploration.summary == "Gesucht wird eine Assistenz."
    officer_desk.post(step(exploration, "zurueckgeben"))
    exploration.refresh_from_db()
    assert exploration.review_requested_at is None


def test_two_officers_do_not_overwrite_each_other_silently(officer_desk, colleague_desk, exploration) -> None:
    mine, theirs = (
        browser_fields(officer_desk.get(page(exploration))),
        browser_fields(colleague_desk.get(page(exploration))),
    )
    colleague_desk.post(page(exploration), theirs | {"summary": "Von Volker."})
    answer = officer_desk.post(page(exploration), mine | {"summary": "Von Vera."})
    assert "Inzwischen hat jemand anderes gespeichert" in text_of(answer)
    assert 'value="Von Vera."' in text_of(answer)
    exploration.refresh_from_db()
    assert exploration.summary == "Von Volker."


def test_a_deadline_is_extended_and_never_shortened(officer_desk, exploration) -> None:
    MarketExploration.objects.update(opened_at=timezone.now() - timedelta(days=1))
    exploration.refresh_from_db()
    due = exploration.responses_due_at
    sooner = timezone.localtime(due - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    later = timezone.localtime(due + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    answer = officer_desk.post(step(exploration, "verlaengern"), {"responses_due_at": sooner})
    assert "nur verlängert werden" in text_of(answer)
    officer_desk.post(step(exploration, "verlaengern"), {"responses_due_at": later})
    exploration.refresh_from_db()
    assert exploration.responses_due_at > due


def test_withdrawing_needs_a_reason(officer_desk, exploration) -> None:
    MarketExploration.objects.update(opened_at=timezone.now() - timedelta(days=1))
    officer_desk.post(step(exploration, "zurueckziehen"), {"reason": ""})
    exploration.refresh_from_db()
    assert exploration.withdrawn_at is None
    officer_desk.post(step(exploration, "zurueckziehen"), {"reason": "Der Bedarf ist entfallen."})
    exploration.refresh_from_db()
    assert exploration.withdrawn_reason == "Der Bedarf ist entfallen."


def test_a_wrong_state_is_said_in_words(officer_desk, exploration) -> None:
    answer = officer_desk.post(step(exploration, "ergebnis"), {"result_summary": "Drei Anbieter."})
    assert "dieser Schritt geht hier nicht" in text_of(answer)


def test_an_award_is_a_step_and_not_a_status(officer_desk, buyer) -> None:
    tender = Tender.objects.create(slug="t", title="Vergabe", buyer=buyer, status="announced")
    place = f"/admin/procurement/tender/{tender.pk}"
    fields = browser_fields(officer_desk.get(f"{place}/change/"))
    officer_desk.post(f"{place}/change/", fields | {"status": "awarded"})
    tender.refresh_from_db()
    assert tender.status == "announced"
    officer_desk.post(f"{place}/schritt/zuschlag/", {"award_note": "Beispiel GmbH"})
    tender.refresh_from_db()
    assert (tender.status, tender.award_note) == ("awarded", "Beispiel GmbH")


@pytest.mark.parametrize("who", ["editor", "approver", "lead"])
def test_who_is_no_officer_only_reads(who, request, at_desk, exploration) -> None:
    client = at_desk(request.getfixturevalue(who))
    html = text_of(client.get(page(exploration)))
    assert "KI-Assistenz" in html
    assert "/schritt/" not in html
    assert client.post(step(exploration, "pruefen")).status_code == 403
    assert client.post(page(exploration), {"title": "anders"}).status_code == 403
    assert client.get(ADD).status_code == 403
    exploration.refresh_from_db()
    assert (exploration.title, exploration.review_requested_at) == ("KI-Assistenz", None)


def test_an_officer_cannot_touch_solutions(officer_desk, solution) -> None:
    place = f"/admin/catalogue/solution/{solution.pk}"
    assert officer_desk.get(f"{place}/change/").status_code == 200
    for name in ("fassung", "archivieren", "zurueckziehen"):
        assert officer_desk.post(f"{place}/schritt/{name}/").status_code == 403
    solution.refresh_from_db()
    assert solution.editorial_status == "published"
    assert solution.revisions.count() == 1


def test_nothing_is_deleted(officer_desk, exploration) -> None:
    assert officer_desk.post(f"/admin/procurement/marketexploration/{exploration.pk}/delete/").status_code == 403
