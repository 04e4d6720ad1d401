"""What the subscribers' mails say. The news is rendered once an event, the frame once a set of reasons."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import connection
from django.db.models import Prefetch
from django.template.loader import render_to_string

from members.mail import Letter, Outbox
from subscriptions.links import manage_url, unsubscribe_url
from subscriptions.matching import AT_ONCE
from subscriptions.models import Announcement, Digest, Notification, Subscriber, Subscription
from subscriptions.wording import reason

MANAGE, UNSUBSCRIBE = "https://manage.invalid/", "https://unsubscribe.invalid/"  # replaced a person
RELATED = ("solution", "region", "exploration", "tender")


@dataclass(frozen=True)
class News:
    """A fact in words: the subject it would have alone, and its block as text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass
class Writer:
    """Renders each announcement and each frame once for a batch."""

    news_of: dict[int, News] = field(default_factory=dict)
    frames: dict[tuple[object, ...], tuple[str, str]] = field(default_factory=dict)
    reason_of: dict[int, str] = field(default_factory=dict)

    @classmethod
    def for_reasons(cls, subscription_ids: Iterable[int]) -> "Writer":
        """One query for the reasons of a whole batch."""
        rows = Subscription.objects.filter(pk__in=set(subscription_ids)).select_related("region", "solution")
        return cls(reason_of={row.pk: reason(row) for row in rows})

    def news(self, announcement: Announcement) -> News:
        if announcement.pk not in self.news_of:
            context = {name: getattr(announcement, name) for name in RELATED}
            context |= {"announcement": announcement, "site_url": settings.SITE_URL}
            template = f"subscriptions/email/{announcement.kind}"
            subject, _, text = render_to_string(f"{template}.txt", context).strip().partition("\n")
            html = render_to_string(f"{template}.html", context)
            news = News(subject.removeprefix("Betreff:").strip(), text.strip(), html)
            self.news_of[announcement.pk] = news
        return self.news_of[announcement.pk]

    def why(self, subscription_ids: Sequence[int]) -> tuple[str, ...]:
        """The reasons in words, each once; a subscription that ended meanwhile gives none."""
        return tuple(dict.fromkeys(self.reason_of[pk] for pk in subscription_ids if pk in self.reason_of))

    def frame(self, heading: str, news: Sequence[News], reasons: tuple[str, ...], is_digest: bool) -> tuple[str, str]:
        key = (heading, tuple(news), reasons, is_digest)
        if key not in self.frames:
            context = {
                "heading": heading,
                "reasons": reasons,
                "is_digest": is_digest,
                "manage_url": MANAGE,
                "unsubscribe_url": UNSUBSCRIBE,
                "site_url": settings.SITE_URL,
            }
            text = render_to_string("subscriptions/email/frame.txt", context | {"blocks": [n.text for n in news]})
            html = render_to_string("subscriptions/email/frame.html", context | {"blocks": [n.html for n in news]})
            self.frames[key] = (text, html)
        return self.frames[key]

    def letter(
        self, subscriber: Subscriber, key: str, heading: str, news: Sequence[News], reasons: tuple[str, ...],
        is_digest: bool,
    ) -> Letter:  # fmt: skip
        manage, leave = manage_url(subscriber), unsubscribe_url(subscriber)
        text, html = (
            body.replace(MANAGE, manage).replace(UNSUBSCRIBE, leave)
            for body in self.frame(heading, news, reasons, is_digest)
        )
        return Letter(
            to=subscriber.email, subject=heading, text=text, html=html, key=key,
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


class NotificationOutbox(Outbox):
    """News to be told at once: one mail a fact and person."""

    model = Notification
    only = f"frequency = '{AT_ONCE}'"

    def compose(self, ids: Sequence[int]) -> Iterator[tuple[int, Callable[[], Letter]]]:
        related = [f"announcement__{name}" for name in RELATED]
        found = Notification.objects.filter(pk__in=ids).select_related("subscriber", "announcement", *related)
        rows = list(found.order_by("pk"))
        writer = Writer.for_reasons(pk for row in rows for pk in row.reasons)
        for row in rows:
            yield row.pk, partial(self._letter, writer, row)

    @staticmethod
    def _letter(writer: Writer, row: Notification) -> Letter:
        news = writer.news(row.announcement)
        return writer.letter(row.subscriber, str(row.key), news.subject, [news], writer.why(row.reasons), False)


class DigestOutbox(Outbox):
    """Sammelmails: newest first, sent once a period."""

    model = Digest

    def compose(self, ids: Sequence[int]) -> Iterator[tuple[int, Callable[[], Letter]]]:
        related = [f"announcement__{name}" for name in RELATED]
        told = Notification.objects.select_related("announcement", *related)
        newest_first = Prefetch("notifications", told.order_by("-announcement__occurred_at", "-pk"))
        rows = list(
            Digest.objects.filter(pk__in=ids).select_related("subscriber").prefetch_related(newest_first).order_by("pk")
        )
        writer = Writer.for_reasons(pk for row in rows for n in row.notifications.all() for pk in n.reasons)
        for row in rows:
            yield row.pk, partial(self._letter, writer, row)

    @staticmethod
    def _letter(writer: Writer, row: Digest) -> Letter:
        told = row.notifications.all()
        news = [writer.news(notification.announcement) for notification in told]
        count = len(news)
        heading = news[0].subject if count == 1 else f"{count} Neuigkeiten aus dem Lösungskatalog"
        reasons = writer.why(sorted({pk for notification in told for pk in notification.reasons}))
        return writer.letter(row.subscriber, str(row.key), heading, news, reasons, True)

    def sent(self, row_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE subscriptions_notification SET sent_at = clock_timestamp() WHERE digest_id = %s", [row_id]
            )


NOTIFICATIONS, DIGESTS = NotificationOutbox(), DigestOutbox()
