"""What the database itself refuses, whoever writes and however."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from catalogue.actions import record_transfer
from catalogue.models import (
    Arrival,
    ReportedCoverage,
    SearchEntry,
    SearchWord,
    Solution,
    SolutionRevision,
    Synonym,
    Transfer,
    TransferMove,
)
from members.models import (
    DeliveryDecision,
    DeliveryGate,
    Membership,
    Organisation,
    OutgoingMail,
    PortalVersion,
    Region,
    User,
)
from procurement.models import MarketExploration, Tender
from subscriptions.models import (
    Announcement,
    Digest,
    Notification,
    Subscriber,
    Subscription,
    WebhookDelivery,
    WebhookEndpoint,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def office(db) -> Organisation:
    return Organisation.objects.create(slug="amt", name="Amt", kind="municipal")


@pytest.fixture
def solution(db) -> Solution:
    return Solution.objects.create(
        slug="loesung", title="Lösung", summary="Kurz.", number=1, editorial_status="published", published_at=NOW
    )


@contextmanager
def refused(constraint: str):
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        yield
    assert constraint in str(failure.value)


@contextmanager
def application_role():
    """As the web server and the worker connect in demo and production."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE portal_app")
        yield cursor
        transaction.set_rollback(True)


# ── constraints ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_has_one_account_however_it_is_spelled(editor):
    with refused("user_email_any_case"):
        User.objects.create(email=editor.email.upper())


def test_a_key_stands_for_one_valid_region(regions):
    with refused("region_key_once"):
        Region.objects.create(key="07137", kind="district", name="Zweiter", label="Zweiter")


def test_a_region_is_not_its_own_stand_in(regions):
    with refused("region_canonical_is_another_row"):
        Region.objects.filter(key="07").update(canonical=regions["07"])


def test_an_organisation_has_one_membership_at_a_time(office):
    Membership.objects.create(organisation=office, category="ordinary")
    with refused("membership_one_at_a_time"):
        Membership.objects.create(organisation=office, category="partner")


def test_a_membership_ends_after_it_began(office):
    with refused("membership_ends_after_it_began"):
        Membership.objects.create(organisation=office, category="ordinary", since=NOW, until=NOW - DAY)


def test_nothing_is_shown_that_was_never_released():
    with refused("solution_released_before_shown"):
        Solution.objects.create(slug="x", title="X", summary="x", editorial_status="published")


def test_a_technology_level_is_between_1_and_9():
    with refused("solution_trl_1_to_9"):
        Solution.objects.create(slug="x", title="X", summary="x", trl=10)


@pytest.mark.parametrize("slug", ["vergleich", "naehe"])
def test_a_solution_never_stands_where_another_page_is(slug):
    with refused("solution_slug_is_no_page"):
        Solution.objects.create(slug=slug, title="X", summary="x")


def test_a_reported_part_is_not_more_than_its_whole(solution):
    with refused("reportedcoverage_n_of"):
        ReportedCoverage.objects.create(solution=solution, n=5, of=4, unit="Länder", as_of="2024", source="Quelle")


def test_nobody_releases_their_own_revision(solution, editor):
    with refused("revision_four_eyes"):
        SolutionRevision.objects.create(solution=solution, number=2, base_number=1, author=editor, approver=editor)


@pytest.mark.parametrize("fields", [{"status": "released"}, {"status": "draft", "released_at": NOW}])
def test_released_and_its_date_come_together(solution, editor, fields):
    with refused("revision_released_has_a_date"):
        SolutionRevision.objects.create(solution=solution, number=2, base_number=1, author=editor, **fields)


def test_a_revision_follows_its_base(solution):
    with refused("revision_follows_its_base"):
        SolutionRevision.objects.create(solution=solution, number=1, base_number=1)


def test_a_revision_number_is_given_once(solution):
    SolutionRevision.objects.create(solution=solution, number=2, base_number=1)
    with refused("revision_number_once"):
        SolutionRevision.objects.create(solution=solution, number=2, base_number=0)


@pytest.mark.parametrize("known", [True, False])
def test_an_organisation_takes_a_solution_over_once_at_a_time_known_or_not(solution, regions, office, known):
    who = {"organisation": office if known else None}
    Transfer.objects.create(solution=solution, region=regions["07"], stage="live", **who)
    with refused("transfer_once_while_open"):
        Transfer.objects.create(solution=solution, region=regions["07"], stage="interest", **who)
    Transfer.objects.create(solution=solution, region=regions["07"], stage="ended", **who)


@pytest.mark.parametrize("fields", [{"verification": "verified"}, {"verified_at": NOW}])
def test_verified_and_its_date_come_together(solution, regions, fields):
    with refused("transfer_verified_has_a_date"):
        Transfer.objects.create(solution=solution, region=regions["07"], stage="live", **fields)


