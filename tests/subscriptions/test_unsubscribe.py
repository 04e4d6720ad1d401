"""Leaving takes one click, changes nothing when a machine only looks, and forgets everything."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.actions import record_transfer
from members.models import OutgoingMail, PortalVersion, Region
from subscriptions.actions import Wish, announce, confirm
from subscriptions.actions import subscribe as ask
from subscriptions.links import manage_url, unsubscribe_url
from subscriptions.models import Digest, Notification, Subscriber, Subscription

pytestmark = pytest.mark.django_db
ADDRESS = "rathaus@polch.example"


@pytest.fixture
def stranger() -> Client:
    """A mail program or a mail scanner: no cookie, no page before, CSRF is checked."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def follows(regions, llmoin):
    """A subscriber who follows the region and the solution."""

    def make(email: str = ADDRESS) -> Subscriber:
        for wish in (Wish(region=regions["07137"]), Wish(solution=llmoin)):
            subscriber = ask(email=email, wish=wish, page="/abo/").subscriber
        confirm(subscriber=subscriber)
        subscriber.refresh_from_db()
        return subscriber

    return make


@pytest.fixture
def told(follows, settings, llmoin, editor):
    """The same, with news that wait to be sent."""
    settings.UNDO_SECONDS = 0
    subscriber = follows()
    region = Region.objects.get(key="071375002086")
    record_transfer(
        solution=llmoin, region=region, by=editor, stage="live", verification="verified", evidence="Vertrag"
    )
    announce()
    assert Notification.objects.open().filter(subscriber=subscriber).count() == 1
    return subscriber


def path_of(url: str) -> str:
    return urlsplit(url).path


def rows() -> tuple[int, ...]:
    models = (Subscriber, Subscription, Notification, Digest, OutgoingMail)
    return (*(model.objects.count() for model in models), PortalVersion.current())


def test_looking_changes_nothing_ever(stranger, told):
    before = rows()
    for url in (unsubscribe_url(told), manage_url(told)):
        for method in (stranger.get, stranger.head, stranger.options, stranger.put, stranger.delete):
            assert method(path_of(url)).status_code in (200, 403, 405)
    assert rows() == before


