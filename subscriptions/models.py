"""Who wants to hear, what they were told, and what waits to be sent."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower, Now

from catalogue.models import Solution
from members.models import Dispatch, DispatchQuerySet, Region
from procurement.models import MarketExploration, Tender


class NewsKind(models.TextChoices):
    """The kinds of news (domain.md). The value is part of `fact_key` uniqueness and of stored subscriptions."""

    SOLUTION_PUBLISHED = "solution_published", "Neue Lösung im Katalog"
    ARRIVAL = "arrival", "Lösung in neuer Region angekommen"
    MAJOR_UPDATE = "major_update", "Wichtige Neuerung einer Lösung"
    SOLUTION_RETIRED = "solution_retired", "Lösung läuft aus"
    EXPLORATION_OPENED = "exploration_opened", "Markterkundung eröffnet"
    EXPLORATION_DUE = "exploration_due", "Frist in sieben Tagen"
    CLARIFICATION = "clarification", "Antwort veröffentlicht"
    EXPLORATION_RESULT = "exploration_result", "Ergebnis einer Markterkundung"
    TENDER_AWARDED = "tender_awarded", "Zuschlag erteilt"


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self):
        return self.exclude(confirmed_at=None).filter(paused_at=None)


class Subscriber(models.Model):
    """An e-mail address that confirmed (double opt-in, with proof). No account, no password.

    Purpose: to send what was asked for. Unconfirmed ones are gone after 7 days, the others when they leave.
    """

    email = models.EmailField("E-Mail-Adresse", unique=True)  # lower case, trimmed
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    epoch = models.PositiveIntegerField("Linkausgabe", default=0)  # a new one revokes manage and confirm links
    organisation = models.CharField("Organisation", max_length=200, blank=True)
    created_at = models.DateTimeField("angemeldet", db_default=Now())
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)
    paused_at = models.DateTimeField("pausiert", null=True, blank=True)
    consent_wording = models.CharField("Wortlaut der Einwilligung", max_length=40, blank=True)  # version
    consent_page = models.CharField("Seite der Anmeldung", max_length=300, blank=True)
    confirmation_sent_at = models.DateTimeField("Bestätigungsmail angelegt", null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "Abonnentin oder Abonnent"
        verbose_name_plural = "Abonnentinnen und Abonnenten"
        ordering = ["email"]
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="subscriber_email_lower")]

    def __str__(self) -> str:
        return self.email


class Subscription(models.Model):
    """What a subscriber asked for, as columns that the fan-out matches in one SQL statement.

    Empty means "any": no fields of action, no solution, no region.
    """

    class Direction(models.TextChoices):
        THIS = "this", "genau diese Region"
        WITHIN = "within", "alles in ihr"
        ABOVE = "above", "was sie von oben betrifft"

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", "sofort"
        WEEKLY = "weekly", "einmal in der Woche"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    kinds = ArrayField(models.CharField(max_length=30, choices=NewsKind), verbose_name="Neuigkeiten")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="subscriptions", verbose_name="Region"
    )
    directions = ArrayField(
        models.CharField(max_length=12, choices=Direction), verbose_name="Richtung", default=list, blank=True
    )
    fields_of_action = ArrayField(
        models.CharField(max_length=50), verbose_name="Handlungsfelder", default=list, blank=True
    )  # slugs
    solution = models.ForeignKey(
        Solution, models.CASCADE, null=True, blank=True, related_name="subscriptions", verbose_name="Lösung"
    )
    frequency = models.CharField("Häufigkeit", max_length=10, choices=Frequency, default=Frequency.AT_ONCE)
    created_at = models.DateTimeField("angelegt", db_default=Now())
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)

    class Meta:
        verbose_name = "Abonnement"
        verbose_name_plural = "Abonnements"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "kinds", "region", "directions", "fields_of_action", "solution"],
                nulls_distinct=False,
                name="subscription_once",
            ),
            models.CheckConstraint(
                condition=models.Q(region=None, directions=[])
                | (models.Q(region__isnull=False) & ~models.Q(directions=[])),
                name="subscription_region_has_a_direction",
            ),
            models.CheckConstraint(condition=~models.Q(kinds=[]), name="subscription_asks_for_something"),
        ]
        indexes = [models.Index(fields=["region"], name="subscription_by_region")]

    def __str__(self) -> str:
        return f"Abonnement {self.pk}"


class Announcement(models.Model):
    """A fact that was announced, once for ever: unique per kind and fact."""

    kind = models.CharField("Neuigkeit", max_length=30, choices=NewsKind)
    fact_key = models.CharField("Tatsache", max_length=120)
    occurred_at = models.DateTimeField("geschehen")
    announced_at = models.DateTimeField("bekannt gegeben", db_default=Now())
    solution = models.ForeignKey(Solution, models.PROTECT, null=True, related_name="announcements")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="announcements")
    exploration = models.ForeignKey(MarketExploration, models.PROTECT, null=True, related_name="announcements")
    tender = models.ForeignKey(Tender, models.PROTECT, null=True, related_name="announcements")

    class Meta:
        verbose_name = "Bekanntgabe"
        verbose_name_plural = "Bekanntgaben"
        ordering = ["-occurred_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "fact_key"], name="announcement_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.solution or self.exploration or self.tender}"


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
