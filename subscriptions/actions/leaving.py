"""Changing, leaving, forgetting."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from members.accounts import has_account
from members.models import OutgoingMail
from subscriptions.actions.moving import MOVE
from subscriptions.actions.renewing import neighbours_asked
from subscriptions.actions.subscribing import CONFIRMATION, Wish
from subscriptions.models import Bounce, Digest, Notification, Subscriber, Subscription, WebhookDelivery

UNCONFIRMED_KEPT = timedelta(days=7)
TOLD_KEPT = timedelta(days=400)  # proof for more than a year that nothing was missed


class SameAlready(ValueError):
    """Changed so, the subscription would be another one of this person."""


@transaction.atomic
def change_subscription(
    *,
    subscription: Subscription,
    frequency: str,
    kinds: Iterable[str] | None = None,
    directions: Iterable[str] | None = None,
) -> Subscription:
    """From the next news on; what waits for a digest comes with it, once. None leaves as it is.

    Raises ValueError for a frequency that does not exist, SameAlready where another subscription is the same.
    """
    locked = Subscription.objects.select_for_update(of=("self",)).select_related("region").get(pk=subscription.pk)
    locked.frequency = Subscription.Frequency(frequency)
    asked = {name: getattr(locked, name) for name in Subscription.SAME}
    asked |= {"kinds": locked.kinds if kinds is None else kinds}
    asked |= {"directions": locked.directions if directions is None else directions}
    columns = Wish(**asked).columns()
    for name in ("kinds", "directions"):
        setattr(locked, name, columns[name])
    locked.neighbours = neighbours_asked(locked)
    twins = Subscription.objects.filter(subscriber=locked.subscriber_id, **columns).exclude(pk=locked.pk)
    if twins.exists():
        raise SameAlready
    locked.save(update_fields=["frequency", "kinds", "directions", "neighbours"])
    return locked


@transaction.atomic
def remove_subscription(*, subscription: Subscription) -> Subscriber | None:
    """End one subscription and what waits to be sent because of it alone.

    Returns the subscriber, or None: with the last subscription its reason to be here has gone, and so is it.
    """
    subscriber = Subscriber.objects.select_for_update().get(pk=subscription.subscriber_id)
    Notification.objects.open().filter(subscriber=subscriber, reasons__contained_by=[subscription.pk]).delete()
    subscriber.subscriptions.filter(pk=subscription.pk).delete()
    if subscriber.subscriptions.exists():
        return subscriber
    unsubscribe(subscriber=subscriber)
    return None


@transaction.atomic
def unsubscribe(*, subscriber: Subscriber) -> None:
    """Leaving is being forgotten: the subscriber, its subscriptions, notifications and digests are deleted.

    Links in old mails go on answering without a row: a valid unsubscribe token whose subscriber is gone says
    "Sie sind abgemeldet", a manage or confirm token that it has ended. The lock comes first, so that news told
    in this moment waits for us and finds nobody, instead of our commit failing on its rows.
    """
    locked = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    if locked:
        mails_to(subscriber=locked).delete()
        locked.delete()


def mails_to(*, subscriber: Subscriber) -> QuerySet[OutgoingMail]:
    """The mails written to this subscriber. Where an account has the same address, its own mails are not among them:
    a link in them opens the account, and whoever holds a mail of ours must not get it here."""
    mails = OutgoingMail.objects.filter(to__iexact=subscriber.email)
    return mails.filter(purpose__in=(CONFIRMATION, MOVE)) if has_account(subscriber.email) else mails


@transaction.atomic
def revoke_links(*, subscriber: Subscriber) -> Subscriber:
    """Confirm and manage links sent until now lead nowhere any more (a mail was passed on). Leaving stays possible."""
    Subscriber.objects.filter(pk=subscriber.pk).update(epoch=F("epoch") + 1)
    subscriber.refresh_from_db()
    return subscriber


@transaction.atomic
def forget_unconfirmed(*, now: datetime) -> int:
    """Delete what nobody confirmed for seven days, the mails that asked for it, and whoever follows nothing then.

    Returns how many subscribers were forgotten. Whoever asked again in between has seven days from then.
    """
    limit = now - UNCONFIRMED_KEPT
    Subscription.objects.filter(confirmed_at=None, created_at__lte=limit).delete()
    asked_at = Greatest("created_at", Coalesce("confirmation_sent_at", "created_at"))
    follows_nothing = ~Exists(Subscription.objects.filter(subscriber=OuterRef("pk")))
    unwanted = Subscriber.objects.filter(Q(confirmed_at=None) | follows_nothing).annotate(asked_at=asked_at)
    gone = [one.pk for one in unwanted.filter(asked_at__lte=limit).select_for_update(of=("self",), skip_locked=True)]
    Subscriber.objects.filter(pk__in=gone).delete()
    moving = Subscriber.objects.filter(new_email_asked_at__lte=limit)
    moving.update(new_email="", new_email_asked_at=None)
    OutgoingMail.objects.filter(purpose__in=(CONFIRMATION, MOVE), created_at__lte=limit).delete()
    return len(gone)


@transaction.atomic
def forget_told(*, now: datetime) -> int:
    """Delete notifications and digests long ago sent or given up; returns how many. The announcements stay, so
    nothing is told again. Notifications go before their digest: without one they would wait for the next."""
    limit = now - TOLD_KEPT
    over = Q(sent_at__lt=limit) | Q(failed_at__lt=limit)
    notifications = Notification.objects.filter(over | Q(digest__failed_at__lt=limit)).delete()[0]
    WebhookDelivery.objects.filter(over).delete()
    Bounce.objects.filter(at__lt=limit).delete()
    return notifications + Digest.objects.filter(over, notifications=None).delete()[0]
