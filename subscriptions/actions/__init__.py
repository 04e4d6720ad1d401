"""The verbs of subscribing and telling."""

from subscriptions.actions.announcing import announce, mark_all_announced, next_digest
from subscriptions.actions.digesting import collect_digests

__all__ = ["announce", "collect_digests", "mark_all_announced", "next_digest"]