def test_declared_at_stands_with_an_own_word_only(solution, regions):
    with refused("transfer_declared_only_when_self_declared"):
        Transfer.objects.create(solution=solution, region=regions["07"], stage="live", declared_at=NOW)


@pytest.mark.parametrize("fields", [{}, {"consent_by": "Amt"}, {"consent_on": NOW}])
def test_nothing_is_shown_early_without_who_agreed_and_when(solution, regions, fields):
    with refused("transfer_shown_early_with_consent"):
        Transfer.objects.create(solution=solution, region=regions["07"], stage="interest", is_public=True, **fields)


def test_a_transfer_ends_after_it_began(solution, regions):
    with refused("transfer_ends_after_it_began"):
        Transfer.objects.create(
            solution=solution, region=regions["07"], stage="ended", live_since=NOW, ended_on=NOW - DAY
        )


def test_a_transfer_does_not_teach_itself(solution, regions):
    transfer = Transfer.objects.create(solution=solution, region=regions["07"], stage="live")
    with refused("transfer_not_from_itself"):
        Transfer.objects.update(from_transfer=transfer)


def test_a_solution_arrives_in_a_region_once(solution, regions):
    transfer = Transfer.objects.create(solution=solution, region=regions["07"], stage="live")
    fields = {"solution": solution, "region": regions["07"], "transfer": transfer}
    Arrival.objects.create(**fields)
    with refused("arrival_once_while_standing"):
        Arrival.objects.create(**fields)
    with refused("arrival_taken_back_after_it_came"):
        Arrival.objects.create(**fields, arrived_at=NOW, taken_back_at=NOW - DAY)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("exploration_due_after_opened", {"opened_at": NOW, "responses_due_at": NOW - DAY}),
        ("exploration_questions_before_responses", {"questions_due_at": NOW + 2 * DAY}),
        ("exploration_result_after_due", {"opened_at": NOW - DAY, "result_published_at": NOW}),
        ("exploration_withdrawn_with_a_reason", {"withdrawn_at": NOW}),
    ],
)
def test_the_dates_of_an_exploration_are_in_order(office, constraint, fields):
    with refused(constraint):
        fields = {"responses_due_at": NOW + DAY} | fields
        MarketExploration.objects.create(slug="x", title="X", summary="x", buyer=office, **fields)


def test_an_award_has_its_date(office):
    with refused("tender_awarded_has_a_date"):
        Tender.objects.create(slug="x", title="X", buyer=office, status="awarded")


def test_a_subscribers_address_is_kept_in_lower_case():
    with refused("subscriber_email_lower"):
        Subscriber.objects.create(email="Stelle@Amt.example")


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("subscription_asks_for_something", {"kinds": []}),
        ("subscription_region_has_a_direction", {"directions": ["this"]}),
    ],
)
def test_a_subscription_asks_for_something_and_a_region_has_a_direction(constraint, fields):
    person = Subscriber.objects.create(email="stelle@amt.example")
    with refused(constraint):
        Subscription.objects.create(subscriber=person, **({"kinds": ["arrival"]} | fields))


def test_the_same_wish_stands_once():
    person = Subscriber.objects.create(email="stelle@amt.example")
    Subscription.objects.create(subscriber=person, kinds=["arrival"])
    with refused("subscription_once"):
        Subscription.objects.create(subscriber=person, kinds=["arrival"], frequency="weekly")


def test_a_fact_is_announced_once_and_told_once_a_person():
    fact = Announcement.objects.create(kind="arrival", fact_key="1", occurred_at=NOW)
    person = Subscriber.objects.create(email="stelle@amt.example")
    Notification.objects.create(announcement=fact, subscriber=person, reasons=[1], frequency="at_once")
    with refused("notification_once"):
        Notification.objects.create(announcement=fact, subscriber=person, reasons=[2], frequency="weekly")
    with refused("announcement_once"):
        Announcement.objects.create(kind="arrival", fact_key="1", occurred_at=NOW)


def test_a_period_has_one_digest():
    person = Subscriber.objects.create(email="stelle@amt.example")
    Digest.objects.create(subscriber=person, period=NOW.date())
    with refused("digest_once"):
        Digest.objects.create(subscriber=person, period=NOW.date())


def test_a_mail_is_not_both_sent_and_given_up():
    with refused("members_outgoingmail_one_end"):
        OutgoingMail.objects.create(to="a@amt.example", subject="x", text="x", sent_at=NOW, failed_at=NOW)


