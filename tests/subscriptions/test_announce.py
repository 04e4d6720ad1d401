"""A transfer reaches a new region: who is told, once, and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.actions import TooLate, TransferExists, move_transfer, record_transfer, take_back_move
from members.models import Organisation
from subscriptions.actions import announce, mark_all_announced
from subscriptions.matching import RecipientCount, count_recipients
from subscriptions.models import Announcement, Notification, Subscriber
from subscriptions.news import NewsKind
from tests.subscriptions.conftest import ABOVE, THIS, WITHIN

LIVE = {"stage": "live", "verification": "verified", "evidence": "Vertrag"}


@pytest.fixture(autouse=True)
def _no_undo_window(settings):
    settings.UNDO_SECONDS = 0


def told() -> set[str]:
    return set(Notification.objects.values_list("subscriber__email", flat=True))


def test_a_verified_live_transfer_tells_whoever_follows_the_region_its_whole_or_its_parts(
    regions, llmoin, subscribe, editor
):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    subscribe("land@rlp.example", regions["07"])
    subscribe("stadt@polch.example", regions["071375002086"])
    subscribe("stadt@koblenz.example", regions["07111"])
    subscribe("land@hamburg.example", regions["02"])
    record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)

    assert announce() == 3
    assert told() == {"kreis@mayen-koblenz.example", "land@rlp.example", "stadt@polch.example"}


def test_a_transfer_of_the_land_concerns_its_municipalities_from_above(regions, llmoin, subscribe, editor):
    subscribe("stadt@polch.example", regions["071375002086"])
    subscribe("nur-drin@polch.example", regions["071375002086"], directions=[THIS, WITHIN])
    record_transfer(solution=llmoin, region=regions["07"], by=editor, **LIVE)

    announce()
    assert told() == {"stadt@polch.example"}


@pytest.mark.parametrize(
    ("directions", "expected"),
    [([THIS], {"07137"}), ([WITHIN], {"071375002086", "071375002"}), ([ABOVE], {"07", ""})],
)
def test_each_direction_means_exactly_what_it_says(regions, llmoin, subscribe, editor, directions, expected):
    subscribe("kreis@mayen-koblenz.example", regions["07137"], directions=directions)
    for key in ("", "07", "07137", "071375002", "071375002086", "07111", "02"):
        record_transfer(solution=llmoin, region=regions[key], by=editor, **LIVE)

    announce()
    assert set(Notification.objects.values_list("announcement__region__key", flat=True)) == expected


def test_a_transfer_to_another_level_of_the_same_city_is_the_city(regions, llmoin, subscribe, editor):
    subscribe("stadt@hamburg.example", regions["02"], directions=[THIS])
    record_transfer(solution=llmoin, region=regions["020000000000"], by=editor, **LIVE)

    assert announce() == 1


@pytest.mark.parametrize(
    ("stage", "verification", "notifications"),
    [
        ("interest", "verified", 0),
        ("coordination", "verified", 0),
        ("agreed", "verified", 1),
        ("rollout", "verified", 1),
        ("live", "verified", 1),
        ("ended", "verified", 0),
        ("declined", "verified", 0),
        ("live", "unverified", 0),
        ("live", "self_declared", 0),
    ],
)
def test_only_a_verified_certain_use_is_news(regions, llmoin, subscribe, editor, stage, verification, notifications):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    record_transfer(
        solution=llmoin, region=regions["07137"], by=editor, stage=stage, verification=verification, evidence="Vertrag"
    )

    assert announce() == notifications


def test_verifying_later_is_the_news(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    transfer = record_transfer(
        solution=llmoin, region=regions["07137"], by=editor, stage="live", verification="self_declared"
    )
    assert announce() == 0
    move_transfer(transfer=transfer, by=editor, **LIVE)
    assert announce() == 1


def test_overlapping_subscriptions_give_one_notification_with_all_reasons(regions, llmoin, subscribe, editor):
    kreis = subscribe("stelle@mayen-koblenz.example", regions["07137"])
    land = subscribe("stelle@mayen-koblenz.example", regions["07"])
    solution = subscribe("stelle@mayen-koblenz.example", solution=llmoin)
    field = subscribe("stelle@mayen-koblenz.example", fields_of_action=["ki"])
    record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)

    announce()
    notification = Notification.objects.get()
    assert notification.reasons == [kreis.pk, land.pk, solution.pk, field.pk]


def test_the_quickest_of_overlapping_wishes_wins(regions, llmoin, subscribe, editor):
    subscribe("stelle@mayen-koblenz.example", regions["07137"], frequency="weekly")
    subscribe("stelle@mayen-koblenz.example", regions["07"], frequency="at_once")
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    announce()
    assert Notification.objects.get().frequency == "at_once"


def test_another_field_of_action_is_not_told(regions, llmoin, subscribe, editor):
    subscribe("stelle@mayen-koblenz.example", regions["07137"], fields_of_action=["cloud"])
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert announce() == 0


def test_recording_the_same_transfer_again_tells_nobody_twice(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    organisation = Organisation.objects.create(slug="polch", name="Stadt Polch", kind="municipal")
    record_transfer(solution=llmoin, region=regions["07137"], organisation=organisation, by=editor, **LIVE)
    announce()

    with pytest.raises(TransferExists):
        record_transfer(solution=llmoin, region=regions["07137"], organisation=organisation, by=editor, **LIVE)
    assert (announce(), Notification.objects.count()) == (0, 1)


def test_a_second_organisation_in_the_same_region_tells_nobody(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    announce()
    organisation = Organisation.objects.create(slug="polch", name="Stadt Polch", kind="municipal")
    record_transfer(solution=llmoin, region=regions["07137"], organisation=organisation, by=editor, **LIVE)

    assert announce() == 0


def test_looking_twice_tells_once(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert [announce(), announce()] == [1, 0]


def test_within_the_undo_window_nobody_is_told_and_after_it_everybody(regions, llmoin, subscribe, editor, settings):
    settings.UNDO_SECONDS = 300
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert announce() == 0
    assert announce(now=timezone.now() + timedelta(seconds=301)) == 1


def test_a_transfer_taken_back_in_time_leaves_no_trace_with_subscribers(regions, llmoin, subscribe, editor, settings):
    settings.UNDO_SECONDS = 300
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    transfer = record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    take_back_move(move=transfer.moves.get(), by=editor)

    assert announce(now=timezone.now() + timedelta(days=1)) == 0
    assert not Announcement.objects.filter(kind=NewsKind.ARRIVAL).exists()
    transfer.refresh_from_db()
    assert [(m.stage, m.verification) for m in transfer.moves.all()] == [
        ("live", "verified"),
        ("declined", "unverified"),
    ]


def test_what_was_taken_back_can_be_recorded_again_and_is_then_news(regions, llmoin, subscribe, editor, settings):
    settings.UNDO_SECONDS = 300
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    transfer = record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    take_back_move(move=transfer.moves.get(), by=editor)
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert announce(now=timezone.now() + timedelta(days=1)) == 1


def test_after_the_undo_window_it_is_too_late(regions, llmoin, editor):
    transfer = record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    with pytest.raises(TooLate):
        take_back_move(move=transfer.moves.get(), by=editor)


def test_only_the_last_move_can_be_taken_back(regions, llmoin, editor, settings):
    settings.UNDO_SECONDS = 300
    transfer = record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    first = transfer.moves.get()
    move_transfer(transfer=transfer, by=editor, stage="ended", verification="verified", evidence="Vertrag")
    with pytest.raises(TooLate):
        take_back_move(move=first, by=editor)


def test_who_confirmed_later_is_not_told_of_the_past(regions, llmoin, subscribe, editor):
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    subscribe("spaet@mayen-koblenz.example", regions["07137"])

    assert announce() == 0


@pytest.mark.parametrize("state", [{"confirmed_at": None}, {"paused_at": timezone.now()}])
def test_who_did_not_confirm_or_pauses_is_not_told(regions, llmoin, subscribe, editor, state):
    subscription = subscribe("kreis@mayen-koblenz.example", regions["07137"])
    Subscriber.objects.filter(pk=subscription.subscriber_id).update(**state)
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert announce() == 0


def test_an_unconfirmed_subscription_of_a_confirmed_person_is_not_matched(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["02"])
    subscribe("kreis@mayen-koblenz.example", regions["07137"], confirmed_at=None)
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert announce() == 0


def test_a_draft_is_nobodys_news(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    type(llmoin).objects.filter(pk=llmoin.pk).update(editorial_status="withdrawn")
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert announce() == 0


def test_a_backlog_is_born_announced(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)

    assert mark_all_announced() == 2  # the arrival, and the solution itself
    assert (announce(), Notification.objects.count()) == (0, 0)


def test_the_preview_counts_exactly_the_mails_that_follow(regions, llmoin, subscribe, editor):
    subscribe("kreis@mayen-koblenz.example", regions["07137"])
    subscribe("kreis@mayen-koblenz.example", regions["07"], frequency="weekly")
    subscribe("land@rlp.example", regions["07"], frequency="weekly")
    subscribe("land@hamburg.example", regions["02"])

    assert count_recipients(solution=llmoin, region=regions["071375002086"]) == RecipientCount(at_once=1, later=1)
    record_transfer(solution=llmoin, region=regions["071375002086"], by=editor, **LIVE)
    announce()
    assert sorted(Notification.objects.values_list("frequency", flat=True)) == ["at_once", "weekly"]
