"""A question is answered for all: published once, for ever, and without the asker's name."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction
from django.utils import timezone

from catalogue.actions import RuleBroken
from procurement.actions import publish_clarification, write_clarification
from procurement.models import Clarification

pytestmark = pytest.mark.django_db
ASKER = "Muster-Software GmbH"


@pytest.fixture
def asked(make_exploration, procurement_officer) -> Clarification:
    row = Clarification(
        exploration=make_exploration("offen", opened=-3, due=5), question="Zählt <b>Open Source</b>?", answer="**Ja.**",
        asked_by=ASKER,
    )  # fmt: skip
    return write_clarification(clarification=row, by=procurement_officer)


def test_an_answer_stands_on_the_page_and_in_the_api_without_the_asker(client, asked, procurement_officer):
    page, api = "/markterkundungen/offen/", "/api/v1/market-explorations/offen/"
    assert "Fragen und Antworten" not in client.get(page).content.decode()
    assert client.get(api).json()["clarifications"] == []
    published = publish_clarification(clarification=asked, by=procurement_officer)

    html = client.get(page).content.decode()
    assert "Zählt &lt;b&gt;Open Source&lt;/b&gt;?" in html
    assert "<strong>Ja.</strong>" in html
    (found,) = client.get(api).json()["clarifications"]
    assert set(found) == {"question", "answer", "published_at"}
    assert (found["question"], found["answer"]) == (published.question, "**Ja.**")
    assert ASKER not in html + client.get(api).content.decode()


def test_what_is_published_changes_no_more(asked, procurement_officer):
    published = publish_clarification(clarification=asked, by=procurement_officer)
    published.answer = "Nein."
    for step in (
        lambda: publish_clarification(clarification=published, by=procurement_officer),
        lambda: write_clarification(clarification=published, by=procurement_officer, fields=["answer"]),
    ):
        with pytest.raises(RuleBroken):
            step()
    for write in (lambda: Clarification.objects.update(answer="Nein."), lambda: Clarification.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="procurement_clarification"), transaction.atomic():
            write()
    assert Clarification.objects.get().answer == "**Ja.**"


def test_an_empty_answer_is_not_published(asked, procurement_officer):
    asked.answer = "  "
    write_clarification(clarification=asked, by=procurement_officer, fields=["answer"])
    with pytest.raises(RuleBroken, match="zuerst die Antwort"):
        publish_clarification(clarification=asked, by=procurement_officer)


@pytest.mark.parametrize("state", ["draft", "evaluated", "withdrawn"])
def test_only_while_the_exploration_runs(in_every_state, procurement_officer, state):
    row = Clarification.objects.create(exploration=in_every_state[state], question="?", answer="!")
    with pytest.raises(RuleBroken):
        publish_clarification(clarification=row, by=procurement_officer)


def test_only_the_procurement_role_writes_and_publishes(asked, editor, lead, outsider):
    for person in (editor, lead, outsider):
        with pytest.raises(PermissionDenied):
            publish_clarification(clarification=asked, by=person)
        with pytest.raises(PermissionDenied):
            write_clarification(clarification=asked, by=person)


def test_an_answer_of_what_opens_later_is_not_readable(client, make_exploration):
    later = make_exploration("spaeter", opened=2, due=9)
    Clarification.objects.create(exploration=later, question="?", answer="!", published_at=timezone.now())
    assert list(Clarification.objects.published_at(timezone.now())) == []
    assert len(Clarification.objects.published_at(timezone.now() + timedelta(days=3))) == 1