def test_one_click_of_the_mail_program_ends_everything(stranger, told):
    link = path_of(unsubscribe_url(told))
    answers = [stranger.post(link, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [(a.status_code, a.content.decode()) for a in answers] == [(200, "Sie sind abgemeldet.\n")] * 2
    assert answers[0].cookies == {}
    assert rows()[:5] == (0, 0, 0, 0, 0)


def test_one_click_comes_urlencoded_too(stranger, told):
    body, kind = "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    answer = stranger.post(path_of(unsubscribe_url(told)), body, content_type=kind)

    assert (answer.status_code, Subscriber.objects.count()) == (200, 0)


def test_a_person_is_asked_and_told(stranger, told):
    link = path_of(unsubscribe_url(told))
    page = stranger.get(link)
    assert "Möchten Sie alles abbestellen?" in page.content.decode()
    assert page.cookies == {}

    answer = stranger.post(link)
    assert (answer.status_code, answer.url) == (302, link)
    assert "Sie sind abgemeldet" in stranger.get(link).content.decode()
    assert Subscriber.objects.count() == 0


def test_only_who_leaves_leaves(stranger, follows):
    other = follows("kreis@mayen-koblenz.example")
    stranger.post(path_of(unsubscribe_url(follows())))

    assert list(Subscriber.objects.all()) == [other]
    assert Subscription.objects.count() == 2


def test_a_mail_of_years_ago_and_of_an_old_secret_lets_go(stranger, follows, settings):
    link = path_of(unsubscribe_url(follows()))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new secret"

    assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscriber.objects.count() == 0


@pytest.mark.parametrize("token", ["x", "A" * 43, "ä", "%00", "A" * 4000])
def test_a_broken_link_ends_nothing(stranger, follows, token):
    follows()
    for answer in (stranger.post(f"/abo/{token}/abmelden/"), stranger.get(f"/abo/{token}/abmelden/")):
        assert answer.status_code == 404
        assert "nicht vollständig" in answer.content.decode()
    assert Subscriber.objects.count() == 1


def test_a_manage_link_does_not_unsubscribe_at_the_other_address(stranger, follows):
    token = manage_url(follows()).split("/")[-2]

    assert stranger.post(f"/abo/{token}/abmelden/").status_code == 404
    assert Subscriber.objects.count() == 1


def test_who_left_may_come_back_on_the_same_day(follows, stranger):
    stranger.post(path_of(unsubscribe_url(follows())))
    ask(email=ADDRESS, wish=Wish(), page="/abo/")

    assert OutgoingMail.objects.count() == 1


def test_the_manage_page_says_what_one_follows(client, follows):
    page = client.get(path_of(manage_url(follows()))).content.decode()

    assert ADDRESS in page
    assert "Landkreis Mayen-Koblenz, alles, was in ihm liegt, und was Land und Bund betrifft" in page
    assert "Lösung „LLMoin“" in page


def test_changing_needs_the_page_before(stranger, follows):
    answer = stranger.post(path_of(manage_url(follows())), {"schritt": "links"})

    assert answer.status_code == 403


def test_one_subscription_ends_with_what_waited_because_of_it_alone(client, told):
    by_region, by_solution = Subscription.objects.order_by("pk")
    link = path_of(manage_url(told))
    client.post(link, {"schritt": "entfernen", "abo": by_region.pk})
    assert list(Subscription.objects.all()) == [by_solution]
    assert Notification.objects.open().count() == 1  # it was told for two reasons

    Notification.objects.update(reasons=[by_solution.pk])
    answer = client.post(link, {"schritt": "entfernen", "abo": by_solution.pk})
    assert "Sie sind abgemeldet" in client.get(answer.url).content.decode()
    assert rows()[:5] == (0, 0, 0, 0, 0)


def test_the_frequency_changes_and_only_to_one_that_exists(client, follows):
    subscriber = follows()
    link, one = path_of(manage_url(subscriber)), subscriber.subscriptions.first()
    settings = {"schritt": "aendern", "abo": one.pk, "neuigkeit": one.kinds, "richtung": one.directions}
    for value, status in (("weekly", 302), ("hourly", 200), ("", 200), ("\0", 200)):
        assert client.post(link, settings | {"haeufigkeit": value}).status_code == status
        one.refresh_from_db()
        assert one.frequency == "weekly"


@pytest.mark.parametrize("pk", ["", "x", "-1", "9" * 40, "0", "\0", "1.5"])
def test_a_subscription_that_is_not_there_is_not_found(client, follows, pk):
    link = path_of(manage_url(follows()))

    assert client.post(link, {"schritt": "entfernen", "abo": pk}).status_code == 404
    assert Subscription.objects.count() == 2


def test_nobody_changes_what_another_person_follows(client, follows):
    other = follows("kreis@mayen-koblenz.example").subscriptions.first()
    link = path_of(manage_url(follows()))

    for step in ("entfernen", "aendern", "bestaetigen"):
        answer = client.post(link, {"schritt": step, "abo": other.pk, "haeufigkeit": "weekly"})
        assert answer.status_code == 404
    other.refresh_from_db()
    assert other.frequency == "at_once"


def test_what_waits_can_be_confirmed_on_the_manage_page(client, follows, regions):
    subscriber = follows()
    waiting = ask(email=ADDRESS, wish=Wish(region=regions["02"]), page="/abo/")
    client.post(path_of(manage_url(subscriber)), {"schritt": "bestaetigen", "abo": waiting.pk})

    waiting.refresh_from_db()
    assert waiting.confirmed_at is not None


def test_links_passed_on_can_be_revoked_and_leaving_stays_possible(client, follows):
    subscriber = follows()
    old = path_of(manage_url(subscriber))
    new = client.post(old, {"schritt": "links"}).url

    assert [client.get(old).status_code, client.get(new).status_code] == [410, 200]
    assert client.get(path_of(unsubscribe_url(subscriber))).status_code == 200
    assert client.post(old, {"schritt": "links"}).status_code == 410


def test_pages_with_a_token_are_neither_kept_nor_indexed_nor_named_elsewhere(client, follows):
    subscriber = follows()
    for url in (manage_url(subscriber), unsubscribe_url(subscriber)):
        answer = client.get(path_of(url))
        assert "no-store" in answer.headers["Cache-Control"]
        assert 'name="robots" content="noindex"' in answer.content.decode()
        assert 'rel="canonical"' not in answer.content.decode()
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_pages_need_a_fixed_number_of_statements(client, follows, regions, django_assert_num_queries):
    subscriber = follows()
    link = path_of(manage_url(subscriber))
    client.get(link)
    with django_assert_num_queries(3):
        client.get(link)
    now = timezone.now()
    for key, region in regions.items():
        if region.canonical_id is None:
            fields = {"kinds": ["arrival"], "directions": ["this"], "confirmed_at": now - timedelta(days=len(key))}
            Subscription.objects.create(subscriber=subscriber, region=region, fields_of_action=["ki"], **fields)
    client.get(link)
    with django_assert_num_queries(3):
        client.get(link)
