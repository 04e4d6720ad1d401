"""What one run of loading knows and what it added."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Model

from govtech_portal.demo_catalogue.reading import Regions
from members.models import User
from subscriptions.models import Announcement
from subscriptions.news import CARRIED, NEWS, unannounced


@dataclass
class Run:
    """`now` is the moment that the examples' dates are relative to. People act: authors and approvers differ."""

    now: datetime
    people: dict[str, User]
    regions: Regions
    added: Counter[str] = field(default_factory=Counter)
    made: defaultdict[type[Model], set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def editor(self) -> User:
        return self.people["redaktion"]

    @property
    def approver(self) -> User:
        return self.people["freigabe"]

    def add(self, row: Model) -> None:
        self.added[row._meta.model_name or ""] += 1
        self.made[type(row)].add(row.pk)


def mark_announced(run: Run) -> int:
    """What this run added is backlog: born announced. Facts of other people stay to be told."""
    told = 0
    for kind in NEWS:
        facts = unannounced(kind, run.now, timedelta(0))
        if not run.made[facts.model]:
            continue
        mine = facts.filter(pk__in=run.made[facts.model])
        rows = [Announcement(kind=kind, **{name: getattr(fact, name, None) for name in CARRIED}) for fact in mine]
        told += len(Announcement.objects.bulk_create(rows)) if rows else 0
    return told
