"""What the subscribers' mails say. The news is rendered once an event, the frame once a set of reasons."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.template.loader import render_to_string

from members.mail import Letter, Outbox, Parcel, Stencil, return_address
from subscriptions.grouping import RELATED, grouped
from subscriptions.links import manage_url, unsubscribe_url
from subscriptions.matching import AT_ONCE
from subscriptions.models import Announcement, Digest, Notification, Subscriber, Subscription
from subscriptions.wording import reason

SUBSCRIBER = [f"subscriber__{name}" for name in ("email", "public_id", "epoch")]  # all that a mail needs of it
WHOLE, SHORT, LINE = "whole", "short", "line"  # how much of a news is said: alone, in a digest, in a long digest
SHORT_NEWS = 40  # of a digest; the older ones are a line each, so that no mail service cuts it off
MANAGE, UNSUBSCRIBE = "https://manage.invalid/", "https://unsubscribe.invalid/"  # holes, filled a person
WHY = "https://reason-{:02}.invalid/"


@dataclass(frozen=True)
class News:
    """A fact in words: the subject it would have alone, and its block as text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass
class Writer:
    """Renders each announcement and each frame once for a batch."""

    news_of: dict[tuple[int, str], News] = field(default_factory=dict)
    frames: dict[tuple[object, ...], Stencil] = field(default_factory=dict)
    reason_of: dict[int, str] = field(default_factory=dict)

    @classmethod
    def for_reasons(cls, subscription_ids: Iterable[int]) -> "Writer":
        """One query for the reasons of a whole batch."""
        rows = Subscription.objects.filter(pk__in=set(subscription_ids)).select_related("region", "solution")
        return cls(reason_of={row.pk: reason(row) for row in rows})

    def news(self, announcement: Announcement, size: str = WHOLE) -> News:
        key = (announcement.pk, size)
        if key not in self.news_of:
            context = {name: getattr(announcement, name) for name in RELATED}
            context |= {"announcement": announcement, "site_url": settings.SITE_URL, "size": size}
            template = f"subscriptions/email/{announcement.kind}"
            subject, _, text = render_to_string(f"{template}.txt", context).strip().partition("\n")
            subject = subject.removeprefix("Betreff:").strip()
            if size == LINE and announcement.subject:
                text = f"{subject}\n{settings.SITE_URL}{announcement.subject.get_absolute_url()}"
            html = render_to_string(f"{template}.html", context | {"subject": subject})
            self.news_of[key] = News(subject, text.strip(), html)
        return self.news_of[key]

    def groups(self, announcements: Sequence[Announcement]) -> list[dict[str, Any]]:
        """A digest's news by region and kind, as its templates show them."""
        short = {one.pk for one in announcements[:SHORT_NEWS]}
        return [
            {
                "heading": group.heading,
                "count": group.count,
                "kinds": [
                    (kind, [self.news(one, SHORT if one.pk in short else LINE) for one in news])
                    for kind, news in group.kinds.items()
                ],
            }
            for group in grouped(announcements)
        ]

    def why(self, subscription_ids: Sequence[int]) -> tuple[str, ...]:
        """The reasons in words, each once; a subscription that ended meanwhile gives none."""
        return tuple(dict.fromkeys(self.reason_of[pk] for pk in subscription_ids if pk in self.reason_of))

    def frame(self, heading: str, news: Sequence[Announcement], reasons: int) -> Stencil:
        """One news whole, or a digest of several; with holes for the person's own links and so many reasons."""
        key = (heading, tuple(one.pk for one in news), reasons)
        if key not in self.frames:
            whys = [WHY.format(number) for number in range(reasons)]
            context = {
                "heading": heading,
                "reasons": whys,
                "manage_url": MANAGE,
                "unsubscribe_url": UNSUBSCRIBE,
                "site_url": settings.SITE_URL,
            }
            context |= {"only": self.news(news[0])} if len(news) == 1 else {"groups": self.groups(news)}
            self.frames[key] = Stencil(
                render_to_string("subscriptions/email/frame.txt", context),
                render_to_string("subscriptions/email/frame.html", context),
                holes=[MANAGE, UNSUBSCRIBE, *whys],
            )
        return self.frames[key]

    def letter(
        self, subscriber: Subscriber, key: str, heading: str, news: Sequence[Announcement], reasons: tuple[str, ...]
    ) -> Letter:
        manage, leave = manage_url(subscriber), unsubscribe_url(subscriber)
        values = {MANAGE: manage, UNSUBSCRIBE: leave}
        values |= {WHY.format(number): words for number, words in enumerate(reasons)}
        return Letter(
            to=subscriber.email, subject=heading, key=key, body=self.frame(heading, news, len(reasons)).fill(values),
            sender=settings.DEFAULT_FROM_EMAIL, headers=subscription_headers(leave),
        )  # fmt: skip


