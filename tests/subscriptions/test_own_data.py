"""A subscriber takes along everything that is stored, and after leaving nothing names it any more."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from catalogue.actions import record_transfer
from govtech_portal.personal_data import CLASSIFIED, Person
from members.models import OutgoingMail, Region, User
from subscriptions.actions import Wish, announce, confirm, forget_told, unsubscribe
from subscriptions.actions import subscribe as ask
from subscriptions.links import manage_url
from subscriptions.models import (
    Announcement,
    Bounce,
    Digest,
    Notification,
    Subscriber,
    Subscription,
    WebhookDelivery,
    WebhookEndpoint,
)
from subscriptions.news import NewsKind, headline
from subscriptions.own_data import EXPORTED, export_of

pytestmark = pytest.mark.django_db
ADDRESS = "amtsleitung-4711@polch.example"
OTHER = "kreis@mayen-koblenz.example"
SECTIONS = {
    Subscriber: "Ihre Angaben",
    Subscription: "Abonnements",
    Notification: "Benachrichtigungen",
    Digest: "Sammelmails",
    WebhookEndpoint: "Webhooks",
    WebhookDelivery: "Aufrufe Ihrer Webhooks",
    Bounce: "Mails, die zurückkamen",
    OutgoingMail: "Mails an Sie",
}


@pytest.fixture
def full(regions, llmoin) -> Subscriber:
    """Somebody of whom every field is filled, as far as a field can be."""
    for wish in (Wish(region=regions["07137"], fields_of_action=["ki"]), Wish(solution=llmoin, frequency="weekly")):
        subscriber = ask(email=ADDRESS, wish=wish, page="/abo/?von=polch", organisation="Amt 4711").subscriber
    confirm(subscriber=subscriber)
    now = timezone.now()
    Subscriber.objects.filter(pk=subscriber.pk).update(
        paused_at=now, paused_because="wished", epoch=4, new_email="neu@polch.example", new_email_asked_at=now
    )
    said = {"attempts": 3, "sent_at": now, "last_error": f"550 {ADDRESS} unbekannt"}
    digest = Digest.objects.create(subscriber=subscriber, period=now.date(), **said)
    for frequency, sent_in in (("at_once", None), ("weekly", digest)):
        fact = Announcement.objects.create(
            kind=NewsKind.ARRIVAL, fact_key=frequency, occurred_at=now, solution=llmoin, region=regions["07137"]
        )
        reasons = list(subscriber.subscriptions.values_list("pk", flat=True))
        fields = {"frequency": frequency, "digest": sent_in, "reasons": reasons, **said}
        Notification.objects.create(subscriber=subscriber, announcement=fact, **fields)
    hook = WebhookEndpoint.objects.create(
        subscriber=subscriber, url=f"https://polch.example/?an={ADDRESS}", secret="whsec_eA==", failing_since=now,
        paused_at=now, paused_because="wished",
    )  # fmt: skip
    WebhookDelivery.objects.create(endpoint=hook, announcement=fact, status=500, milliseconds=7, **said)
    Bounce.objects.create(subscriber=subscriber, is_permanent=True, status="5.1.1", diagnostic=f"{ADDRESS} unbekannt")
    OutgoingMail.objects.update(html=f"<p>{ADDRESS}</p>", headers={"X": "y"}, **said)
    OutgoingMail.objects.create(to=ADDRESS.title(), subject="Kein Konto", text="Es gibt kein Konto.", purpose="account")
    subscriber.refresh_from_db()
    return subscriber


def rows_that_say(text: str) -> dict[str, int]:
    """Every table of the database, each row as one text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{text}%"])
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


def as_json(value):
    value = headline(value) if isinstance(value, Announcement) else value
    return json.loads(json.dumps(str(value) if isinstance(value, models.Model) else value, cls=DjangoJSONEncoder))


# ── what is exported ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_classified_field_about_a_subscriber_is_exported():
    fields = {name for name, row in CLASSIFIED.items() if row.who in (Person.SUBSCRIBER, Person.RECIPIENT)}
    exported = set()
    for model, names in EXPORTED.items():
        attributes = {field.attname: field.name for field in model._meta.concrete_fields}
        exported |= {f"{model._meta.label}.{attributes.get(name, name)}" for name in names}
    whose = {name for name in fields if name.endswith(".subscriber")}  # the export is this person's
    assert fields - whose - exported == set()


def test_whatever_points_to_a_subscriber_is_exported():
    pointing = {relation.related_model for relation in Subscriber._meta.related_objects}
    assert pointing - set(EXPORTED) == set()


@pytest.mark.parametrize("model", EXPORTED, ids=lambda model: model.__name__)
def test_the_export_holds_every_value_as_it_is_stored(client, full, model):
    answer = client.post(path_of(full), {"schritt": "daten"})
    entries = json.loads(answer.content)[SECTIONS[model]]
    entries = [entries] if isinstance(entries, dict) else entries
    mine = {
        Subscriber: {"pk": full.pk}, OutgoingMail: {"to__iexact": ADDRESS},
        WebhookDelivery: {"endpoint__subscriber": full},
    }  # fmt: skip
    rows = list(model.objects.filter(**mine.get(model, {"subscriber": full})).order_by("pk"))

    assert len(rows) > 0
    wanted = [{words: as_json(getattr(row, name)) for name, words in EXPORTED[model].items()} for row in rows]
    assert [{words: entry[words] for words in EXPORTED[model].values()} for entry in entries] == wanted


