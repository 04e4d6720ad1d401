"""What waits to be sent: a notification a fact and person, a digest a period and person."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from members.models import Dispatch, DispatchQuerySet
from subscriptions.models.news import Announcement
from subscriptions.models.subscribers import Subscriber
from subscriptions.models.subscriptions import Subscription


class Digest(Dispatch):
    """One digest (Sammelmail) for a subscriber and a period: unique, so two beats make one mail."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="digests")
    period = models.DateField("Zeitraum ab")  # the Monday in Berlin on which it is sent

    class Meta(Dispatch.Meta):
        verbose_name = "Sammelmail"
        verbose_name_plural = "Sammelmails"
        ordering = ["-period", "pk"]
        constraints = [
            *Dispatch.Meta.constraints,
            models.UniqueConstraint(fields=["subscriber", "period"], name="digest_once"),
        ]

    def __str__(self) -> str:
        return f"Sammelmail {self.period} an {self.subscriber}"


class NotificationQuerySet(DispatchQuerySet):
    def at_once(self):
        return self.filter(frequency=Subscription.Frequency.AT_ONCE)

    def for_digest(self):
        return self.exclude(frequency=Subscription.Frequency.AT_ONCE)


class Notification(Dispatch):
    """One fact for one subscriber: unique, whatever the number of subscriptions that ask for it."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="notifications")
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="notifications")
    reasons = ArrayField(models.BigIntegerField(), verbose_name="wegen der Abonnements")  # subscription ids
    frequency = models.CharField("Häufigkeit", max_length=10, choices=Subscription.Frequency)
    digest = models.ForeignKey(Digest, models.SET_NULL, null=True, related_name="notifications")
    created_at = models.DateTimeField("angelegt", db_default=Now())

    objects = NotificationQuerySet.as_manager()

    class Meta(Dispatch.Meta):
        verbose_name = "Benachrichtigung"
        verbose_name_plural = "Benachrichtigungen"
        ordering = ["-pk"]
        constraints = [
            *Dispatch.Meta.constraints,
            models.UniqueConstraint(fields=["subscriber", "announcement"], name="notification_once"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement} an {self.subscriber}"