def subscription_headers(leave: str) -> dict[str, str]:
    """RFC 8058 one-click unsubscribing, RFC 2919 list id, RFC 3834 no automatic answers."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    return {
        "List-Id": f"<neuigkeiten.{host}>",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }


def _parcel(row: Notification | Digest, write: Callable[[], Letter]) -> Parcel:
    subscriber = row.subscriber
    return Parcel(row.pk, subscriber.email, return_address(subscriber.public_id), write)


class NotificationOutbox(Outbox):
    """News to be told at once: one mail a fact and person."""

    model = Notification
    only = f"frequency = '{AT_ONCE}'"

    def compose(self, ids: Sequence[int]) -> Iterator[Parcel]:
        facts = Prefetch("announcement", Announcement.objects.select_related(*RELATED))  # one object for all its rows
        found = Notification.objects.filter(pk__in=ids).select_related("subscriber").prefetch_related(facts)
        found = found.only("key", "reasons", "announcement", *SUBSCRIBER)
        rows = list(found.order_by("pk"))
        writer = Writer.for_reasons(pk for row in rows for pk in row.reasons)
        for row in rows:
            yield _parcel(row, partial(self._letter, writer, row))

    @staticmethod
    def _letter(writer: Writer, row: Notification) -> Letter:
        news = writer.news(row.announcement)
        return writer.letter(row.subscriber, str(row.key), news.subject, [row.announcement], writer.why(row.reasons))


class DigestOutbox(Outbox):
    """Sammelmails: newest first, sent once a period."""

    model = Digest
    also = (
        "UPDATE subscriptions_notification SET sent_at = clock_timestamp(), failed_at = NULL"
        " WHERE digest_id = $1::bigint AND sent_at IS NULL"
    )

    def compose(self, ids: Sequence[int]) -> Iterator[Parcel]:
        related = [f"announcement__{name}" for name in RELATED]
        told = Notification.objects.select_related("announcement", *related)
        newest_first = Prefetch("notifications", told.order_by("-announcement__occurred_at", "-pk"))
        rows = list(
            Digest.objects.filter(pk__in=ids).select_related("subscriber").prefetch_related(newest_first).order_by("pk")
        )
        writer = Writer.for_reasons(pk for row in rows for n in row.notifications.all() for pk in n.reasons)
        for row in rows:
            yield _parcel(row, partial(self._letter, writer, row))

    @staticmethod
    def _letter(writer: Writer, row: Digest) -> Letter:
        told = row.notifications.all()
        every = [notification.announcement for notification in told]
        news = [one for one in every if _is_public(one)] or every  # never empty
        count = len(news)
        heading = writer.news(news[0]).subject if count == 1 else f"{count} Neuigkeiten aus dem Lösungskatalog"
        reasons = writer.why(sorted({pk for notification in told for pk in notification.reasons}))
        return writer.letter(row.subscriber, str(row.key), heading, news, reasons)


def _is_public(announcement: Announcement) -> bool:
    """What left the catalogue while it waited for its digest is not named any more."""
    solution = announcement.solution
    return solution is None or solution.editorial_status == solution.EditorialStatus.PUBLISHED


NOTIFICATIONS, DIGESTS = NotificationOutbox(), DigestOutbox()
