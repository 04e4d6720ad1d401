"""What the mail server, one domain or one row does wrong stays its own problem; a restored database sends nothing."""

import email
import email.policy
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from members.actions import hold_delivery, release_delivery, retry_mails, suppress_mails
from members.mail import OUTGOING, deliver
from members.mail.pace import MINUTE, TEMPORARY_REFUSALS, Pace
from members.mail.smtp import quoted
from members.mail.stencils import Stencil
from members.models import DeliveryDecision, DeliveryGate, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch):
    monkeypatch.setattr("members.mail.sending.RUN_SECONDS", 300)  # a busy machine is no failure
    monkeypatch.setattr("members.mail.sending._pace", Pace(1000))


def waiting(number: int = 1, domain: str = "amt.example") -> list[OutgoingMail]:
    return OutgoingMail.objects.bulk_create(
        OutgoingMail(to=f"person{n}@{domain}", subject="Betreff", text="Text") for n in range(number)
    )


def states() -> list[tuple[int, bool, bool]]:
    rows = OutgoingMail.objects.order_by("pk")
    return [(row.attempts, row.sent_at is not None, row.failed_at is not None) for row in rows]


# the server


def test_a_server_that_refuses_our_sender_blames_no_row(inbox):
    waiting(5)
    inbox.refuse_senders = "451 Bitte später"
    assert deliver(OUTGOING).sent == 0
    assert states() == [(0, False, False)] * 5

    inbox.refuse_senders = ""
    OutgoingMail.objects.update(due_at=timezone.now())
    assert deliver(OUTGOING).sent == 5


def test_three_mails_cut_in_a_row_end_the_run_and_a_copy_has_the_same_id(inbox):
    waiting(5)
    inbox.cut_after_data = 3
    assert deliver(OUTGOING).retried == 3
    assert [attempts for attempts, _, _ in states()] == [1, 1, 1, 0, 0]  # they may have arrived: counted

    OutgoingMail.objects.update(due_at=timezone.now())
    assert deliver(OUTGOING).sent == 5
    ids = [message["Message-ID"] for message in inbox.messages]
    assert (len(ids), len(set(ids))) == (8, 5)


def test_a_row_is_found_by_its_id_and_not_by_walking_the_queue(inbox):
    """Else each mail costs as much as there are mails."""
    waiting(300)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_outgoingmail")
        cursor.execute(
            "EXPLAIN UPDATE members_outgoingmail SET attempts = 1 WHERE id = 1 AND sender = 1"
            " AND coalesce(sent_at, failed_at) IS NULL AND due_at <= clock_timestamp()"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "members_outgoingmail_pkey" in plan


# one domain


def test_a_domain_has_its_limit_and_the_others_go_on(inbox, monkeypatch):
    monkeypatch.setattr("members.mail.sending._pace", Pace(2))
    waiting(4, "gross.example")
    waiting(2, "klein.example")
    assert deliver(OUTGOING).sent == 4
    assert sorted(to.partition("@")[2] for to in inbox.recipients) == ["gross.example"] * 2 + ["klein.example"] * 2
    later = OutgoingMail.objects.open()
    assert [(row.attempts, row.due_at > timezone.now()) for row in later] == [(0, True)] * 2


def test_the_limit_is_for_a_minute():
    pace = Pace(2)
    for second in (0, 1):
        assert pace.allows("a.example", second)
        pace.sent("a.example", 0.1, second)
    assert [pace.allows("a.example", at) for at in (2, MINUTE, MINUTE + 1)] == [False, True, True]
    assert pace.allows("b.example", 2)


def test_a_slow_or_refusing_domain_waits_for_a_while():
    pace = Pace(100)
    pace.sent("langsam.example", 9, 0)
    for _ in range(TEMPORARY_REFUSALS):
        pace.refused("voll.example", 0.1, 0)
    for domain in ("langsam.example", "voll.example"):
        assert [pace.allows(domain, at) for at in (1, MINUTE)] == [False, True]


# the mail


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b".a\r\n", b"..a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n..b", b"a\r\n...b\r\n.\r\n"),
    ],
)
def test_no_content_ends_the_message_early(content, sent):
    assert quoted(content) == sent


