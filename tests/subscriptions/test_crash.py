"""Killed at any point: everyone has the mail, and at most one repeats a kill, recognisable by its Message-ID."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from redis import Redis

from catalogue.actions import record_transfer
from subscriptions.models import Notification
from tests.conftest import start_worker, worker_environment

RECIPIENTS, KILLS, SEED = 2000, 10, 20261124
pytestmark = pytest.mark.django_db(transaction=True)


def subscribe_many(region_id: int, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH person AS (
                 INSERT INTO subscriptions_subscriber
                   (email, epoch, organisation, confirmed_at, consent_wording, consent_page)
                 SELECT 'stelle' || i || '@kommune.example', 0, '', now(), '', '' FROM generate_series(1, %s) i
                 RETURNING id)
               INSERT INTO subscriptions_subscription
                 (subscriber_id, kinds, region_id, directions, fields_of_action, frequency, confirmed_at)
               SELECT id, '{arrival}', %s, '{this,within}', '{}', 'at_once', now() FROM person""",
            [number, region_id],
        )


def wait_until(reached: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it did not come that far in time"
        time.sleep(0.01)


def flush_the_broker() -> None:
    with Redis.from_url(os.environ["REDIS_URL"]) as broker:
        broker.flushall()


def test_ten_kills_and_an_emptied_broker_lose_nothing(regions, llmoin, editor, mail_server, inbox):
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(RECIPIENTS * 9 // 10), KILLS))
    subscribe_many(regions["07137"].pk, RECIPIENTS)
    environment = worker_environment(mail_server)
    record_transfer(
        solution=llmoin, region=regions["071375002086"], by=editor, stage="live", verification="verified"
    )
    for point in points:
        worker = start_worker(environment)
        wait_until(lambda point=point: len(inbox.recipients) >= point, 60)
        worker.kill()
        worker.wait()
        flush_the_broker()
    worker = start_worker(environment)
    try:
        wait_until(lambda: not Notification.objects.open().exists(), 90)
    finally:
        worker.terminate()
        worker.wait(30)

    copies = Counter(message["Message-ID"] for message in inbox.messages)
    people = {message["To"]: message["Message-ID"] for message in inbox.messages}
    assert set(people) == {f"stelle{n}@kommune.example" for n in range(1, RECIPIENTS + 1)}
    assert len(copies) == RECIPIENTS  # a repeated mail carries the Message-ID of the first
    assert sum(copies.values()) - RECIPIENTS <= KILLS
    assert max(copies.values()) <= 2


def test_an_orderly_restart_repeats_nothing_and_takes_seconds(regions, llmoin, editor, mail_server, inbox):
    subscribe_many(regions["07137"].pk, 500)
    environment = worker_environment(mail_server)
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, stage="live", verification="verified")
    worker = start_worker(environment)
    wait_until(lambda: len(inbox.recipients) >= 50, 60)
    began = time.monotonic()
    worker.terminate()
    worker.wait(30)
    assert time.monotonic() - began < 30
    worker = start_worker(environment)
    try:
        wait_until(lambda: not Notification.objects.open().exists(), 60)
    finally:
        worker.terminate()
        worker.wait(30)

    assert sorted(Counter(inbox.recipients).values()) == [1] * 500


def test_without_a_broker_the_worker_goes_on_by_itself(regions, llmoin, editor, mail_server, inbox):
    subscribe_many(regions["07137"].pk, 3)
    environment = worker_environment(mail_server, REDIS_URL="unix:///nowhere/valkey.sock")
    worker = start_worker(environment)
    try:
        record_transfer(solution=llmoin, region=regions["07137"], by=editor, stage="live", verification="verified")
        wait_until(lambda: len(inbox.recipients) == 3, 60)
    finally:
        worker.kill()
        worker.wait()
