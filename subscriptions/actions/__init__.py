"""The verbs of subscribing and telling."""

from subscriptions.actions.announcing import announce, mark_all_announced, next_digest
from subscriptions.actions.digesting import collect_digests
from subscriptions.actions.leaving import (
    change_frequency,
    forget_told,
    forget_unconfirmed,
    mails_to,
    remove_subscription,
    revoke_links,
    unsubscribe,
)
from subscriptions.actions.subscribing import TooManyWaiting, Wish, confirm, subscribe

__all__ = [
    "TooManyWaiting",
    "Wish",
    "announce",
    "change_frequency",
    "collect_digests",
    "confirm",
    "forget_told",
    "forget_unconfirmed",
    "mails_to",
    "mark_all_announced",
    "next_digest",
    "remove_subscription",
    "revoke_links",
    "subscribe",
    "unsubscribe",
]
