"""Who follows what, what was announced, and whether it arrived. Addresses are shown to those alone who may see them."""

from django.contrib import admin, messages
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

import subscriptions.webhooks.admin  # noqa: F401  # registers its own pages
from members.actions import retry_mails, suppress_mails
from members.staff_pages import DeliveryFilter, ReadOnly, Step, WithSteps, delivery_state
from subscriptions.actions import resume
from subscriptions.models import Announcement, Digest, Notification, Subscriber, Subscription
from subscriptions.news import NewsKind, headline
from subscriptions.wording import in_words

SEES_ADDRESSES = "subscriptions.view_subscriber"


class SubscriptionInline(admin.TabularInline):
    """In words; changed by the subscriber alone."""

    model = Subscription
    extra = 0
    can_delete = False
    fields = readonly_fields = ("what", "frequency", "confirmed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).select_related("region", "solution")

    def has_add_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        return False

    @admin.display(description="folgt")
    def what(self, subscription: Subscription) -> str:
        return in_words(subscription)


class ConfirmedFilter(admin.SimpleListFilter):
    title = "Anmeldung"
    parameter_name = "anmeldung"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("bestaetigt", "bestätigt"), ("offen", "noch nicht bestätigt"), ("pausiert", "pausiert")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        if self.value() == "bestaetigt":
            return queryset.confirmed()
        if self.value() == "offen":
            return queryset.filter(confirmed_at=None)
        return queryset.exclude(paused_at=None) if self.value() == "pausiert" else queryset


RESUME = Step(
    slug="wieder-beliefern",
    label="Wieder beliefern",
    permission="subscriptions.retry_notification",
    question="Die Pause endet. Was auf diese Person wartete, kommt in einer Mail.",
    done="Die Adresse wird wieder beliefert.",
    act=lambda subscriber, by: resume(subscriber=subscriber),
    fits=lambda subscriber, by: subscriber.paused_because == Subscriber.Pause.UNDELIVERABLE,
)


@admin.register(Subscriber)
class SubscriberAdmin(WithSteps, ReadOnly):
    steps = (RESUME,)
    list_display = ("email", "confirmed_at", "count", "created_at", "paused_at", "paused_because")
    list_filter = (ConfirmedFilter, "created_at", "subscriptions__frequency")
    search_fields = ("email",)
    search_help_text = "E-Mail-Adresse"
    inlines = (SubscriptionInline,)
    fields = (
        "email", "organisation", "created_at", "confirmed_at", "paused_at", "consent_wording", "consent_page",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        return (
            super()
            .get_queryset(request)
            .annotate(subscription_count=_counted(Subscription.objects.filter(subscriber=OuterRef("pk")), "subscriber"))
        )

    @admin.display(description="Abonnements", ordering="subscription_count")
    def count(self, subscriber: Subscriber) -> int:
        return subscriber.subscription_count


def _counted(rows: QuerySet, by: str, *conditions: Q) -> Coalesce:
    """A count for each shown row, without joining all of them before the page is cut."""
    counted = rows.filter(*conditions).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class KindFilter(admin.SimpleListFilter):
    title = "Neuigkeit"
    parameter_name = "art"
    lookup = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(NewsKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.lookup: self.value()}) if self.value() in NewsKind.values else queryset


class ToldKindFilter(KindFilter):
    lookup = "announcement__kind"


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnly):
    list_display = ("what", "subject", "region", "occurred_at", "announced_at", "told", "sent", "open", "failed")
    list_filter = (KindFilter, "announced_at", "region__kind")
    list_select_related = ("solution", "region", "exploration", "tender")
    search_fields = ("solution__title", "region__label", "exploration__title", "tender__title")
    search_help_text = "Lösung, Region, Markterkundung oder Ausschreibung"
    date_hierarchy = "announced_at"
    fields = (
        "what", "solution", "region", "exploration", "tender", "occurred_at", "announced_at",
        "told", "sent", "open", "failed",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        mine = Notification.objects.filter(announcement=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                told_count=_counted(mine, "announcement"),
                sent_count=_counted(mine, "announcement", Q(sent_at__isnull=False)),
                open_count=_counted(mine, "announcement", Q(sent_at=None, failed_at=None)),
                failed_count=_counted(mine, "announcement", Q(failed_at__isnull=False)),
            )
        )

    @admin.display(description="Neuigkeit", ordering="kind")
    def what(self, announcement: Announcement) -> str:
        return NewsKind(announcement.kind).label

    @admin.display(description="worum es geht")
    def subject(self, announcement: Announcement) -> str:
        return str(announcement.subject or "–")

    @admin.display(description="Benachrichtigungen")
    def told(self, announcement: Announcement) -> int:
        return announcement.told_count

    @admin.display(description="zugestellt")
    def sent(self, announcement: Announcement) -> int:
        return announcement.sent_count

    @admin.display(description="wartet")
    def open(self, announcement: Announcement) -> int:
        return announcement.open_count

    @admin.display(description="nicht zugestellt")
    def failed(self, announcement: Announcement) -> int | SafeString:
        if not announcement.failed_count:
            return 0
        url = reverse("admin:subscriptions_notification_changelist")
        query = f"announcement__id__exact={announcement.pk}&zustellung=gescheitert"
        return format_html('<a href="{}?{}">{}</a>', url, query, announcement.failed_count)


