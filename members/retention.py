"""What this room forgets by the clock. The privacy page names these very spans (govtech_portal/personal_data.py)."""

from datetime import datetime, timedelta

from allauth.account import app_settings
from allauth.account.models import EmailConfirmation
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q

from members.limits import forget_counts
from members.models import Invitation, OutgoingMail

INVITATION_KEPT = timedelta(days=30)  # after it expired, was accepted or taken back
MAIL_KEPT = timedelta(days=30)  # after it was sent or given up
LOG_KEPT = timedelta(days=730)  # of the admin; revisions and moves say for ever who did what
CONFIRMATION_KEPT = timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)  # of an account's further address


def forget_by_the_clock(*, now: datetime) -> int:
    """Delete every row of this room (and of Django and allauth, which stand in it) whose time has come."""
    return sum(
        forget(now=now)
        for forget in (
            forget_counts,
            forget_mails,
            forget_sessions,
            forget_confirmations,
            forget_log,
            forget_invitations,
        )
    )


def forget_mails(*, now: datetime) -> int:
    """What still waits to be sent stays."""
    over = Q(sent_at__lt=now - MAIL_KEPT) | Q(failed_at__lt=now - MAIL_KEPT)
    return OutgoingMail.objects.filter(over).delete()[0]


def forget_sessions(*, now: datetime) -> int:
    """With what the person sees of them."""
    over = Session.objects.filter(expire_date__lt=now).delete()[0]
    held = Session.objects.filter(expire_date__gte=now).values("session_key")
    return over + UserSession.objects.exclude(session_key__in=held).delete()[0]


def forget_invitations(*, now: datetime) -> int:
    """An invitation ends by its date at the latest, so that date is what counts."""
    return Invitation.objects.filter(expires_at__lt=now - INVITATION_KEPT).delete()[0]


def forget_confirmations(*, now: datetime) -> int:
    return EmailConfirmation.objects.filter(created__lt=now - CONFIRMATION_KEPT).delete()[0]


def forget_log(*, now: datetime) -> int:
    return LogEntry.objects.filter(action_time__lt=now - LOG_KEPT).delete()[0]
