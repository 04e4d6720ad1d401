"""Every list of the admin opens, has a search, and costs the same whatever its length."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from catalogue.actions import record_transfer, start_revision
from catalogue.models import Solution
from members.models import Organisation, OutgoingMail, User
from subscriptions.models import Announcement, Notification, Subscriber

OURS = {"members", "catalogue", "procurement", "subscriptions"}


def lists() -> list[str]:
    return sorted(
        f"{m._meta.app_label}_{m._meta.model_name}" for m in admin.site._registry if m._meta.app_label in OURS
    )


@pytest.fixture
def chief_desk(at_desk, db) -> Client:
    return at_desk(User.objects.create_superuser("chefin@campus.example", "ein langes Passwort 1"))


@pytest.fixture
def more(solution, regions, editor):
    """A function that makes another row of nearly everything."""
    keys = iter(("02", "07", "07137", "07111", "071375002086"))

    def make() -> None:
        key = next(keys)
        organisation = Organisation.objects.create(slug=f"o{key}", name=f"Ort {key}", region=regions[key])
        transfer = record_transfer(
            solution=solution, region=regions[key], organisation=organisation, stage="live",
            verification="verified", evidence="Vertrag", by=editor,
        )  # fmt: skip
        start_revision(solution=solution, by=editor)
        Solution.objects.create(slug=f"s{key}", title=f"Lösung {key}", summary="Kurz.")
        subscriber = Subscriber.objects.create(email=f"a{key}@stadt.example")
        OutgoingMail.objects.create(to=subscriber.email, subject="Betreff", text="")
        announcement = Announcement.objects.create(
            kind="arrival", fact_key=key, occurred_at=transfer.changed_at, solution=solution, region=regions[key]
        )
        Notification.objects.create(announcement=announcement, subscriber=subscriber, reasons=[1], frequency="at_once")

    return make


@pytest.mark.parametrize("name", lists())
def test_a_list_costs_the_same_with_more_rows(name, chief_desk, more, django_assert_max_num_queries) -> None:
    place = reverse(f"admin:{name}_changelist")
    more()
    chief_desk.get(place)
    with django_assert_max_num_queries(30) as few:
        chief_desk.get(place)
    for _ in range(4):
        more()
    with django_assert_max_num_queries(len(few)):
        chief_desk.get(place)


@pytest.mark.parametrize("name", lists())
def test_a_list_has_a_search_and_no_inline_style(name, chief_desk) -> None:
    html = chief_desk.get(reverse(f"admin:{name}_changelist"), {"q": "münchen"}).content.decode()
    assert 'id="searchbar"' in html
    assert "<style" not in html
    assert " style=" not in html


@pytest.mark.parametrize(
    "query", ["q=%00", "p=999999999", "p=x", "o=99.-7", "gibtesnicht=1", "all=", "q=" + "x" * 8000]
)
@pytest.mark.parametrize("name", ["catalogue_transfer", "members_region", "subscriptions_notification"])
def test_no_address_breaks_a_list(name, query, chief_desk) -> None:
    assert chief_desk.get(f"{reverse(f'admin:{name}_changelist')}?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("name", lists())
def test_who_has_no_account_of_the_team_sees_no_list(name, at_desk, outsider) -> None:
    for client in (Client(), at_desk(outsider)):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code in (302, 403)