def test_subscriptions_are_said_in_words_too(full):
    said = [entry["in Worten"] for entry in export_of(full)["Abonnements"]]

    assert said == [
        "Landkreis Mayen-Koblenz, alles, was in ihm liegt, und was Land und Bund betrifft · Handlungsfeld KI",
        "Lösung „LLMoin“",
    ]


def test_the_export_needs_a_fixed_number_of_statements(full, llmoin, regions, django_assert_num_queries):
    export_of(full)
    with django_assert_num_queries(9):
        export_of(full)
    for number in range(20):
        fact = Announcement.objects.create(
            kind=NewsKind.ARRIVAL, fact_key=str(number), occurred_at=timezone.now(), solution=llmoin
        )
        Notification.objects.create(subscriber=full, announcement=fact, frequency="at_once", reasons=[])
    for key in ("02", "07", "07111"):
        fields = {"kinds": ["arrival"], "directions": ["this"]}
        Subscription.objects.create(subscriber=full, region=regions[key], **fields)
    with django_assert_num_queries(9):
        export_of(full)


def test_nobody_else_stands_in_it(full, regions, outsider):
    ask(email=OTHER, wish=Wish(region=regions["07137"]), page="/abo/")
    text = json.dumps(export_of(full), cls=DjangoJSONEncoder)

    assert ADDRESS in text
    assert OTHER not in text
    assert outsider.email not in text


def test_the_mails_of_an_account_with_the_same_address_are_left_out(client, full):
    """They may hold the link that sets its password, and a mail of ours may have been passed on."""
    User.objects.create_user(ADDRESS, "ein langes Passwort 1")
    OutgoingMail.objects.create(to=ADDRESS, subject="Passwort", text="geheimer Link", purpose="account")

    answer = client.post(path_of(full), {"schritt": "daten"})
    assert "geheimer Link" not in answer.content.decode()
    assert [mail["Zweck"] for mail in json.loads(answer.content)["Mails an Sie"]] == ["confirm"]


# ── the button ──────────────────────────────────────────────────────────────────────────────────────────────────


def path_of(subscriber: Subscriber) -> str:
    return urlsplit(manage_url(subscriber)).path


def test_the_page_offers_the_file_and_a_machine_that_looks_gets_none(client, full):
    page = client.get(path_of(full), {"schritt": "daten"})

    assert page.headers["Content-Type"].startswith("text/html")
    assert "Meine Daten herunterladen" in page.content.decode()


def test_the_file_is_kept_by_nobody_on_the_way(client, full):
    answer = client.post(path_of(full), {"schritt": "daten"})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meine-daten.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Lösung „LLMoin“" in answer.content.decode()  # written as people read it


def test_taking_ones_data_changes_nothing(client, full):
    before = {model: list(model.objects.order_by("pk").values()) for model in EXPORTED}
    client.post(path_of(full), {"schritt": "daten"})

    assert {model: list(model.objects.order_by("pk").values()) for model in EXPORTED} == before


def test_the_file_needs_the_page_before_and_a_valid_link(full, client):
    assert Client(enforce_csrf_checks=True).post(path_of(full), {"schritt": "daten"}).status_code == 403

    old = path_of(full)
    client.post(old, {"schritt": "links"})
    assert client.post(old, {"schritt": "daten"}).status_code == 410
    assert client.post("/abo/kaputt/", {"schritt": "daten"}).status_code == 404


# ── what is erased ──────────────────────────────────────────────────────────────────────────────────────────────


def test_after_leaving_no_row_of_any_table_says_the_address(full, regions):
    ask(email=OTHER, wish=Wish(region=regions["07137"]), page="/abo/")
    everywhere = {model._meta.db_table for model in EXPORTED} - {Subscription._meta.db_table}
    assert set(rows_that_say(ADDRESS)) == everywhere
    number, public_id = full.pk, str(full.public_id)
    unsubscribe(subscriber=full)

    assert [rows_that_say(text) for text in (ADDRESS, public_id, "Amt 4711", "von=polch")] == [{}, {}, {}, {}]
    pointing = [relation for relation in Subscriber._meta.related_objects if relation.related_model._meta.managed]
    for relation in pointing:
        assert not relation.related_model.objects.filter(**{relation.field.name: number}).exists()
    assert set(rows_that_say(OTHER)) == {Subscriber._meta.db_table, OutgoingMail._meta.db_table}


def test_the_address_of_an_account_stays_with_the_account_alone(full):
    User.objects.create_user(ADDRESS, "ein langes Passwort 1")
    OutgoingMail.objects.create(to=ADDRESS, subject="Passwort", text="Link", purpose="account")
    unsubscribe(subscriber=full)

    assert set(rows_that_say(ADDRESS)) == {User._meta.db_table, OutgoingMail._meta.db_table}
    assert set(OutgoingMail.objects.values_list("purpose", flat=True)) == {"account"}


def test_every_model_with_a_text_is_searched():
    tables = set(connection.introspection.table_names())
    assert {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - tables == set()


def test_what_was_forgotten_is_not_told_again(subscribe, regions, llmoin, editor, settings):
    settings.UNDO_SECONDS = 0
    subscribe(ADDRESS, regions["07137"], confirmed_at=timezone.now())
    region = Region.objects.get(key="071375002086")
    record_transfer(
        solution=llmoin, region=region, by=editor, stage="live", verification="verified", evidence="Vertrag"
    )
    assert announce() == 1

    Notification.objects.update(sent_at=timezone.now() - timedelta(days=401))
    assert forget_told(now=timezone.now()) == 1
    assert (announce(), Notification.objects.count()) == (0, 0)
