"""Webhooks, their calls and mails that came back, for the campus team. Secrets are never shown."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from members.actions import retry_mails, suppress_mails
from members.staff_pages import DeliveryFilter, ReadOnly, Step, WithSteps, delivery_state
from subscriptions.actions import pause_webhook, resume_webhook
from subscriptions.models import Bounce, WebhookDelivery, WebhookEndpoint
from subscriptions.news import headline

MANAGES = "subscriptions.retry_notification"

PAUSE = Step(
    slug="pausieren",
    label="Pausieren",
    permission=MANAGES,
    question="Der Webhook wird nicht mehr aufgerufen. Was wartet, gilt als nicht zugestellt und lässt sich nachholen.",
    done="Der Webhook ist pausiert.",
    act=lambda endpoint, by: pause_webhook(endpoint=endpoint),
    fits=lambda endpoint, by: endpoint.paused_at is None,
)
RESUME = Step(
    slug="fortsetzen",
    label="Fortsetzen",
    permission=MANAGES,
    question="Der Webhook wird ab der nächsten Neuigkeit wieder aufgerufen.",
    done="Der Webhook wird wieder aufgerufen.",
    act=lambda endpoint, by: resume_webhook(endpoint=endpoint),
    fits=lambda endpoint, by: endpoint.paused_at is not None,
)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(WithSteps, ReadOnly):
    steps = (PAUSE, RESUME)
    list_display = ("url", "subscriber", "created_at", "failing_since", "paused_at", "paused_because")
    list_filter = ("paused_because", "created_at")
    list_select_related = ("subscriber",)
    search_fields = ("url", "subscriber__email")
    search_help_text = "Adresse des Webhooks oder E-Mail-Adresse"
    fields = ("url", "subscriber", "public_id", "created_at", "failing_since", "paused_at", "paused_because")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly):
    list_display = ("news", "endpoint_url", "state", "status", "attempts", "due_at", "last_error")
    list_filter = (DeliveryFilter, "created_at")
    list_select_related = (
        "endpoint", "announcement__solution", "announcement__exploration", "announcement__tender",
    )  # fmt: skip
    search_fields = ("endpoint__url",)
    search_help_text = "Adresse des Webhooks"
    show_full_result_count = False
    fields = (
        "news", "endpoint_url", "state", "status", "milliseconds", "created_at", "due_at", "attempts", "sent_at",
        "failed_at", "last_error",
    )  # fmt: skip
    actions = ("retry", "suppress")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description="Neuigkeit")
    def news(self, call: WebhookDelivery) -> str:
        return headline(call.announcement) if call.announcement else "Test"

    @admin.display(description="Webhook")
    def endpoint_url(self, call: WebhookDelivery) -> str:
        return call.endpoint.url

    @admin.display(description="Stand")
    def state(self, call: WebhookDelivery) -> str:
        return delivery_state(call)

    @admin.action(description="Erneut versuchen", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        count = retry_mails(mails=queryset, by=request.user)
        self.message_user(request, f"{count} Aufrufe werden erneut versucht.", messages.SUCCESS)

    @admin.action(description="Verwerfen: nicht senden", permissions=["retry"])
    def suppress(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        count = suppress_mails(mails=queryset, by=request.user)
        self.message_user(request, f"{count} Aufrufe sind verworfen.", messages.SUCCESS)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGES)


@admin.register(Bounce)
class BounceAdmin(ReadOnly):
    list_display = ("subscriber", "at", "is_permanent", "status", "diagnostic")
    list_filter = ("is_permanent", "at")
    list_select_related = ("subscriber",)
    search_fields = ("subscriber__email", "status")
    search_help_text = "E-Mail-Adresse oder Code"
    fields = ("subscriber", "at", "is_permanent", "status", "diagnostic")
