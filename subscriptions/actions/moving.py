"""Another address: the new mailbox confirms before anything goes there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.template.loader import render_to_string

from members.addresses import plain_address
from members.clock import DatabaseClock, database_now
from members.models import OutgoingMail
from subscriptions.links import move_url
from subscriptions.models import Digest, Notification, Subscriber, Subscription

MOVE = "confirm_address"  # purpose of the mail
PAUSE = timedelta(hours=24)  # between two mails of ours that ask one address to confirm


@transaction.atomic
def ask_to_move(*, subscriber: Subscriber, email: str) -> Subscriber:
    """Note the wanted address and ask it, once a day and address whoever asks and however often.

    Whether the address subscribes already is told nobody: the same work, the same answer. Raises ValidationError for
    an address that is none.
    """
    address = plain_address(email)
    locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    locked.new_email, locked.new_email_asked_at = address, database_now()
    locked.save(update_fields=["new_email", "new_email_asked_at"])
    context = {"move_url": move_url(locked, address), "site_url": settings.SITE_URL}
    subject, _, text = render_to_string("subscriptions/email/move.txt", context).partition("\n")
    html = render_to_string("subscriptions/email/move.html", context)
    with connection.cursor() as cursor:  # two who ask for one address at once are one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"subscriptions move {address}"])
    is_due = not was_asked(address, since=database_now() - PAUSE) and address != locked.email
    with transaction.atomic():
        OutgoingMail.objects.create(
            to=address, subject=subject.removeprefix("Betreff:").strip(), text=text.strip() + "\n", html=html,
            purpose=MOVE,
        )  # fmt: skip
        transaction.set_rollback(not is_due)
    return locked


def was_asked(address: str, *, since: datetime) -> bool:
    """Whether a mail of ours asked this address to confirm anything since then."""
    return OutgoingMail.objects.filter(to=address, purpose__startswith="confirm", created_at__gt=since).exists()


@transaction.atomic
def move(*, subscriber: Subscriber) -> Subscriber:
    """The new mailbox has confirmed: returns who is told from now on. All earlier links end, leaving stays possible.

    Where the address subscribes already, both become one: equal subscriptions once, each fact once.
    """
    locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    other = Subscriber.objects.select_for_update().filter(email=locked.new_email).exclude(pk=locked.pk).first()
    if other:
        return _joined(locked, other)
    changes = {"email": locked.new_email, "new_email": "", "new_email_asked_at": None, "epoch": F("epoch") + 1}
    Subscriber.objects.filter(pk=locked.pk).update(**changes)
    locked.refresh_from_db()
    return locked


def _joined(leaving: Subscriber, staying: Subscriber) -> Subscriber:
    """Everything of the one that leaves goes to the one that stays, unless it is there already."""
    known = {_wish(one): one for one in staying.subscriptions.all()}
    for one in leaving.subscriptions.all():
        if (twin := known.get(_wish(one))) is None:
            Subscription.objects.filter(pk=one.pk).update(subscriber=staying)
        elif twin.confirmed_at is None and one.confirmed_at:
            Subscription.objects.filter(pk=twin.pk).update(confirmed_at=DatabaseClock())
    told = Notification.objects.filter(subscriber=staying, announcement=OuterRef("announcement"))
    Notification.objects.filter(~Exists(told), subscriber=leaving, digest=None).update(subscriber=staying)
    Digest.objects.filter(subscriber=leaving, sent_at=None).exclude(period__in=staying.digests.values("period")).update(
        subscriber=staying
    )
    Notification.objects.filter(~Exists(told), digest__subscriber=staying).exclude(subscriber=staying).update(
        subscriber=staying
    )
    Subscriber.objects.filter(pk=staying.pk, confirmed_at=None).update(confirmed_at=DatabaseClock())
    leaving.delete()
    staying.refresh_from_db()
    return staying


def _wish(subscription: Subscription) -> tuple[object, ...]:
    values = (getattr(subscription, f"{name}_id", getattr(subscription, name)) for name in Subscription.SAME)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)
