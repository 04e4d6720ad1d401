"""Delivering: nothing lost, nothing doubled but after a crash, and one bad mail stops no other."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from catalogue.actions import record_transfer
from members.mail import OUTGOING, deliver
from members.mail.claims import MAX_ATTEMPTS, claim, sender_session
from members.mail.pace import Pace
from members.models import OutgoingMail
from subscriptions.actions import announce, collect_digests
from subscriptions.mail import DIGESTS, NOTIFICATIONS
from subscriptions.models import Announcement, Digest, Notification
from subscriptions.periods import next_digest

LIVE = {"stage": "live", "verification": "verified", "evidence": "Vertrag"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_undo_window(settings, monkeypatch):
    settings.UNDO_SECONDS = 0
    monkeypatch.setattr("members.mail.sending.RUN_SECONDS", 300)  # a busy machine is no failure
    monkeypatch.setattr("members.mail.sending._pace", Pace(1000))  # what one test sent slows no other down


@pytest.fixture
def arrival_told(regions, llmoin, subscribe, editor):
    """Three people wait for the news that LLMoin reached Polch."""
    for number in range(3):
        subscribe(f"stelle{number}@mayen-koblenz.example", regions["07137"])
    record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)
    announce()


def waiting(**fields) -> OutgoingMail:
    return OutgoingMail.objects.create(**{"to": "person@amt.example", "subject": "Betreff", "text": "Text"} | fields)


def make_due(queryset) -> None:
    queryset.update(due_at=timezone.now() - timedelta(seconds=1))


def test_each_person_gets_one_mail_to_their_own_address(arrival_told, inbox):
    report = deliver(NOTIFICATIONS)

    assert (report.sent, report.retried, report.given_up) == (3, 0, 0)
    assert sorted(inbox.recipients) == [f"stelle{n}@mayen-koblenz.example" for n in range(3)]
    assert [m["To"] for m in inbox.messages] == inbox.recipients
    assert not Notification.objects.open().exists()


def test_the_mail_says_what_happened_why_it_came_and_how_to_leave(arrival_told, inbox, settings):
    deliver(NOTIFICATIONS)
    message = inbox.messages[0]
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()

    assert "LLMoin" in message["Subject"]
    assert "Polch" in message["Subject"]
    for body in (text, html):
        assert f"{settings.SITE_URL}/loesungen/llmoin/" in body
        assert "Landkreis Mayen-Koblenz" in body
        assert "/abmelden/" in body
        assert ".invalid" not in body
    assert message["List-Unsubscribe"].startswith(f"<{settings.SITE_URL}/abo/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"


def test_each_link_to_leave_belongs_to_the_one_who_got_it(arrival_told, inbox):
    deliver(NOTIFICATIONS)

    assert len({m["List-Unsubscribe"] for m in inbox.messages}) == 3


def test_a_second_run_sends_nothing(arrival_told, inbox):
    assert [deliver(NOTIFICATIONS).sent, deliver(NOTIFICATIONS).sent] == [3, 0]
    assert len(inbox.messages) == 3


def test_the_message_id_is_the_rows_key_so_a_copy_is_recognisable(inbox):
    row = waiting()
    row.refresh_from_db()
    deliver(OUTGOING)
    OutgoingMail.objects.update(sent_at=None, due_at=timezone.now() - timedelta(seconds=1))
    deliver(OUTGOING)

    assert [m["Message-ID"] for m in inbox.messages] == [f"<{row.key}@katalog.example>"] * 2


def test_a_refused_recipient_is_given_up_and_shown_and_delays_nobody(arrival_told, inbox):
    inbox.refuse["stelle1@mayen-koblenz.example"] = "550 Unbekannt"
    report = deliver(NOTIFICATIONS)

    assert (report.sent, report.given_up) == (2, 1)
    failed = Notification.objects.failed().get()
    assert failed.subscriber.email == "stelle1@mayen-koblenz.example"
    assert "550" in failed.last_error


def test_a_busy_mailbox_is_tried_again_later(arrival_told, inbox):
    inbox.refuse["stelle1@mayen-koblenz.example"] = "450 Bitte später"
    assert deliver(NOTIFICATIONS).retried == 1
    row = Notification.objects.open().get()
    assert (row.attempts, row.due_at > timezone.now()) == (1, True)

    inbox.refuse.clear()
    make_due(Notification.objects.open())
    assert deliver(NOTIFICATIONS).sent == 1


def test_the_pauses_grow(inbox, monkeypatch):
    monkeypatch.setattr("members.mail.pace.TEMPORARY_REFUSALS", 99)  # else its domain waits as a whole
    row = waiting()
    inbox.refuse[row.to] = "450 Bitte später"
    pauses = []
    for _ in range(4):
        deliver(OUTGOING)
        row.refresh_from_db()
        pauses.append((row.due_at - timezone.now()).total_seconds())
        make_due(OutgoingMail.objects.all())

    assert pauses == sorted(pauses)
    assert pauses[3] > 5 * pauses[0]


def test_a_mail_server_that_is_away_costs_no_attempt(mail_server, inbox):
    row = waiting()
    mail_server.stop()
    try:
        assert deliver(OUTGOING).total == 0
    finally:
        mail_server.start()
    row.refresh_from_db()
    assert (row.attempts, row.sent_at, row.sender) == (0, None, None)
    assert deliver(OUTGOING).sent == 1


def test_a_connection_cut_in_mid_message_repeats_that_mail_alone(arrival_told, inbox):
    inbox.cut_after_data = 1
    first = deliver(NOTIFICATIONS)
    make_due(Notification.objects.open())
    second = deliver(NOTIFICATIONS)

    assert (first.sent, first.retried, second.sent) == (2, 1, 1)
    ids = [m["Message-ID"] for m in inbox.messages]
    assert (len(ids), len(set(ids))) == (4, 3)


def test_a_row_that_kills_its_worker_ends_in_the_visible_list(inbox):
    waiting(attempts=MAX_ATTEMPTS, to="gift@amt.example")
    waiting(to="gesund@amt.example")
    deliver(OUTGOING)

    assert inbox.recipients == ["gesund@amt.example"]
    assert OutgoingMail.objects.failed().get().to == "gift@amt.example"


def test_a_mail_that_cannot_be_written_stops_no_other(inbox):
    waiting(subject="Zeile\nBcc: alle@amt.example")
    waiting(to="gesund@amt.example")
    deliver(OUTGOING)

    assert inbox.recipients == ["gesund@amt.example"]
    assert OutgoingMail.objects.failed().count() == 1


def test_news_without_a_template_stops_no_other(arrival_told, inbox):
    wrong = Announcement.objects.create(kind="unbekannt", fact_key="1", occurred_at=timezone.now())
    Notification.objects.filter(subscriber__email__startswith="stelle0").update(announcement=wrong)
    report = deliver(NOTIFICATIONS)

    assert (report.sent, report.retried) == (2, 1)


def test_what_one_session_claimed_no_other_takes_until_that_session_ends(transactional_db):
    for _ in range(3):
        waiting()
    other = connection.copy()
    other.connect()
    with sender_session() as mine:
        assert len(claim(OutgoingMail, "TRUE", mine, 2)) == 2
        with other.cursor() as cursor:  # another process, alive
            cursor.execute("SELECT pg_advisory_lock(77, 4711)")
        assert len(claim(OutgoingMail, "TRUE", mine, 10)) == 1
    OutgoingMail.objects.update(sender=4711)
    with sender_session() as mine:
        assert claim(OutgoingMail, "TRUE", mine, 10) == []
        other.close()  # it dies, and the server lets its rows go
        for _ in range(50):
            if taken := claim(OutgoingMail, "TRUE", mine, 10):
                break
        assert len(taken) == 3


def test_weekly_news_come_as_one_digest_newest_first(regions, llmoin, subscribe, editor, inbox):
    subscribe("kreis@mayen-koblenz.example", regions["07"], frequency="weekly")
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)
    announce()
    monday = next_digest("weekly", timezone.now())

    assert (collect_digests(), deliver(NOTIFICATIONS).sent) == (0, 0)
    assert collect_digests(now=monday) == 1
    assert deliver(DIGESTS).sent == 1
    message = inbox.messages[0]
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == "2 Neuigkeiten aus dem Lösungskatalog"
    assert text.index("Polch") < text.rindex("Mayen-Koblenz")
    assert not Notification.objects.open().exists()


def test_a_period_has_one_digest_whatever_runs_twice(regions, llmoin, subscribe, editor, inbox):
    subscribe("kreis@mayen-koblenz.example", regions["07"], frequency="weekly")
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    announce()
    monday = next_digest("weekly", timezone.now())
    assert [collect_digests(now=monday), collect_digests(now=monday)] == [1, 0]
    deliver(DIGESTS)

    record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)
    announce()
    Notification.objects.open().update(due_at=monday)  # committed a moment too late for the digest
    assert collect_digests(now=monday + timedelta(minutes=1)) == 0
    assert Notification.objects.open().get().due_at == monday + timedelta(days=7)
    assert collect_digests(now=monday + timedelta(days=7)) == 1
    assert (Digest.objects.count(), deliver(DIGESTS).sent, len(inbox.messages)) == (2, 1, 2)


def test_nobody_gets_an_empty_digest(regions, subscribe, inbox):
    subscribe("kreis@mayen-koblenz.example", regions["07"], frequency="weekly")

    assert collect_digests(now=next_digest("weekly", timezone.now())) == 0


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 10, 21, 12, tzinfo=UTC), datetime(2026, 10, 26, 6, tzinfo=UTC)),  # winter time began
        (datetime(2026, 10, 19, 4, 59, tzinfo=UTC), datetime(2026, 10, 19, 5, tzinfo=UTC)),
        (datetime(2026, 10, 19, 5, tzinfo=UTC), datetime(2026, 10, 26, 6, tzinfo=UTC)),
        (datetime(2027, 3, 25, 12, tzinfo=UTC), datetime(2027, 3, 29, 5, tzinfo=UTC)),  # summer time began
    ],
)
def test_digests_come_on_monday_at_seven_in_berlin(now, due):
    assert next_digest("weekly", now) == due


def test_mail_of_libraries_becomes_rows_that_roll_back_with_their_cause():
    def send() -> None:
        mail = EmailMultiAlternatives("Hallo", "Text", to=["a@amt.example", "b@amt.example"])
        mail.attach_alternative("<p>Text</p>", "text/html")
        mail.send()

    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0
    send()
    assert set(OutgoingMail.objects.values_list("to", "html")) == {
        ("a@amt.example", "<p>Text</p>"),
        ("b@amt.example", "<p>Text</p>"),
    }