class SentToPeople(ReadOnly):
    """Rows that stand for one mail to one subscriber."""

    list_filter: tuple = (DeliveryFilter,)
    list_select_related: tuple[str, ...] = ("subscriber",)
    actions = ("retry", "suppress")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """A search answers as if the address did not exist for those who may not see it."""
        return ("subscriber__email",) if request.user.has_perm(SEES_ADDRESSES) else ()

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        hidden = () if request.user.has_perm(SEES_ADDRESSES) else ("to",)
        return tuple(name for name in super().get_list_display(request) if name not in hidden)

    def get_fields(self, request: HttpRequest, obj: Notification | Digest | None = None) -> tuple[str, ...]:
        hidden = () if request.user.has_perm(SEES_ADDRESSES) else ("to",)
        return tuple(name for name in super().get_fields(request, obj) if name not in hidden)

    @admin.display(description="an", ordering="subscriber__email")
    def to(self, mail: Notification | Digest) -> str:
        return mail.subscriber.email

    @admin.display(description="Stand")
    def state(self, mail: Notification | Digest) -> str:
        return delivery_state(mail)

    @admin.action(description="Erneut versuchen", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = retry_mails(mails=queryset, by=request.user)
        self.message_user(request, f"{count} Mails werden erneut versucht.", messages.SUCCESS)

    @admin.action(description="Verwerfen: nicht senden", permissions=["retry"])
    def suppress(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = suppress_mails(mails=queryset, by=request.user)
        self.message_user(request, f"{count} Mails sind verworfen.", messages.SUCCESS)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.retry_notification")


@admin.register(Notification)
class NotificationAdmin(SentToPeople):
    list_display = ("news", "to", "state", "frequency", "attempts", "due_at", "last_error")
    list_filter = (DeliveryFilter, "frequency", ToldKindFilter)
    list_select_related = (
        "subscriber", "announcement__solution", "announcement__exploration", "announcement__tender",
    )  # fmt: skip
    show_full_result_count = False
    fields = (
        "news", "to", "state", "frequency", "created_at", "due_at", "attempts", "sent_at", "failed_at", "last_error",
    )  # fmt: skip

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "announcement__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description="Neuigkeit")
    def news(self, notification: Notification) -> str:
        return headline(notification.announcement)


@admin.register(Digest)
class DigestAdmin(SentToPeople):
    list_display = ("period", "to", "state", "attempts", "due_at", "last_error")
    list_filter = (DeliveryFilter, "period")
    fields = ("period", "to", "state", "due_at", "attempts", "sent_at", "failed_at", "last_error")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).select_related("subscriber")
