"""Who wants to hear, what they were told, and what waits to be sent."""

from subscriptions.models.bounces import Bounce
from subscriptions.models.looking import Look
from subscriptions.models.mails import Digest, Notification
from subscriptions.models.news import Announcement
from subscriptions.models.subscribers import Subscriber
from subscriptions.models.subscriptions import Subscription
from subscriptions.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Announcement",
    "Bounce",
    "Digest",
    "Look",
    "Notification",
    "Subscriber",
    "Subscription",
    "WebhookDelivery",
    "WebhookEndpoint",
]
