"""A subscriber's program is told, signed, what the subscriptions ask for; a dead one costs nobody else anything."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalogue.actions import record_transfer
from members.models import OutgoingMail
from subscriptions.actions import (
    add_webhook,
    announce,
    call_again,
    pause_webhook,
    remove_webhook,
    renew_secret,
    resume_webhook,
    test_webhook,
)
from subscriptions.links import manage_path
from subscriptions.models import Notification, WebhookDelivery, WebhookEndpoint
from subscriptions.webhooks.delivering import deliver_webhooks
from tests.web_receiver import WebReceiver

pytestmark = pytest.mark.django_db(transaction=True)  # calls run in threads of their own
LIVE = {"stage": "live", "verification": "verified", "evidence": "Vertrag"}
test_webhook.__test__ = False  # a verb


@pytest.fixture
def web(settings) -> Iterator[WebReceiver]:
    settings.OUTBOUND_ALLOWS_LOOPBACK = True
    settings.UNDO_SECONDS = 0
    server = WebReceiver()
    yield server
    server.stop()


@pytest.fixture
def hook(web, regions, subscribe) -> WebhookEndpoint:
    subscriber = subscribe("kreis@mayen-koblenz.example", regions["07137"]).subscriber
    return add_webhook(subscriber=subscriber, url=web.url)


@pytest.fixture
def arrival(regions, llmoin, editor):
    """LLMoin reaches Polch, and whoever is concerned is told."""

    def arrive() -> None:
        record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)
        announce()

    return arrive


def make_due() -> None:
    WebhookDelivery.objects.open().update(due_at=timezone.now() - timedelta(seconds=1))


def signed(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As a receiver checks it (Standard Webhooks)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_a_fact_is_called_once_signed_and_with_public_names_alone(hook, arrival, web, settings):
    arrival()
    assert [deliver_webhooks().sent, deliver_webhooks().sent] == [1, 0]
    ((path, headers, body),) = web.seen
    content = json.loads(body)

    assert path == "/hook?a=1"
    assert headers["webhook-signature"] == signed(hook.secret, headers, body)
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert content["type"] == "arrival"
    assert content["data"] == {
        "solution": {"slug": "llmoin", "title": "LLMoin", "url": f"{settings.SITE_URL}/loesungen/llmoin/"},
        "region": {"key": "071375002086", "name": "Polch"},
    }
    assert b"@" not in body
    row = WebhookDelivery.objects.get()
    assert (row.status, row.sent_at is not None, row.attempts) == (200, True, 1)
    assert Notification.objects.count() == 1  # the mail is sent as well


def test_whom_a_fact_does_not_concern_is_not_called(web, regions, subscribe, arrival):
    add_webhook(subscriber=subscribe("amt@hamburg.example", regions["02"]).subscriber, url=web.url)
    arrival()
    assert (WebhookDelivery.objects.count(), deliver_webhooks().sent) == (0, 0)


def test_a_failed_call_is_repeated_with_the_same_id_and_a_growing_pause(hook, arrival, web):
    arrival()
    web.status = 500
    pauses = []
    for _ in range(3):
        assert deliver_webhooks().retried == 1
        row = WebhookDelivery.objects.get()
        pauses.append((row.due_at - timezone.now()).total_seconds())
        make_due()
    web.status = 204
    assert deliver_webhooks().sent == 1

    assert pauses == sorted(pauses)
    assert pauses[2] > 3 * pauses[0]
    assert len({headers["webhook-id"] for _, headers, _ in web.seen}) == 1
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_a_redirect_is_a_failure_and_leads_nowhere(hook, arrival, web):
    arrival()
    web.status, web.headers = 302, {"Location": web.url}
    deliver_webhooks()
    assert (len(web.seen), "Weiterleitungen" in WebhookDelivery.objects.get().last_error) == (1, True)


def test_a_dead_endpoint_delays_no_other(hook, arrival, web, regions, subscribe, settings):
    dead = subscribe("tot@mayen-koblenz.example", regions["07137"]).subscriber
    add_webhook(subscriber=dead, url="http://127.0.0.1:9/")
    arrival()
    for _ in range(3):  # more waits for the dead one
        WebhookDelivery.objects.create(endpoint=dead.webhooks.get())
    report = deliver_webhooks()

    assert (report.sent, report.retried) == (1, 1)  # the others of the dead one wait uncounted
    waiting = WebhookDelivery.objects.open().order_by("pk").values_list("attempts", flat=True)
    assert list(waiting) == [1, 0, 0, 0]


def test_lasting_failure_pauses_it_and_tells_its_owner_without_what_was_typed(hook, arrival, web):
    arrival()
    web.status = 500
    WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(hours=25))
    deliver_webhooks()
    hook.refresh_from_db()
    mail = OutgoingMail.objects.get()

    assert hook.paused_because == "failing"
    assert WebhookDelivery.objects.get().failed_at is not None
    assert mail.to == "kreis@mayen-koblenz.example"
    assert "pausiert" in mail.subject
    assert web.url not in mail.text
    assert "/webhooks/" in mail.text


def test_the_answer_410_unsubscribes_it(hook, arrival, web):
    arrival()
    web.status = 410
    deliver_webhooks()
    hook.refresh_from_db()
    assert hook.paused_because == "gone"


def test_paused_it_is_not_called_and_resumed_only_what_is_asked_for(hook, arrival, web):
    arrival()
    pause_webhook(endpoint=hook)
    assert deliver_webhooks().total == 0
    assert call_again(endpoint=hook) == 0
    resumed = resume_webhook(endpoint=hook)
    assert deliver_webhooks().total == 0
    assert call_again(endpoint=resumed) == 1
    assert deliver_webhooks().sent == 1


def test_a_test_says_that_it_is_one_and_waits_once(hook, web):
    assert test_webhook(endpoint=hook) == test_webhook(endpoint=hook)
    deliver_webhooks()
    assert [json.loads(body)["type"] for _, _, body in web.seen] == ["test"]


def test_after_a_new_secret_the_old_one_signs_nothing(hook, web):
    old = hook.secret
    test_webhook(endpoint=renew_secret(endpoint=hook))
    deliver_webhooks()
    ((_, headers, body),) = web.seen
    assert headers["webhook-signature"] == signed(WebhookEndpoint.objects.get().secret, headers, body)
    assert headers["webhook-signature"] != signed(old, headers, body)


def test_a_private_network_is_never_called(hook, web, settings):
    settings.OUTBOUND_ALLOWS_LOOPBACK = False
    WebhookEndpoint.objects.update(url=f"https://127.0.0.1:{web.port}/")
    test_webhook(endpoint=hook)
    assert deliver_webhooks().retried == 1
    assert (web.seen, "privates Netz" in WebhookDelivery.objects.get().last_error) == ([], True)


def test_removed_it_leaves_nothing(hook, arrival):
    arrival()
    remove_webhook(endpoint=hook)
    assert (WebhookEndpoint.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


@pytest.mark.parametrize("url", ["http://hook.example/", "https://a@hook.example/", "nichts", "https://x/" + "a" * 600])
def test_an_address_that_is_none_is_refused_in_words(hook, settings, url):
    settings.OUTBOUND_ALLOWS_LOOPBACK = False
    with pytest.raises(ValidationError):
        add_webhook(subscriber=hook.subscriber, url=url)


# the page


def test_the_secret_is_shown_once(client, hook):
    place = f"{manage_path(hook.subscriber)}webhooks/"
    made = client.post(place, {"schritt": "anlegen", "adresse": "http://127.0.0.1:1/zwei"})
    secret = WebhookEndpoint.objects.latest("pk").secret
    assert secret in made.content.decode()
    page = client.get(place).content.decode()
    assert (secret in page, hook.secret in page, "zwei" in page) == (False, False, True)


def test_every_button_does_what_it_says(client, hook, web):
    place = f"{manage_path(hook.subscriber)}webhooks/"

    def press(step: str) -> None:
        assert client.post(place, {"schritt": step, "webhook": hook.pk}).status_code in (200, 302)

    press("test")
    deliver_webhooks()
    assert "angenommen (200" in client.get(place).content.decode()
    press("pausieren")
    assert "selbst pausiert" in client.get(place).content.decode()
    press("fortsetzen")
    press("geheimnis")
    press("entfernen")
    assert not WebhookEndpoint.objects.exists()


def test_a_wrong_address_comes_back_in_words(client, hook, settings):
    settings.OUTBOUND_ALLOWS_LOOPBACK = False
    place = f"{manage_path(hook.subscriber)}webhooks/"
    page = client.post(place, {"schritt": "anlegen", "adresse": "http://innen.example/"}).content.decode()
    assert "Die Adresse muss mit https:// beginnen." in page
    assert "http://innen.example/" in page


@pytest.mark.parametrize("webhook", ["", "0", "-1", "1" * 30, "x", "\x00"])
def test_the_webhook_of_somebody_else_is_not_found(client, hook, regions, subscribe, webhook):
    stranger = subscribe("fremd@anderswo.example", regions["02"]).subscriber
    place = f"{manage_path(stranger)}webhooks/"
    for pk in (webhook, hook.pk):
        assert client.post(place, {"schritt": "entfernen", "webhook": pk}).status_code == 404
    assert WebhookEndpoint.objects.count() == 1
    assert client.get("/abo/falsch/webhooks/").status_code == 404