@pytest.mark.parametrize("to", ["a@b.example>\r\nRCPT TO:<c@d.example", "ä@b.example", "a b@c.example", "<a@b.example"])
def test_an_address_that_smtp_cannot_carry_is_given_up_and_stops_no_other(inbox, to):
    OutgoingMail.objects.create(to=to, subject="Betreff", text="Text")
    waiting()
    report = deliver(OUTGOING)
    assert (report.sent, report.given_up, inbox.recipients) == (1, 1, ["person0@amt.example"])


def test_a_stencil_says_what_was_written_and_what_was_filled_in():
    holes = ["https://eins.invalid/", "https://zwei.invalid/"]
    values = {holes[0]: "https://katalog.example/" + "x=" * 60, holes[1]: "<Größe> & Straße"}
    text = f"Grüße\n\n{holes[0]}\nEnde {holes[1]}\n.\n" + "lang " * 60
    stencil = Stencil(text, f"<p>{holes[1]}</p>\n" + "ä" * 200, holes)
    read = email.message_from_bytes(b"MIME-Version: 1.0\r\n" + stencil.fill(values), policy=email.policy.default)
    plain, html = (read.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    expected = text.replace(holes[0], values[holes[0]]).replace(holes[1], values[holes[1]])
    assert plain.rstrip() == expected.rstrip()
    assert html.startswith("<p>&lt;Größe&gt; &amp; Straße</p>\n" + "ä" * 200)
    assert max(len(line) for line in stencil.fill(values).split(b"\r\n")[1:]) <= 76


# held and released


def test_held_nothing_is_sent_until_somebody_releases_it(inbox, editor):
    waiting(2)
    hold_delivery(by=editor, reason="Wartung")
    assert deliver(OUTGOING).total == 0
    release_delivery(by=editor)
    assert deliver(OUTGOING).sent == 2
    assert list(DeliveryDecision.objects.values_list("what", "by__email", "note")) == [
        ("release", editor.email, ""),
        ("hold", editor.email, "Wartung"),
    ]


def test_without_a_reason_it_is_not_held(editor):
    with pytest.raises(ValidationError):
        hold_delivery(by=editor, reason="  ")
    assert not DeliveryGate.objects.exclude(held_at=None).exists()


def test_a_restored_database_sends_nothing_until_a_person_has_looked(inbox, editor):
    waiting(2)
    assert deliver(OUTGOING).sent == 2
    waiting(2)
    DeliveryGate.objects.update(place="4711.1.16384")  # the backup was taken in another cluster
    assert [deliver(OUTGOING).total, deliver(OUTGOING).total] == [0, 0]
    gate = DeliveryGate.objects.get()
    assert "Sicherung" in gate.reason
    assert DeliveryDecision.objects.get().by is None

    release_delivery(by=editor, drop=[OutgoingMail.objects.all()])
    assert deliver(OUTGOING).total == 0
    assert OutgoingMail.objects.failed().count() == 2  # visible, and may be sent after all
    assert retry_mails(mails=OutgoingMail.objects.all(), by=editor) == 2
    assert deliver(OUTGOING).sent == 2


def test_the_commands_hold_and_release(inbox):
    waiting()
    call_command("hold_delivery", stdout=io.StringIO())
    assert deliver(OUTGOING).total == 0
    call_command("release_delivery", stdout=io.StringIO())
    assert deliver(OUTGOING).sent == 1


def test_what_is_dropped_is_not_sent_and_it_is_known_who_did_it(inbox, editor):
    waiting(3)
    assert suppress_mails(mails=OutgoingMail.objects.filter(to__startswith="person0"), by=editor, note="falsch") == 1
    assert deliver(OUTGOING).sent == 2
    decision = DeliveryDecision.objects.get()
    assert (decision.what, decision.by, decision.count, decision.note) == ("suppress", editor, 1, "falsch")


# health by progress


def check() -> str:
    out = io.StringIO()
    call_command("check_delivery", seconds=60, stdout=out)
    return out.getvalue().strip()


def test_health_is_progress(editor):
    assert check() == "Die Zustellung läuft."
    waiting()
    assert check() == "Die Zustellung läuft."  # just due
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    with pytest.raises(CommandError, match="Mails an eine Person"):
        check()
    OutgoingMail.objects.create(to="b@amt.example", subject="x", text="x", sent_at=timezone.now())
    assert check() == "Die Zustellung läuft."


def test_held_is_not_ill(editor):
    waiting()
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    hold_delivery(by=editor, reason="Wartung")
    assert check() == "Die Zustellung läuft."
