"""Mails that come back pause their address; a forged report does nothing."""

import io
import uuid
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from members.mail import return_address
from members.mail.bounces import read_report
from members.mail.verp import recipient_of
from subscriptions.actions import resume
from subscriptions.models import Bounce, Subscriber

pytestmark = pytest.mark.django_db

DSN = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Leider.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; jemand@amt.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b--
"""


@pytest.fixture(autouse=True)
def _with_a_return_address(settings):
    settings.BOUNCE_ADDRESS = "rueck@katalog.example"


@pytest.fixture
def subscriber(regions, subscribe) -> Subscriber:
    return subscribe("jemand@amt.example", regions["07137"]).subscriber


@pytest.fixture
def comes_back(monkeypatch):
    """The mail server pipes a report into the command; its answer is returned."""

    def pipe(header: str, status: str = "5.1.1", action: str = "failed", **options) -> str:
        raw = DSN.format(to=header, action=action, status=status).encode()
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        out = io.StringIO()
        call_command("take_bounces", stdout=out, **options)
        return out.getvalue().strip()

    return pipe


def test_every_recipient_has_a_return_address_of_its_own(subscriber):
    address = return_address(subscriber.public_id)
    assert address.startswith("rueck+")
    assert address.endswith("@katalog.example")
    assert len(address.partition("@")[0]) <= 64
    assert recipient_of(address) == recipient_of(f"<{address.upper()}>") == subscriber.public_id


def test_without_the_setting_it_is_the_sender(settings, subscriber):
    settings.BOUNCE_ADDRESS = ""
    assert return_address(subscriber.public_id) == "katalog@katalog.example"


def test_a_final_one_pauses_and_staff_or_the_person_may_go_on(subscriber, comes_back):
    assert comes_back(return_address(subscriber.public_id)) == "Vermerkt: 5.1.1"
    subscriber.refresh_from_db()
    assert (subscriber.paused_at is not None, subscriber.paused_because) == (True, "undeliverable")
    assert Bounce.objects.get().diagnostic == "smtp; 550 no such user"
    assert resume(subscriber=subscriber).paused_at is None


@pytest.mark.parametrize("status", ["4.2.2", "5.2.2", "5.7.1", "5.3.4"])
def test_a_temporary_one_counts_and_only_many_pause(subscriber, comes_back, status):
    for number in range(5):
        subscriber.refresh_from_db()
        assert (subscriber.paused_at, Bounce.objects.count()) == (None, number)
        comes_back(return_address(subscriber.public_id), status)
    subscriber.refresh_from_db()
    assert subscriber.paused_because == "undeliverable"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_no_failure_is_dropped(subscriber, comes_back, action):
    assert "keine gescheiterte" in comes_back(return_address(subscriber.public_id), action=action)
    assert not Bounce.objects.exists()


def test_the_envelope_says_more_than_the_header(subscriber, comes_back):
    assert comes_back("wer@auch.example", to=return_address(subscriber.public_id)) == "Vermerkt: 5.1.1"


@pytest.mark.parametrize(
    "forge", ["", "rueck+@x", "rueck+{id}@x", "rueck+" + "a" * 42 + "@x", "rueck+" + "ä" * 42, "rueck+" + "1" * 42]
)
def test_a_forged_one_does_nothing(subscriber, comes_back, forge):
    address = forge.format(id=subscriber.public_id)
    assert "stammt nicht von uns" in comes_back(address)
    genuine = return_address(subscriber.public_id)
    altered = genuine[:10] + ("a" if genuine[10] != "a" else "b") + genuine[11:]
    assert "stammt nicht von uns" in comes_back(altered)
    subscriber.refresh_from_db()
    assert (subscriber.paused_at, Bounce.objects.count()) == (None, 0)


def test_of_somebody_who_left_nothing_is_kept(comes_back):
    assert "abgemeldet" in comes_back(return_address(uuid.uuid4()))


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 1000, b"Content-Type: multipart/report; boundary=b\n\n--b\n" * 500])
def test_rubbish_is_no_report(raw):
    assert read_report(raw) is None
