"""What the database refuses of subscribers, wishes and answers, whoever writes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Organisation
from procurement.models import Clarification, MarketExploration
from subscriptions.models import Subscriber, Subscription
from tests.test_database_rules import refused

pytestmark = pytest.mark.django_db


def test_a_wanted_address_has_its_moment_and_the_other_way_round(subscribe):
    subscribe("rathaus@polch.example")
    with refused("subscriber_new_email_has_a_date"):
        Subscriber.objects.update(new_email="neu@polch.example")
    with refused("subscriber_new_email_has_a_date"):
        Subscriber.objects.update(new_email_asked_at=timezone.now())


def test_a_reason_of_a_pause_needs_the_pause(subscribe):
    subscribe("rathaus@polch.example")
    with refused("subscriber_reason_of_a_pause"):
        Subscriber.objects.update(paused_because="wished")


def test_a_wish_exists_once_whatever_its_filter(subscribe):
    first = subscribe("rathaus@polch.example", licences=["MIT"], words="Kita")
    subscribe("rathaus@polch.example", licences=["MIT"], words="Bau")
    with refused("subscription_once"):
        Subscription.objects.create(subscriber=first.subscriber, kinds=["arrival"], licences=["MIT"], words="Kita")


def test_a_query_without_words_means_nothing(subscribe):
    subscribe("rathaus@polch.example")
    with refused("subscription_query_means_its_words"):
        Subscription.objects.update(query="kita")


def test_an_answer_is_published_with_its_words(db):
    now = timezone.now()
    buyer = Organisation.objects.create(slug="amt", name="Amt")
    exploration = MarketExploration.objects.create(
        slug="ki", title="KI", buyer=buyer, opened_at=now, responses_due_at=now + timedelta(days=1)
    )
    with refused("clarification_published_with_answer"):
        Clarification.objects.create(exploration=exploration, question="?", published_at=now)


def test_the_longest_filter_that_is_kept_fits_its_index(subscribe):
    subscribe("rathaus@polch.example", licences=[f"{n:0100}" for n in range(10)], words="ß" * 200)
    assert Subscription.objects.count() == 1
