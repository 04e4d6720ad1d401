"""The verbs of subscribing and telling."""

from subscriptions.actions.announcing import announce, mark_all_announced
from subscriptions.actions.bouncing import take_bounce
from subscriptions.actions.digesting import collect_digests
from subscriptions.actions.leaving import (
    SameAlready,
    change_subscription,
    forget_told,
    forget_unconfirmed,
    mails_to,
    remove_subscription,
    revoke_links,
    unsubscribe,
)
from subscriptions.actions.moving import ask_to_move, move
from subscriptions.actions.pausing import pause, resume
from subscriptions.actions.renewing import renew_wishes
from subscriptions.actions.subscribing import TooManyWaiting, Wish, confirm, subscribe
from subscriptions.actions.webhooks import (
    add_webhook,
    call_again,
    pause_webhook,
    remove_webhook,
    renew_secret,
    resume_webhook,
    test_webhook,
)

__all__ = [
    "SameAlready",
    "TooManyWaiting",
    "Wish",
    "add_webhook",
    "announce",
    "ask_to_move",
    "call_again",
    "change_subscription",
    "collect_digests",
    "confirm",
    "forget_told",
    "forget_unconfirmed",
    "mails_to",
    "mark_all_announced",
    "move",
    "pause",
    "pause_webhook",
    "remove_subscription",
    "remove_webhook",
    "renew_secret",
    "renew_wishes",
    "resume",
    "resume_webhook",
    "revoke_links",
    "subscribe",
    "take_bounce",
    "test_webhook",
    "unsubscribe",
]
