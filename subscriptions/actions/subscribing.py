"""Asking and confirming (double opt-in). Whoever is known or not: the same work, the same answer, the same time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from catalogue.models import Solution
from members.addresses import plain_address
from members.clock import DatabaseClock, database_now
from members.models import OutgoingMail, Region
from subscriptions.actions.moving import MOVE
from subscriptions.actions.renewing import meaning, neighbours_asked
from subscriptions.links import confirm_url, manage_url
from subscriptions.models import Subscriber, Subscription
from subscriptions.news import NewsKind
from subscriptions.wording import CONSENT_VERSION, in_words

CONFIRMATION = "confirm"  # purpose of the mail
PAUSE = timedelta(hours=24)  # between two confirmation mails to one address
MOST_WAITING = 20  # unconfirmed subscriptions of one address
CODES = (
    "fields_of_action", "stages", "levels", "licences", "operating_models", "ai", "verifications", "sovereignty",
    "buyers",
)  # fmt: skip


class TooManyWaiting(ValueError):
    """Somebody fills an address with wishes that nobody confirms."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to hear of, in the one order in which it is stored, so that a wish exists once."""

    kinds: Iterable[str] = field(default_factory=lambda: NewsKind.values)
    region: Region | None = None
    directions: Iterable[str] = Subscription.USUAL
    solution: Solution | None = None
    fields_of_action: Iterable[str] = ()  # slugs
    stages: Iterable[str] = ()
    levels: Iterable[str] = ()
    licences: Iterable[str] = ()
    operating_models: Iterable[str] = ()
    ai: Iterable[str] = ()
    verifications: Iterable[str] = ()
    sovereignty: Iterable[str] = ()
    buyers: Iterable[str] = ()  # slugs
    words: str = ""
    frequency: str = Subscription.Frequency.AT_ONCE

    def columns(self) -> dict[str, object]:
        """What makes two subscriptions the same (the frequency does not)."""
        directions = set(self.directions) or {Subscription.Direction.THIS}
        return {
            **{name: sorted(set(getattr(self, name))) for name in CODES},
            "kinds": [kind for kind in NewsKind.values if kind in set(self.kinds)],
            "region": self.region.counted() if self.region else None,
            "directions": [one for one in Subscription.Direction.values if one in directions] if self.region else [],
            "solution": self.solution,
            "words": " ".join(self.words.split()),
        }

    def subscription(self) -> Subscription:
        """A row that is not saved, with what follows from the wish: its neighbours and what its words mean."""
        row = Subscription(frequency=self.frequency, **self.columns())
        row.neighbours = neighbours_asked(row)
        row.query, row.query_version = meaning(row.words)
        return row


@transaction.atomic
def subscribe(*, email: str, wish: Wish, page: str, organisation: str = "") -> Subscription:
    """Write down the wish, unconfirmed, with the proof of consent, and one confirmation mail a day and address.

    Nothing that is unconfirmed is ever matched. A confirmed subscriber's own data stay as they are: somebody else
    may have typed the address. Raises ValidationError for an address that is none, and TooManyWaiting.
    """
    address = plain_address(email)
    proof = {"consent_wording": CONSENT_VERSION, "consent_page": page[:300]}
    Subscriber.objects.bulk_create([Subscriber(email=address, **proof)], ignore_conflicts=True)
    subscriber = Subscriber.objects.select_for_update().get(email=address)
    if subscriber.confirmed_at is None:
        subscriber.organisation = organisation.strip()[:200] or subscriber.organisation
        subscriber.consent_wording, subscriber.consent_page = proof["consent_wording"], proof["consent_page"]
    subscription, waiting = _ask(subscriber, wish)
    _write_confirmation(subscriber, waiting)
    return subscription


@transaction.atomic
def confirm(*, subscriber: Subscriber, only: Iterable[int] | None = None) -> list[Subscription]:
    """Begin what waits (or only these of it); returns what began now. Doing it twice changes nothing."""
    locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    waiting = locked.subscriptions.filter(confirmed_at=None).select_related("region", "solution")
    begun = list(waiting if only is None else waiting.filter(pk__in=list(only)))
    if begun:
        Subscription.objects.filter(pk__in=[one.pk for one in begun]).update(confirmed_at=DatabaseClock())
        Subscriber.objects.filter(pk=locked.pk, confirmed_at=None).update(confirmed_at=DatabaseClock())
    return begun


def _ask(subscriber: Subscriber, wish: Wish) -> tuple[Subscription, list[Subscription]]:
    """The subscription of this wish, and all that waits to be confirmed."""
    same, row = wish.columns(), wish.subscription()
    row.subscriber = subscriber
    Subscription.objects.bulk_create([row], ignore_conflicts=True)
    # asked for again: the seven days begin anew, and the last word on the frequency counts
    subscriber.subscriptions.filter(confirmed_at=None, **same).update(
        frequency=wish.frequency, created_at=DatabaseClock()
    )
    mine = list(subscriber.subscriptions.select_related("region", "solution"))
    waiting = [one for one in mine if one.confirmed_at is None]
    if len(waiting) > MOST_WAITING:
        raise TooManyWaiting
    return next(one for one in mine if _is_same(one, same)), waiting


def _is_same(subscription: Subscription, columns: dict[str, object]) -> bool:
    return all(getattr(subscription, name) == value for name, value in columns.items())


def _write_confirmation(subscriber: Subscriber, waiting: list[Subscription]) -> None:
    """The mail is always composed and written; where it is not due that is rolled back, so the time is the same."""
    now = database_now()
    moves = OutgoingMail.objects.filter(to=subscriber.email, purpose=MOVE, created_at__gt=now - PAUSE)
    asked_at = subscriber.confirmation_sent_at
    is_due = not moves.exists() and (asked_at is None or asked_at <= now - PAUSE)
    subject, text, html = _confirmation(subscriber, waiting)
    with transaction.atomic():
        OutgoingMail.objects.create(to=subscriber.email, subject=subject, text=text, html=html, purpose=CONFIRMATION)
        transaction.set_rollback(not is_due)
    subscriber.confirmation_sent_at = now if is_due else subscriber.confirmation_sent_at
    subscriber.save(update_fields=["organisation", "consent_wording", "consent_page", "confirmation_sent_at"])


def _confirmation(subscriber: Subscriber, waiting: list[Subscription]) -> tuple[str, str, str]:
    """Subject, text and HTML: our own words and names from our own tables, nothing that somebody typed."""
    context = {
        "waiting": [in_words(one) for one in waiting],
        "confirm_url": confirm_url(subscriber),
        "manage_url": manage_url(subscriber) if subscriber.confirmed_at else "",
        "site_url": settings.SITE_URL,
    }
    subject, _, text = render_to_string("subscriptions/email/confirm.txt", context).partition("\n")
    html = render_to_string("subscriptions/email/confirm.html", context)
    return subject.removeprefix("Betreff:").strip(), text.strip() + "\n", html