# ── triggers ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_moves_can_only_be_added(solution, regions, editor):
    record_transfer(solution=solution, region=regions["07"], by=editor, stage="live", verification="unverified")
    for attempt in (
        lambda: TransferMove.objects.update(note="anders"),
        lambda: TransferMove.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            attempt()
    assert TransferMove.objects.get().note == ""


def test_every_write_to_what_pages_show_counts_the_version_up(solution, regions):
    before = PortalVersion.current()
    Solution.objects.filter(pk=solution.pk).update(title="Neu")
    Region.objects.bulk_update([regions["07"]], ["label"])
    assert PortalVersion.current() == before + 2


def test_a_write_that_rolls_back_counts_nothing(solution):
    before = PortalVersion.current()
    with transaction.atomic():
        Solution.objects.filter(pk=solution.pk).update(title="Neu")
        transaction.set_rollback(True)
    assert PortalVersion.current() == before


def test_telling_subscribers_leaves_the_pages_as_they_are():
    before = PortalVersion.current()
    fact = Announcement.objects.create(kind="arrival", fact_key="1", occurred_at=NOW)
    person = Subscriber.objects.create(email="stelle@amt.example")
    Notification.objects.create(announcement=fact, subscriber=person, reasons=[1], frequency="at_once")
    OutgoingMail.objects.create(to="a@amt.example", subject="x", text="x")
    assert PortalVersion.current() == before


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_transfermove SET note = 'anders'",
        "DELETE FROM catalogue_transfermove",
        "TRUNCATE catalogue_transfermove",
        "ALTER TABLE catalogue_solution ADD COLUMN x int",
        "DROP TABLE subscriptions_notification",
        "ALTER TABLE catalogue_transfermove DISABLE TRIGGER ALL",
        "DELETE FROM django_migrations",
        "CREATE TABLE fremd (x int)",
    ],
)
def test_the_applications_role_is_refused(statement):
    with application_role() as cursor, pytest.raises(ProgrammingError, match="permission denied|must be owner"):
        cursor.execute(statement)


def test_the_applications_role_reads_and_writes_rows():
    with application_role() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_fieldofaction (slug, name, description, position) VALUES ('x', 'X', '', 0)"
        )
        cursor.execute("UPDATE catalogue_fieldofaction SET name = 'Y' WHERE slug = 'x' RETURNING name")
        assert cursor.fetchone() == ("Y",)


# ── delivery and webhooks ───────────────────────────────────────────────────────────────────────────────────────


def test_there_is_one_gate_and_it_is_held_for_a_reason():
    DeliveryGate.objects.create(place="1.1.1")
    with refused("deliverygate_one_row"):
        DeliveryGate.objects.create(pk=2, place="1.1.1")
    for wrong in ({"held_at": NOW}, {"reason": "Umzug"}):
        with refused("deliverygate_held_for_a_reason"):
            DeliveryGate.objects.update(**{"held_at": None, "reason": ""} | wrong)


def test_a_decision_about_delivery_stays_as_it_is(editor):
    decision = DeliveryDecision.objects.create(what="hold", by=editor)
    for change in (lambda: DeliveryDecision.objects.update(note="x"), decision.delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
    with application_role() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("DELETE FROM members_deliverydecision")


def test_a_webhook_is_there_once_is_paused_for_a_reason_and_can_sign():
    subscriber = Subscriber.objects.create(email="amt@stadt.example")
    right = {"subscriber": subscriber, "url": "https://hook.example/", "secret": "whsec_eA=="}
    WebhookEndpoint.objects.create(**right)
    with refused("webhookendpoint_once"):
        WebhookEndpoint.objects.create(**right)
    with refused("webhookendpoint_paused_for_a_reason"):
        WebhookEndpoint.objects.update(paused_at=NOW)
    with refused("webhookendpoint_has_a_secret"):
        WebhookEndpoint.objects.update(secret="")


def test_a_webhook_is_called_once_a_fact(solution):
    subscriber = Subscriber.objects.create(email="amt@stadt.example")
    hook = WebhookEndpoint.objects.create(subscriber=subscriber, url="https://hook.example/", secret="whsec_eA==")
    fact = Announcement.objects.create(kind="arrival", fact_key="1", occurred_at=NOW, solution=solution)
    WebhookDelivery.objects.create(endpoint=hook, announcement=fact)
    with refused("webhookdelivery_once"):
        WebhookDelivery.objects.create(endpoint=hook, announcement=fact)
    for _ in range(2):  # tests may be many
        WebhookDelivery.objects.create(endpoint=hook)


def test_a_synonym_has_a_word_and_a_key(db):
    with refused("synonym_has_a_word"):
        Synonym.objects.create(words=[], keys=["x"])
    with refused("synonym_has_a_key"):
        Synonym.objects.create(words=["x"], keys=[])


def test_a_solution_and_a_word_stand_in_the_search_once(solution):
    entry = {"solution": solution, "name": "x", "title": "", "lead": "", "whole": "", "changed_at": NOW, "analyzer": 1}
    SearchEntry.objects.create(**entry)
    with refused("catalogue_searchentry_pkey"):
        SearchEntry.objects.create(**entry)
    SearchWord.objects.create(word="x", lexeme="x", shown="X")
    with refused("catalogue_searchword_word_key"):
        SearchWord.objects.create(word="x", lexeme="y", shown="Y")
