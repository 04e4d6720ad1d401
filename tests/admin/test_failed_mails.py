"""A mail that was given up is tried again by a person; its text is never shown, its address not to everybody."""

import pytest
from django.utils import timezone

from members.models import OutgoingMail, Region
from subscriptions.models import Announcement, Notification, Subscriber

LIST = "/admin/members/outgoingmail/"
NEWS = "/admin/subscriptions/notification/"


@pytest.fixture
def failed(db) -> OutgoingMail:
    return OutgoingMail.objects.create(
        to="amt@stadt.example", subject="Passwort setzen", text="geheimer-link", attempts=20,
        failed_at=timezone.now(), last_error="552 voll",
    )  # fmt: skip


@pytest.fixture
def untold(solution, regions: dict[str, Region]) -> Notification:
    subscriber = Subscriber.objects.create(email="amt@stadt.example", confirmed_at=timezone.now())
    announcement = Announcement.objects.create(
        kind="arrival", fact_key="1", occurred_at=timezone.now(), solution=solution, region=regions["02"]
    )
    return Notification.objects.create(
        announcement=announcement, subscriber=subscriber, reasons=[1], frequency="at_once",
        failed_at=timezone.now(), attempts=20,
    )  # fmt: skip


def retry(client, place: str, row) -> None:
    client.post(place, {"action": "retry", "_selected_action": [row.pk]})
    row.refresh_from_db()


def test_a_failed_mail_is_queued_again_as_new(desk, failed) -> None:
    retry(desk, LIST, failed)
    assert (failed.failed_at, failed.attempts) == (None, 0)
    assert failed.due_at <= timezone.now()


def test_a_sent_mail_is_never_sent_again(desk, failed) -> None:
    OutgoingMail.objects.update(failed_at=None, sent_at=timezone.now())
    retry(desk, LIST, failed)
    assert (failed.sent_at is not None, failed.attempts) == (True, 20)


def test_a_failed_notification_is_queued_again(desk, untold) -> None:
    retry(desk, NEWS, untold)
    assert (untold.failed_at, untold.attempts) == (None, 0)


def test_who_only_reads_cannot_retry(at_desk, lead, failed, untold) -> None:
    client = at_desk(lead)
    retry(client, LIST, failed)
    retry(client, NEWS, untold)
    assert failed.failed_at is not None
    assert untold.failed_at is not None


def test_the_text_of_a_mail_is_never_shown(desk, failed) -> None:
    html = desk.get(f"{LIST}{failed.pk}/change/").content.decode()
    assert "Passwort setzen" in html
    assert "geheimer-link" not in html


def test_vergabe_sees_announcements_and_no_addresses(at_desk, procurement_officer, untold) -> None:
    client = at_desk(procurement_officer)
    assert "LLMoin" in client.get("/admin/subscriptions/announcement/").content.decode()
    for place in (NEWS, "/admin/subscriptions/subscriber/", LIST):
        assert client.get(place).status_code == 403


def test_an_announcement_says_how_many_were_told(desk, untold) -> None:
    row = desk.get("/admin/subscriptions/announcement/").context["cl"].result_list[0]
    assert (row.told_count, row.sent_count, row.open_count, row.failed_count) == (1, 0, 0, 1)


def test_nobody_writes_subscribers_here(desk, untold) -> None:
    place = f"/admin/subscriptions/subscriber/{untold.subscriber_id}"
    assert "amt@stadt.example" in desk.get(f"{place}/change/").content.decode()
    assert desk.post(f"{place}/change/", {"email": "x@y.example"}).status_code == 403
    assert desk.post(f"{place}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get("/admin/subscriptions/subscriber/add/").status_code == 403
