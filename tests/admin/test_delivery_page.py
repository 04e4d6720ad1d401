"""„Zustellung“: staff see what waits and how fast it goes, and hold, release, repeat or drop it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from govtech_portal.delivery import delivery_figures
from members.models import DeliveryDecision, DeliveryGate, OutgoingMail

PAGE = "/admin/zustellung/"
MAILS = "/admin/members/outgoingmail/"


@pytest.fixture
def mails(db) -> list[OutgoingMail]:
    now = timezone.now()
    moments = [
        {"due_at": now - timedelta(minutes=7)}, {"due_at": now - timedelta(minutes=3)},
        {"due_at": now + timedelta(days=1)}, {"sent_at": now}, {"sent_at": now - timedelta(minutes=30)},
        {"sent_at": now - timedelta(hours=2)}, {"failed_at": now - timedelta(days=3)},
    ]  # fmt: skip
    return [
        OutgoingMail.objects.create(to=f"a{n}@b.example", subject="B", text="T", **m) for n, m in enumerate(moments)
    ]


def test_the_figures_say_how_much_waits_since_when_and_how_fast_it_goes(mails):
    figures = next(one for one in delivery_figures() if one.name == "mail")
    counted = (figures.waiting, figures.due, figures.sent_last_minute, figures.sent_last_hour, figures.failed)
    assert counted == (3, 2, 1, 2, 1)
    assert 400 < figures.age(timezone.now()) < 450


def test_the_page_shows_them(desk, mails):
    page = desk.get(PAGE).content.decode()
    assert "Die Zustellung läuft." in page
    assert "<td>3</td><td>2</td><td>7\xa0Minuten</td>" in page
    assert f'{MAILS}?zustellung=gescheitert">1</a>' in page


def test_holding_needs_a_reason_and_says_who_did_it(desk, editor):
    assert "Bitte sagen Sie" in desk.post(PAGE, {"schritt": "anhalten", "grund": " "}).content.decode()
    assert not DeliveryGate.objects.exclude(held_at=None).exists()
    page = desk.post(PAGE, {"schritt": "anhalten", "grund": "Umzug"}, follow=True).content.decode()
    assert "Angehalten seit" in page
    decision = DeliveryDecision.objects.get()
    assert (decision.what, decision.by, decision.note) == ("hold", editor, "Umzug")
    assert "Zustellung angehalten: 1" in " ".join(desk.get("/admin/").content.decode().split())


def test_releasing_may_drop_what_is_due_and_nothing_else(desk, mails):
    desk.post(PAGE, {"schritt": "anhalten", "grund": "Umzug"})
    desk.post(PAGE, {"schritt": "verwerfen"})
    assert DeliveryGate.objects.get().held_at is None
    assert OutgoingMail.objects.open().count() == 1  # due tomorrow
    assert OutgoingMail.objects.filter(last_error__startswith="Verworfen").count() == 2


def test_a_mail_is_dropped_from_the_list_and_can_be_queued_again(desk, mails):
    first = mails[0]
    for action, failed in (("suppress", True), ("retry", False)):
        desk.post(MAILS, {"action": action, "_selected_action": [first.pk]})
        first.refresh_from_db()
        assert (first.failed_at is not None) is failed
    assert list(DeliveryDecision.objects.values_list("what", "count")) == [("retry", 1), ("suppress", 1)]


def test_who_only_reads_sees_it_and_decides_nothing(at_desk, lead):
    client = at_desk(lead)
    page = client.get(PAGE)
    assert (page.status_code, "Anhalten" in page.content.decode()) == (200, False)
    for step in ("anhalten", "senden", "verwerfen"):
        assert client.post(PAGE, {"schritt": step, "grund": "x"}).status_code == 403
    assert not DeliveryDecision.objects.exists()


def test_strangers_see_nothing(client, at_desk, procurement_officer, outsider):
    assert client.get(PAGE).status_code == 302
    assert at_desk(procurement_officer).get(PAGE).status_code == 403
    client.force_login(outsider)
    assert client.get(PAGE).status_code in (302, 403)
    assert client.post(PAGE, {"schritt": "anhalten", "grund": "x"}).status_code in (302, 403)
    assert not DeliveryGate.objects.exists()
