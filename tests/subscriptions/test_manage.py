"""A subscriber changes things by the link in a mail: settings, a pause, the address; and sees what would have come."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from members.models import OutgoingMail
from subscriptions.actions import Wish, ask_to_move, confirm, forget_unconfirmed, move, pause
from subscriptions.actions import subscribe as ask
from subscriptions.links import LinkBroken, confirm_url, manage_path, move_url, preview_path, read_token
from subscriptions.models import Announcement, Notification, Subscriber, Subscription

pytestmark = pytest.mark.django_db
OLD, NEW = "rathaus@polch.example", "buero@polch.example"


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch):
    monkeypatch.setattr("subscriptions.views.SUBSCRIBE_PER_HOUR", 1000)


@pytest.fixture
def mine(subscribe, regions) -> Subscription:
    return subscribe(OLD, regions["07137"])


def happened(solution, region, days: float, number: int = 1, **fields) -> None:
    Announcement.objects.bulk_create(
        Announcement(
            **{"kind": "arrival", "solution": solution, "region": region, "fact_key": f"{region}-{days}-{n}"} | fields,
            occurred_at=timezone.now() - timedelta(days=days),
        )
        for n in range(number)
    )


def link_in_mail(kind: str) -> str:
    text = OutgoingMail.objects.latest("pk").text
    return urlsplit(re.search(rf"\S+/abo/{kind}/\S+", text)[0]).path


def test_settings_change_by_the_form_of_the_page(client, mine):
    link = manage_path(mine.subscriber)
    asked = {
        "schritt": "aendern", "abo": mine.pk, "haeufigkeit": "six_weeks", "neuigkeit": ["clarification", "arrival"],
        "richtung": ["like_sized", "this"],
    }  # fmt: skip
    assert client.post(link, asked).status_code == 302
    mine.refresh_from_db()
    assert (mine.frequency, mine.kinds) == ("six_weeks", ["arrival", "clarification"])
    assert mine.directions == ["this", "like_sized"]


def test_nothing_chosen_is_said_and_changes_nothing(client, mine):
    answer = client.post(manage_path(mine.subscriber), {"schritt": "aendern", "abo": mine.pk, "haeufigkeit": "daily"})
    assert answer.status_code == 200
    assert "mindestens eine Art" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.frequency == "at_once"


def test_two_subscriptions_do_not_become_the_same(client, mine, subscribe, regions):
    other = subscribe(OLD, regions["07137"], kinds=["major_update"])
    asked = {"schritt": "aendern", "abo": other.pk, "haeufigkeit": "daily", "neuigkeit": mine.kinds,
             "richtung": mine.directions}  # fmt: skip
    answer = client.post(manage_path(mine.subscriber), asked)
    assert "gibt es das Abonnement schon" in answer.content.decode()
    other.refresh_from_db()
    assert (other.kinds, other.frequency) == (["major_update"], "at_once")


def test_a_pause_begins_and_ends_by_a_button(client, mine):
    link = manage_path(mine.subscriber)
    for step, paused in (("pausieren", True), ("pausieren", True), ("fortsetzen", False), ("fortsetzen", False)):
        assert client.post(link, {"schritt": step}).url == link
        subscriber = Subscriber.objects.get()
        assert ((subscriber.paused_at is not None), subscriber.paused_because) == (paused, "wished" if paused else "")
    assert "Alle Mails anhalten" in client.get(link).content.decode()


def test_who_was_paused_because_mails_came_back_reads_it(client, mine):
    pause(subscriber=mine.subscriber, because="undeliverable")
    page = client.get(manage_path(mine.subscriber)).content.decode()
    assert "Unsere Mails kamen zurück" in page
    assert "Wieder Mails bekommen" in page


def test_a_new_address_counts_once_its_mailbox_has_confirmed(client, mine):
    old_link = manage_path(mine.subscriber)
    assert client.post(old_link, {"schritt": "adresse", "email": NEW.upper()}).url == old_link
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (NEW, "Bitte bestätigen Sie Ihre neue Adresse")
    assert OLD not in mail.text + mail.html
    assert "noch nicht bestätigt" in client.get(old_link).content.decode()

    link = link_in_mail("adresse")
    assert client.get(link).status_code == 200
    assert Subscriber.objects.get().email == OLD
    answer = client.post(link)
    assert Subscriber.objects.get().email == NEW
    assert client.get(answer.url).status_code == 200
    assert {client.get(one).status_code for one in (old_link, link)} == {410}


def test_a_link_moves_to_the_address_that_it_was_sent_to_and_no_other(client, mine):
    first = urlsplit(
        move_url(ask_to_move(subscriber=mine.subscriber, email="erste@polch.example"), "erste@polch.example")
    )
    ask_to_move(subscriber=mine.subscriber, email="zweite@polch.example")
    assert client.post(first.path).status_code == 410
    assert Subscriber.objects.get().email == OLD


def test_the_link_of_one_purpose_opens_no_other(mine, client):
    token = manage_path(mine.subscriber).split("/")[2]
    assert client.get(f"/abo/adresse/{token}/").status_code == 404
    with pytest.raises(LinkBroken):
        read_token("move", token, now=timezone.now())


def test_the_answer_is_the_same_whether_the_new_address_subscribes_or_not(client, mine, subscribe, regions):
    subscribe(NEW, regions["07"])
    link = manage_path(mine.subscriber)
    answers = {
        (answer.status_code, answer.url, answer.content)
        for email in (NEW, "fremd@polch.example")
        for answer in [client.post(link, {"schritt": "adresse", "email": email})]
    }
    assert len(answers) == 1
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {NEW, "fremd@polch.example"}


def test_nobody_fills_a_mailbox_by_changing_addresses(client, subscribe, regions):
    """One mail a day and address asks to confirm, whoever asks, for whatever."""
    for number in range(4):
        other = subscribe(f"amt{number}@polch.example", regions["07137"]).subscriber
        client.post(manage_path(other), {"schritt": "adresse", "email": NEW})
    ask(email=NEW, wish=Wish(region=regions["07"]), page="/abo/")
    assert OutgoingMail.objects.filter(to=NEW).count() == 1


def test_a_network_asks_at_most_so_often(mine, monkeypatch):
    monkeypatch.setattr("subscriptions.views.SUBSCRIBE_PER_HOUR", 2)
    link = manage_path(mine.subscriber)
    statuses = [
        Client().post(link, {"schritt": "adresse", "email": f"n{n}@polch.example"}).status_code for n in range(3)
    ]
    assert statuses == [302, 302, 429]


def test_an_address_that_is_none_is_said(client, mine):
    for email in ("", "kein", "a@b@c", "\0@polch.example"):
        answer = client.post(manage_path(mine.subscriber), {"schritt": "adresse", "email": email})
        assert (answer.status_code, OutgoingMail.objects.count()) == (200, 0)


def test_moving_to_an_address_that_subscribes_joins_both(mine, subscribe, regions, llmoin):
    twin = subscribe(NEW, regions["07137"])
    subscribe(OLD, solution=llmoin)
    happened(llmoin, regions["07137"], 0)
    fact = Announcement.objects.get()
    for one in (mine, twin):
        fields = {"reasons": [one.pk], "frequency": "at_once"}
        Notification.objects.create(announcement=fact, subscriber=one.subscriber, **fields)

    staying = move(subscriber=ask_to_move(subscriber=mine.subscriber, email=NEW))
    assert staying == twin.subscriber
    assert list(Subscriber.objects.values_list("email", flat=True)) == [NEW]
    assert [one.solution for one in staying.subscriptions.order_by("pk")] == [None, llmoin]
    assert Notification.objects.count() == 1


def test_an_unconfirmed_address_is_forgotten_after_seven_days(mine):
    ask_to_move(subscriber=mine.subscriber, email=NEW)
    forget_unconfirmed(now=timezone.now() + timedelta(days=6, hours=23))
    assert Subscriber.objects.get().new_email == NEW
    forget_unconfirmed(now=timezone.now() + timedelta(days=7, minutes=1))
    assert (Subscriber.objects.get().new_email, OutgoingMail.objects.count()) == ("", 0)


def test_the_preview_shows_what_three_months_would_have_brought(client, mine, regions, llmoin):
    happened(llmoin, regions["071375002086"], 1, 2)
    happened(llmoin, regions["02"], 1)
    happened(llmoin, regions["07137"], 100)
    happened(llmoin, regions["07137"], 3, kind="major_update")
    page = client.get(preview_path(mine.subscriber))

    assert page.context["count"] == 2
    assert page.content.decode().count("/loesungen/llmoin/") == 2
    assert "gab es 2 Neuigkeiten" in client.get(manage_path(mine.subscriber)).content.decode()


def test_what_left_the_catalogue_is_in_no_preview(client, mine, regions, llmoin):
    happened(llmoin, regions["07137"], 1)
    llmoin.editorial_status = "withdrawn"
    llmoin.save()
    assert client.get(preview_path(mine.subscriber)).context["count"] == 0


def test_the_number_is_told_before_one_subscribes(client, regions, llmoin):
    happened(llmoin, regions["07137"], 1, 3)
    page = client.get("/abo/?region=07").content.decode()
    assert "In den letzten drei Monaten wären das 3 Neuigkeiten gewesen." in page
    assert "wären das keine Neuigkeiten" in client.get("/abo/?region=02").content.decode()
    assert "In den letzten drei Monaten" not in client.get("/abo/").content.decode()


def test_the_preview_costs_the_same_for_many(client, mine, regions, llmoin, django_assert_num_queries):
    link = preview_path(mine.subscriber)
    happened(llmoin, regions["07137"], 1)
    with django_assert_num_queries(3):
        client.get(link)
    happened(llmoin, regions["07137"], 2, 40)
    with django_assert_num_queries(3):
        client.get(link)


def test_a_stranger_sees_neither_page(client, regions):
    unconfirmed = ask(email=OLD, wish=Wish(region=regions["07137"]), page="/abo/").subscriber
    token = urlsplit(confirm_url(unconfirmed)).path.split("/")[3]
    for address in (f"/abo/{token}/vorschau/", "/abo/xyz/vorschau/", f"/abo/{token}/", "/abo/adresse/xyz/"):
        assert client.get(address).status_code == 404
    confirm(subscriber=unconfirmed)
