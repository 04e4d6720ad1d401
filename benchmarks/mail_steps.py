"""The parts of benchmarks/mail.py that run with Django, each in a process of its own: prints one line of JSON."""

import json
import resource
import smtplib
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import django
from django.core.management import call_command

ROUNDS, PART = 5, 1500
FACTS = 100_000
DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def prepare() -> dict[str, Any]:
    """Tables, a small country and one solution."""
    from catalogue.models import Solution
    from members.models import Region

    call_command("migrate", verbosity=0)
    federal = {"kind": "federal", "name": "Deutschland", "label": "Deutschland", "sort_key": "d", "search_text": "d"}
    Region.objects.create(key="", **federal)
    Solution.objects.create(
        slug="messung", title="Messung", summary="Misst.", number=1, editorial_status="published", published_at=BEGIN
    )
    return {}


def _subscribe(number: int | str) -> None:
    """So many people follow the whole country."""
    from members.models import Region
    from subscriptions.models import Subscriber, Subscription

    Subscriber.objects.all().delete()
    federal = Region.objects.get(key="")
    people = Subscriber.objects.bulk_create(
        (Subscriber(email=f"stelle{n}@kommune-{n}.example", confirmed_at=BEGIN) for n in range(int(number))),
        batch_size=5000,
    )
    wish = {"kinds": ["arrival"], "region": federal, "directions": ["this", "within"], "confirmed_at": BEGIN}
    Subscription.objects.bulk_create((Subscription(subscriber=one, **wish) for one in people), batch_size=5000)


def _arrive() -> None:
    """A new solution arrives in the country."""
    from catalogue.actions import record_transfer
    from catalogue.models import Solution
    from members.models import Region

    number = Solution.objects.count()
    solution = Solution.objects.create(
        slug=f"messung-{number}", title=f"Messung {number}", summary="Misst.", number=1,
        editorial_status="published", published_at=BEGIN,
    )  # fmt: skip
    record_transfer(
        solution=solution,
        region=Region.objects.get(key=""),
        by=None,
        stage="live",
        verification="verified",
        evidence="Messung",
    )


def _peak() -> int:
    """KiB of this process at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def announce(number: str) -> dict[str, Any]:
    from subscriptions.actions import announce as tell

    _apart(_subscribe, int(number))
    _arrive()
    begin = time.monotonic()
    told = tell()
    assert told == int(number), (told, number)
    return {"seconds": time.monotonic() - begin, "peak": _peak()}


def _apart(work: Any, *arguments: Any) -> None:
    """In another process, so that its memory is not counted here."""
    import subprocess

    subprocess.run([sys.executable, "-m", "benchmarks.mail_steps", work.__name__, *map(str, arguments)], check=True)


def rates() -> dict[str, Any]:
    """Bare smtplib and our loop in turn, the same messages."""
    from django.utils import timezone

    from subscriptions.actions import announce as tell
    from subscriptions.mail import NOTIFICATIONS
    from subscriptions.models import Notification

    _subscribe(ROUNDS * PART)
    _arrive()
    tell()
    ids = list(Notification.objects.open().order_by("pk").values_list("pk", flat=True))
    Notification.objects.open().update(due_at=timezone.now() + DAY)
    rounds = []
    for number in range(ROUNDS):
        part = ids[number * PART : (number + 1) * PART]
        letters = [(p.to, p.bounces_to, p.write().as_bytes(timezone.now())) for p in NOTIFICATIONS.compose(part)]
        bare = _bare(letters)
        Notification.objects.filter(pk__in=part).update(due_at=timezone.now())
        rounds.append((_ours(), bare))
    return {"rounds": rounds}


def _bare(letters: list[tuple[str, str, bytes]]) -> float:
    from django.conf import settings

    begin = time.monotonic()
    with smtplib.SMTP("127.0.0.1", settings.SMTP["EMAIL_PORT"], local_hostname="bench") as smtp:
        for to, sender, content in letters:
            smtp.sendmail(sender, [to], content)
    return len(letters) / (time.monotonic() - begin)


def _ours() -> float:
    from members.mail import deliver
    from subscriptions.mail import NOTIFICATIONS

    begin = time.monotonic()
    sent = deliver(NOTIFICATIONS, seconds=60).sent
    assert sent == PART, sent
    return sent / (time.monotonic() - begin)


def whole(number: str) -> dict[str, Any]:
    """From the end of the undo window to the first and the last mail, as the worker does it."""
    from django.conf import settings
    from django.db.models import Max, Min

    from members.clock import database_now
    from subscriptions.models import Notification
    from subscriptions.tasks import announce as look
    from subscriptions.tasks import deliver_due

    _subscribe(int(number))
    _arrive()
    begin = database_now()
    time.sleep(settings.LOOK_SECONDS)  # the worst case: the worker has looked just before
    look()
    while Notification.objects.open().exists():
        deliver_due()
    sent = Notification.objects.aggregate(first=Min("sent_at"), last=Max("sent_at"))
    return {name: (at - begin).total_seconds() for name, at in sent.items()}


def memory(number: str) -> dict[str, Any]:
    from subscriptions.actions import announce as tell
    from subscriptions.models import Notification
    from subscriptions.tasks import deliver_due

    _apart(_subscribe, int(number))
    _arrive()
    tell()
    while Notification.objects.open().exists():
        deliver_due()
    return {"peak": _peak()}


def drill(rounds: str, recipients: str) -> dict[str, Any]:
    """For benchmarks/drill.py: a district a round, one transfer, and so many people."""
    from members.models import Region

    prepare()
    _subscribe(int(recipients))
    place = {"kind": "district", "name": "x", "label": "Kreis", "sort_key": "x", "search_text": "x"}
    Region.objects.bulk_create(Region(key=f"{n + 10000:05}", **place) for n in range(int(rounds)))
    _arrive()
    return {}


def look() -> dict[str, Any]:
    """How long the worker needs to find that nothing is new, with 100,000 transfers behind it."""
    from catalogue.models import Arrival, Solution, Transfer
    from members.models import Region
    from subscriptions.actions import announce as tell
    from subscriptions.actions import mark_all_announced

    solutions = Solution.objects.bulk_create(
        Solution(slug=f"s{n}", title=f"S{n}", summary="s", number=1, editorial_status="published", published_at=BEGIN)
        for n in range(FACTS // 250)
    )
    place = {"kind": "state", "name": "x", "label": "x", "sort_key": "x", "search_text": "x"}
    regions = Region.objects.bulk_create(Region(key=f"{n:02}", **place) for n in range(250))
    _arrive()
    transfer = Transfer.objects.first()
    Arrival.objects.bulk_create(
        (
            Arrival(solution=solution, region=region, transfer=transfer, arrived_at=BEGIN + timedelta(minutes=n))
            for n, (solution, region) in enumerate((s, r) for s in solutions for r in regions)
        ),
        batch_size=5000,
    )
    mark_all_announced()
    _analyse()
    tell()
    times = []
    for _ in range(30):
        begin = time.perf_counter()
        tell()
        times.append((time.perf_counter() - begin) * 1000)
    return {"milliseconds": median(times), "spread": f"{min(times):.1f}-{max(times):.1f}"}


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    django.setup()
    name, *arguments = sys.argv[1:]
    print(json.dumps(globals()[name](*arguments)))


if __name__ == "__main__":
    main()
