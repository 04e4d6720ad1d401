"""Killed at any point: everyone has the mail, and at most one repeats a kill, recognisable by its Message-ID."""

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from redis import Redis

from catalogue.actions import record_transfer
from subscriptions.models import Notification
from tests.conftest import start_worker, worker_environment
from tests.mail_server import Inbox, MailServer

RECIPIENTS, KILLS, SEED = 2000, 10, 20261124
START_SECONDS = 300  # nothing hangs; how fast it is, is no promise of this test on a busy machine
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


def everything_is_sent() -> bool:
    return Notification.objects.exists() and not Notification.objects.open().exists()


def flush_the_broker() -> None:
    with Redis.from_url(os.environ["REDIS_URL"]) as broker:
        broker.flushall()


class Workers:
    """Starts one worker after the other and leaves none behind."""

    def __init__(self, mail_server: MailServer) -> None:
        self.environment = worker_environment(mail_server)
        self.running: list[subprocess.Popen] = []

    def start(self, **more: str) -> subprocess.Popen:
        self.running.append(start_worker(self.environment | more))
        return self.running[-1]

    def kill(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()

    def come_to(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not reached():
            assert self.running[-1].poll() is None, "the worker ended by itself"
            assert time.monotonic() < end, "it did not come that far in time"
            time.sleep(0.05)  # the mail server runs in this process: asking more often slows it down


@pytest.fixture
def workers(mail_server: MailServer, inbox: Inbox) -> Iterator[Workers]:
    workers = Workers(mail_server)
    yield workers
    workers.kill()


def test_ten_kills_and_an_emptied_broker_lose_nothing(regions, llmoin, editor, workers, inbox):
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(RECIPIENTS * 9 // 10), KILLS))
    subscribe_many(regions["07137"].pk, RECIPIENTS)
    record_transfer(
        solution=llmoin,
        region=regions["071375002086"],
        by=editor,
        stage="live",
        verification="verified",
        evidence="Vertrag",
    )
    for point in points:
        workers.start()
        workers.come_to(lambda point=point: len(inbox) >= point)
        workers.kill()
        flush_the_broker()
    workers.start()
    workers.come_to(everything_is_sent)
    copies = Counter(inbox.message_ids)

    assert set(inbox.recipients) == {f"stelle{n}@kommune.example" for n in range(1, RECIPIENTS + 1)}
    assert len(copies) == RECIPIENTS  # a repeated mail carries the Message-ID of the first
    assert sum(copies.values()) - RECIPIENTS <= KILLS
    assert max(copies.values()) <= 2


def test_an_orderly_restart_repeats_nothing_and_takes_seconds(regions, llmoin, editor, workers, inbox):
    subscribe_many(regions["07137"].pk, 300)
    record_transfer(
        solution=llmoin, region=regions["07137"], by=editor, stage="live", verification="verified", evidence="Vertrag"
    )
    worker = workers.start()
    workers.come_to(lambda: len(inbox) >= 20)
    worker.terminate()
    worker.wait(30)  # raises when it takes longer
    workers.start()
    workers.come_to(everything_is_sent)

    assert sorted(inbox.recipients) == sorted(f"stelle{n}@kommune.example" for n in range(1, 301))


def test_without_a_broker_the_worker_goes_on_by_itself(regions, llmoin, editor, workers, inbox):
    subscribe_many(regions["07137"].pk, 3)
    workers.start(REDIS_URL="unix:///nowhere/valkey.sock")
    record_transfer(
        solution=llmoin, region=regions["07137"], by=editor, stage="live", verification="verified", evidence="Vertrag"
    )

    workers.come_to(lambda: len(inbox) == 3)
