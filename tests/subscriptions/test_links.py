"""Links in mails: they prove the mailbox, for one purpose, for their time."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions.links import (
    LinkBroken,
    LinkExpired,
    confirm_url,
    find_subscriber,
    manage_url,
    read_token,
    unsubscribe_url,
)
from subscriptions.models import Subscriber

pytestmark = pytest.mark.django_db
URLS = {"confirm": confirm_url, "manage": manage_url, "unsubscribe": unsubscribe_url}


@pytest.fixture
def subscriber() -> Subscriber:
    return Subscriber.objects.create(email="rathaus@polch.example")


def token_of(purpose: str, subscriber: Subscriber, **when) -> str:
    url = URLS[purpose](subscriber, **when)
    return max(url.split("/"), key=len)


@pytest.mark.parametrize("purpose", URLS)
def test_a_link_leads_to_its_subscriber(subscriber, purpose):
    token = token_of(purpose, subscriber)

    assert find_subscriber(purpose, token, now=timezone.now()) == subscriber


def test_addresses_are_absolute_and_made_from_the_setting(subscriber, settings):
    settings.SITE_URL = "https://katalog.example"

    assert confirm_url(subscriber).startswith("https://katalog.example/abo/bestaetigen/")
    assert manage_url(subscriber).startswith("https://katalog.example/abo/")
    assert unsubscribe_url(subscriber).endswith("/abmelden/")


@pytest.mark.parametrize("purpose", URLS)
@pytest.mark.parametrize("other", URLS)
def test_a_token_of_another_purpose_is_refused(subscriber, purpose, other):
    if purpose == other:
        return
    with pytest.raises(LinkBroken):
        read_token(purpose, token_of(other, subscriber), now=timezone.now())


@pytest.mark.parametrize("purpose", URLS)
def test_a_token_altered_anywhere_is_refused(subscriber, purpose):
    token = token_of(purpose, subscriber)
    for place, letter in enumerate(token):
        altered = token[:place] + ("B" if letter == "A" else "A") + token[place + 1 :]
        with pytest.raises(LinkBroken):
            read_token(purpose, altered, now=timezone.now())


@pytest.mark.parametrize("nonsense", ["", "A", "=", "ä" * 40, "\0", "A" * 8192, "A" * 43, "A" * 54, "../..", "%00"])
@pytest.mark.parametrize("purpose", URLS)
def test_nonsense_is_refused(purpose, nonsense):
    with pytest.raises(LinkBroken):
        read_token(purpose, nonsense, now=timezone.now())


@pytest.mark.parametrize(("purpose", "days"), [("confirm", 7), ("manage", 30)])
def test_confirm_lives_7_days_and_manage_30(subscriber, purpose, days):
    issued = timezone.now()
    token = token_of(purpose, subscriber, at=issued)

    assert find_subscriber(purpose, token, now=issued + timedelta(days=days, minutes=-1)) == subscriber
    with pytest.raises(LinkExpired):
        find_subscriber(purpose, token, now=issued + timedelta(days=days, minutes=1))


def test_unsubscribe_never_expires(subscriber):
    later = timezone.now() + timedelta(days=20 * 365)

    assert find_subscriber("unsubscribe", token_of("unsubscribe", subscriber), now=later) == subscriber


def test_a_new_epoch_revokes_confirm_and_manage_but_never_unsubscribe(subscriber):
    tokens = {purpose: token_of(purpose, subscriber) for purpose in URLS}
    Subscriber.objects.update(epoch=1)

    for purpose in ("confirm", "manage"):
        with pytest.raises(LinkExpired):
            find_subscriber(purpose, tokens[purpose], now=timezone.now())
    assert find_subscriber("unsubscribe", tokens["unsubscribe"], now=timezone.now()) == subscriber


def test_an_old_secret_stays_valid_for_unsubscribing_alone(subscriber, settings):
    tokens = {purpose: token_of(purpose, subscriber) for purpose in URLS}
    settings.SECRET_KEY_FALLBACKS = ["another old one", settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret"

    assert find_subscriber("unsubscribe", tokens["unsubscribe"], now=timezone.now()) == subscriber
    for purpose in ("confirm", "manage"):
        with pytest.raises(LinkBroken):
            find_subscriber(purpose, tokens[purpose], now=timezone.now())


def test_a_secret_that_is_gone_is_gone(subscriber, settings):
    token = token_of("unsubscribe", subscriber)
    settings.SECRET_KEY = "a new secret"

    with pytest.raises(LinkBroken):
        find_subscriber("unsubscribe", token, now=timezone.now())


def test_links_are_cheap_enough_for_eleven_thousand_mails(subscriber):
    rounds = 2000
    fastest = min(_seconds(subscriber, rounds) for _ in range(3))

    assert fastest / rounds < 100e-6  # both links of a mail


def _seconds(subscriber: Subscriber, rounds: int) -> float:
    began = time.process_time()
    for _ in range(rounds):
        manage_url(subscriber)
        unsubscribe_url(subscriber)
    return time.process_time() - began
