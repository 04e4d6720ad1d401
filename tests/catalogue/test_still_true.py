"""Once a year we ask whether a transfer is still true: once, of somebody who knows, and silence is shown."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from catalogue.actions import (
    answer_request,
    ask_whether_still,
    forget_contacts,
    move_transfer,
    name_contact,
    record_transfer,
)
from catalogue.links import practice_path, still_path
from catalogue.models import ConfirmationRequest, Solution, Transfer, TransferContact
from catalogue.tasks import ask_due
from members.models import Organisation, OrganisationUser, OutgoingMail, User

NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=430)
ADDRESS = "it@polch.example"
POLCH = "071375002086"


@pytest.fixture
def llmoin(make_solution) -> Solution:
    return make_solution("llmoin", title="LLMoin")


@pytest.fixture
def transfer(llmoin, regions, editor) -> Transfer:
    """Verified long ago, with somebody to ask."""
    state = {"stage": "live", "verification": "verified", "evidence": "Vertrag", "at": LONG_AGO}
    transfer = record_transfer(solution=llmoin, region=regions[POLCH], by=editor, **state)
    name_contact(transfer=transfer, email=ADDRESS, by=editor)
    return transfer


@pytest.fixture
def asked(transfer) -> ConfirmationRequest:
    ask_whether_still()
    return ConfirmationRequest.objects.get()


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.filter(purpose="still_true").order_by("pk").values_list("to", "subject"))


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_year_later_one_mail_asks_however_often_the_task_runs(transfer):
    ask_due()
    ask_due()
    assert mails() == [(ADDRESS, "Nutzen Sie „LLMoin“ noch?")]
    assert still_path(ConfirmationRequest.objects.get())[:30] in OutgoingMail.objects.get().text
    assert ask_whether_still(now=NOW + timedelta(days=30)) == 0


@pytest.mark.parametrize("days", [0, 364])
def test_nobody_is_asked_before_the_year_is_over(llmoin, regions, editor, days):
    at = NOW - timedelta(days=days)
    state = {"stage": "live", "verification": "verified", "evidence": "Vertrag", "at": at}
    name_contact(transfer=record_transfer(solution=llmoin, region=regions["07"], by=editor, **state), email=ADDRESS,
                 by=editor)  # fmt: skip
    assert ask_whether_still() == 0
    assert ask_whether_still(now=at + timedelta(days=366)) == 1


def test_question_and_mail_come_together_or_not_at_all(transfer):
    with transaction.atomic():
        ask_whether_still()
        transaction.set_rollback(True)  # as when the process is killed
    assert (ConfirmationRequest.objects.count(), mails()) == (0, [])
    assert ask_whether_still() == 1


def test_one_address_is_asked_once_a_day(transfer, llmoin, regions, editor):
    other = record_transfer(
        solution=llmoin, region=regions["02"], by=editor, stage="rollout", verification="self_declared", at=LONG_AGO
    )
    name_contact(transfer=other, email=ADDRESS.upper(), by=editor)
    assert [ask_whether_still(), ask_whether_still()] == [1, 0]
    OutgoingMail.objects.update(created_at=NOW - timedelta(days=2))
    assert ask_whether_still() == 1
    assert {request.transfer for request in ConfirmationRequest.objects.all()} == {transfer, other}


def test_without_an_address_of_its_own_the_organisations_account_is_asked(llmoin, regions, editor):
    city = Organisation.objects.create(slug="polch", name="Stadt Polch", kind="municipal")
    for email, role in (("liest@polch.example", "viewer"), ("Macht@polch.example", "editor")):
        user = User.objects.create(email=email)
        OrganisationUser.objects.create(organisation=city, user=user, role=role)
    state = {"stage": "live", "verification": "self_declared", "at": LONG_AGO}
    record_transfer(solution=llmoin, region=regions["07"], organisation=city, by=editor, **state)
    record_transfer(solution=llmoin, region=regions["02"], by=editor, **state)  # nobody to ask
    assert ask_whether_still() == 1
    assert [to for to, _ in mails()] == ["macht@polch.example"]


def test_what_ended_or_is_not_public_is_not_asked(llmoin, draft, regions, editor):
    for solution, key, stage in ((llmoin, "07", "ended"), (llmoin, "02", "interest"), (draft, "07111", "live")):
        transfer = record_transfer(
            solution=solution, region=regions[key], by=editor, stage=stage, verification="self_declared", at=LONG_AGO
        )
        name_contact(transfer=transfer, email=ADDRESS, by=editor)
    assert ask_whether_still() == 0


# ── answering ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_the_link_changes_nothing_and_yes_is_the_organisations_word(client, asked, transfer):
    page = client.get(still_path(asked)).text
    assert "Stimmt das noch?" in page
    assert transfer.moves.count() == 1
    client.post(still_path(asked), {"antwort": "ja"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.verification, transfer.verified_at) == ("live", "self_declared", None)
    assert transfer.confirmed_at > NOW
    assert transfer.moves.last().by is None
    answered = client.get(still_path(asked)).text
    assert "stimmt noch" in answered
    assert practice_path(TransferContact.objects.get())[:24] in answered
    assert Transfer.objects.due_again(timezone.now()).count() == 0


def test_the_first_answer_counts(asked, transfer):
    answer_request(request=asked, is_still_true=False)
    answer_request(request=asked, is_still_true=True)
    asked.refresh_from_db()
    assert (asked.answer, transfer.moves.count()) == ("no_longer", 1)


def test_no_goes_to_the_campus_team_until_somebody_moves_it(client, asked, transfer, editor):
    client.post(still_path(asked), {"antwort": "nein"})
    transfer.refresh_from_db()
    assert transfer.stage == "live"
    assert ConfirmationRequest.objects.denied().get() == asked
    record = {"stage": "ended", "verification": "self_declared", "by": editor}
    move_transfer(transfer=transfer, **record)
    assert ConfirmationRequest.objects.denied().count() == 0


def test_a_late_yes_lowers_no_confirmation_that_came_in_between(asked, transfer, editor):
    move_transfer(transfer=transfer, stage="live", verification="verified", evidence="Besuch", by=editor)
    answer_request(request=asked, is_still_true=True)
    transfer.refresh_from_db()
    assert transfer.verification == "verified"


def test_whoever_does_not_want_to_be_asked_is_forgotten(client, asked, transfer):
    path = still_path(asked)
    assert client.post(path, {"antwort": "nicht-fragen"}).url == "/meldung/geloescht/"
    assert TransferContact.objects.count() == 0
    assert client.get(path).status_code == 410
    assert ask_whether_still(now=NOW + timedelta(days=800)) == 0


def test_a_new_address_revokes_the_links_of_the_old_one(client, asked, transfer, editor):
    path = still_path(asked)
    name_contact(transfer=transfer, email="neu@polch.example", by=editor)
    assert client.post(path, {"antwort": "ja"}).status_code == 410
    assert transfer.moves.count() == 1


def test_a_link_opens_no_page_of_another_purpose(client, asked):
    assert client.get(still_path(asked).replace("stimmt-noch", "meldung")).status_code == 404


def test_the_address_goes_three_months_after_the_transfer_ended(transfer, editor):
    move_transfer(transfer=transfer, stage="ended", verification="self_declared", by=editor)
    assert forget_contacts(now=timezone.now() + timedelta(days=89)) == 0
    assert forget_contacts(now=timezone.now() + timedelta(days=91)) == 1


# ── silence is shown ────────────────────────────────────────────────────────────────────────────────────────────


def test_when_nobody_answers_every_page_says_since_when(client, asked):
    then, today = timezone.localdate(LONG_AGO), timezone.localdate(NOW)
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    words = f"nicht bestätigt seit {months} Monaten"
    for page in ("/loesungen/llmoin/", "/loesungen/llmoin/verbreitung/", f"/regionen/{POLCH}/"):
        assert words in client.get(page).text, page
    row = client.get("/api/v1/transfers/").json()["results"][0]
    assert (row["is_confirmation_due"], row["confirmed_at"][:10]) == (True, then.isoformat())
