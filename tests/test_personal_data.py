"""Every field with personal data is classified; export, erasure and the clock cover what the table promises."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone

from catalogue.actions.reports import UNCONFIRMED_KEPT as REPORT_UNCONFIRMED_KEPT
from catalogue.models import PracticeReport, Solution, Transfer, TransferContact, UseReport
from govtech_portal import personal_accounts, personal_data
from govtech_portal.personal_data import CLASSIFIED, NOT_PERSONAL, TABLE, Person
from members.models import Invitation, Organisation, OutgoingMail, Region, RequestCount, User
from subscriptions.actions.leaving import UNCONFIRMED_KEPT
from subscriptions.actions.subscribing import CONFIRMATION
from subscriptions.models import Announcement, Digest, Notification, Subscriber, Subscription
from subscriptions.news import NewsKind
from subscriptions.tasks import forget

SAYS_PERSON = re.compile(
    r"(^|_)(e?mail|name|fullname|firstname|lastname|phone|fax|mobile|contact|person|people|address|street|ip|birth\w*|login"
    r"|user|author|approver|by|to|sender|recipient|password|signature|session_data|object_repr|change_message"
    r"|last_error|headers)s?($|_)"
)
NAMES_OF_OTHER_THINGS = re.compile(r"_url$|^is_")


def fields_of(model: type[models.Model]) -> list[models.Field]:
    return [*model._meta.concrete_fields, *model._meta.many_to_many]


def label(field: models.Field) -> str:
    return f"{field.model._meta.label}.{field.name}"


def looks_personal(field: models.Field) -> bool:
    if field.is_relation and field.related_model in (User, Subscriber):
        return True
    if isinstance(field, models.EmailField | models.GenericIPAddressField):
        return True
    is_text = not field.is_relation and not isinstance(field, models.BooleanField | models.DateTimeField)
    return is_text and bool(SAYS_PERSON.search(field.name)) and not NAMES_OF_OTHER_THINGS.search(field.name)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_field_that_looks_personal_is_classified_or_has_a_reason_why_not():
    asked = {label(field) for model in apps.get_models() for field in fields_of(model) if looks_personal(field)}
    assert asked - set(CLASSIFIED) - set(NOT_PERSONAL) == set()


def test_the_look_finds_what_a_new_model_would_bring():
    found = [
        models.EmailField(name="reply"),
        models.GenericIPAddressField(name="seen_from"),
        models.CharField(name="contact_phone"),
        models.CharField(name="client_ip"),
        models.ForeignKey(User, models.CASCADE, name="whoever"),
        models.ForeignKey(Subscriber, models.CASCADE, name="whoever"),
    ]
    assert [field.name for field in found if not looks_personal(field)] == []


def test_a_model_about_a_subscriber_or_a_recipient_has_no_field_without_a_class():
    about = {
        f.rpartition(".")[0] for row in TABLE if row.who in (Person.SUBSCRIBER, Person.RECIPIENT) for f in row.fields
    }
    fields = {label(field) for name in about for field in fields_of(apps.get_model(name)) if not field.primary_key}
    assert fields - set(CLASSIFIED) - set(NOT_PERSONAL) == set()


def test_whatever_points_to_a_person_belongs_to_a_model_in_the_table():
    pointing = {r.related_model._meta.label for kind in (User, Subscriber) for r in kind._meta.related_objects}
    pointing -= {"members.User_groups", "members.User_user_permissions"}
    assert pointing - {name.rpartition(".")[0] for name in CLASSIFIED} == set()


def test_the_table_names_only_what_exists_and_each_field_once():
    existing = {label(field) for model in apps.get_models() for field in fields_of(model)}
    named = [field for row in TABLE for field in row.fields]
    assert set(named) - existing == set()
    assert set(NOT_PERSONAL) - existing == set()
    assert sorted(named) == sorted(set(named))
    assert set(named) & set(NOT_PERSONAL) == set()


def test_no_row_of_the_table_leaves_something_open():
    for row in TABLE:
        assert all((row.what, row.fields, row.purpose, row.basis, row.retention.words, row.way_out)), row


def test_the_privacy_page_shows_the_whole_table_without_a_query(client, db, django_assert_num_queries):
    client.get("/datenschutz/")
    with django_assert_num_queries(1):  # the version of the portal
        page = html.unescape(client.get("/datenschutz/").content.decode())
    shown = {text for row in TABLE for text in (row.what, row.purpose, row.basis, row.retention.words, row.way_out)}
    assert {text for text in shown if f">{text}<" not in page} == set()


# ── what goes by the clock ──────────────────────────────────────────────────────────────────────────────────────


def _subscriber() -> Subscriber:
    now = timezone.now()
    subscriber = Subscriber.objects.create(email="rathaus@polch.example", confirmed_at=now)
    Subscription.objects.create(subscriber=subscriber, kinds=[NewsKind.ARRIVAL], confirmed_at=now)
    return subscriber


def _notification(**fields) -> Notification:
    now, subscriber = timezone.now(), _subscriber()
    fact = Announcement.objects.create(kind=NewsKind.ARRIVAL, fact_key="1", occurred_at=now)
    return Notification.objects.create(
        subscriber=subscriber, announcement=fact, reasons=[1], frequency="at_once", **fields
    )


def _in_a_digest(moment, end: str) -> Notification:
    row = _notification(sent_at=moment if end == "sent_at" else None)
    row.digest = Digest.objects.create(subscriber=row.subscriber, period=moment.date(), **{end: moment})
    row.save()
    return row


def _mail(**fields) -> OutgoingMail:
    return OutgoingMail.objects.create(to="rathaus@polch.example", subject="Betreff", text="Text", **fields)


def _account() -> User:
    return User.objects.create_user("redaktion@campus.example", "ein langes Passwort 1")


def _confirmation(moment) -> EmailConfirmation:
    address = EmailAddress.objects.create(user=_account(), email="zweite@campus.example")
    return EmailConfirmation.objects.create(email_address=address, created=moment, key="schluessel")


def _invitation(moment) -> Invitation:
    """Kept for its lifetime and the span after it, counted from the day it was written."""
    organisation = Organisation.objects.create(slug="amt", name="Amt", kind="municipal")
    return Invitation.objects.create(
        organisation=organisation, email="neu@amt.example", role="editor", token_hash="h", invited_by=_account(),
        created_at=moment, expires_at=moment + Invitation.LIFETIME,
    )  # fmt: skip


Maker = Callable[..., models.Model]


def _report(**fields) -> UseReport:
    solution = Solution.objects.create(slug="loesung", title="Lösung", summary="Kurz.")
    place = Region.objects.create(
        key="07", kind="state", name="Land", label="Land", sort_key="land", search_text="land"
    )
    return UseReport.objects.create(solution=solution, region=place, kind="use", email="amt@polch.example", **fields)


def _decided_report(at) -> UseReport:
    decision = {"decision": "rejected", "reason": "doppelt", "decided_at": at, "decided_by": _account()}
    return _report(created_at=at, confirmed_at=at, **decision)


def _transfer(**fields) -> Transfer:
    report = _report()
    return Transfer.objects.create(solution=report.solution, region=report.region, **fields)


def _contact_of_what_ended(at) -> TransferContact:
    return TransferContact.objects.create(transfer=_transfer(stage="ended", changed_at=at), email="amt@polch.example")


def _draft_of_practice(at) -> PracticeReport:
    return PracticeReport.objects.create(transfer=_transfer(stage="live"), email="amt@polch.example", created_at=at)


PROMISES: list[tuple[str, personal_data.Retention, Maker]] = [
    ("count", personal_data.HOUR, lambda at: RequestCount.objects.create(key="k", hour=at)),
    (
        "unconfirmed",
        personal_data.UNTIL_LEAVING,
        lambda at: Subscriber.objects.create(email="rathaus@polch.example", created_at=at),
    ),
    (
        "follows nothing any more",
        personal_data.UNTIL_LEAVING,
        lambda at: Subscriber.objects.create(email="rathaus@polch.example", created_at=at, confirmed_at=at),
    ),
    ("reported, unconfirmed", personal_data.Retention("", REPORT_UNCONFIRMED_KEPT), lambda at: _report(created_at=at)),
    ("reported, decided", personal_data.REPORT, _decided_report),
    ("asked about what ended", personal_data.ASKED, _contact_of_what_ended),
    ("draft of a Praxisbericht", personal_data.PRACTICE, _draft_of_practice),
    ("sent", personal_data.TOLD, lambda at: _notification(sent_at=at)),
    ("given up", personal_data.TOLD, lambda at: _notification(failed_at=at)),
    ("sent in a digest", personal_data.TOLD, lambda at: _in_a_digest(at, "sent_at")),
    ("its digest", personal_data.TOLD, lambda at: _in_a_digest(at, "sent_at").digest),
    ("in a digest given up", personal_data.TOLD, lambda at: _in_a_digest(at, "failed_at")),
    ("digest given up", personal_data.TOLD, lambda at: _in_a_digest(at, "failed_at").digest),
    ("mail sent", personal_data.MAIL, lambda at: _mail(sent_at=at)),
    ("mail given up", personal_data.MAIL, lambda at: _mail(failed_at=at)),
    (
        "mail to confirm",
        personal_data.Retention("", UNCONFIRMED_KEPT),
        lambda at: _mail(created_at=at, purpose=CONFIRMATION),
    ),
    (
        "session",
        personal_accounts.SESSION,
        lambda at: Session.objects.create(session_key="s", expire_date=at + personal_accounts.SESSION.by_clock),
    ),
    ("address to confirm", personal_accounts.CONFIRMATION, _confirmation),
    ("invitation", personal_accounts.INVITED, _invitation),
    (
        "log",
        personal_data.LOG,
        lambda at: LogEntry.objects.create(action_time=at, user=_account(), action_flag=CHANGE, object_repr="x"),
    ),
]


@pytest.mark.parametrize("hours", [1, -2], ids=["not yet", "now"])
@pytest.mark.parametrize(("kept", "make"), [p[1:] for p in PROMISES], ids=[p[0] for p in PROMISES])
def test_what_is_promised_to_go_goes_and_not_before(db, kept, make, hours):
    row = make(timezone.now() - kept.by_clock + timedelta(hours=hours))
    forget()
    assert type(row).objects.filter(pk=row.pk).exists() is (hours > 0)


def test_every_span_of_the_table_is_tried():
    assert {row.retention for row in TABLE if row.retention.by_clock} - {promise[1] for promise in PROMISES} == set()


def test_what_waits_or_is_young_stays(db):
    now = timezone.now()
    _notification(due_at=now - timedelta(days=500), created_at=now - timedelta(days=500))
    _mail(created_at=now - timedelta(days=60), due_at=now - timedelta(days=60))
    forget()
    assert [kind.objects.count() for kind in (Subscriber, Subscription, Notification, OutgoingMail)] == [1, 1, 1, 1]


def test_the_applications_role_may_forget(db):
    row = _in_a_digest(timezone.now() - timedelta(days=500), "sent_at")
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_app")
        try:
            forget()
        finally:
            cursor.execute("RESET ROLE")
    assert (Notification.objects.filter(pk=row.pk).exists(), Digest.objects.exists()) == (False, False)
