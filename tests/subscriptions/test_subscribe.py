"""A municipality subscribes: an address is enough, nothing begins unconfirmed, nobody learns who is known."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import OutgoingMail, PortalVersion, RequestCount
from subscriptions.actions import Wish, confirm, forget_unconfirmed, subscribe
from subscriptions.links import confirm_url, manage_url
from subscriptions.models import Subscriber, Subscription
from subscriptions.news import NewsKind
from subscriptions.wording import CONSENT_VERSION

pytestmark = pytest.mark.django_db
ADDRESS = "rathaus@polch.example"
SENT = "/abo/gesendet/"


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch):
    monkeypatch.setattr("subscriptions.views.SUBSCRIBE_PER_HOUR", 1000)


@pytest.fixture
def reader() -> Client:
    return Client(enforce_csrf_checks=False)


def post(reader: Client, email: str = ADDRESS, **fields):
    return reader.post("/abo/", {"email": email, **fields})


def path_of(url: str) -> str:
    return urlsplit(url).path


def link_in_mail() -> str:
    text = OutgoingMail.objects.latest("pk").text
    return path_of(re.search(r"\S+/abo/bestaetigen/\S+", text)[0])


def rows() -> tuple[int, ...]:
    models = (Subscriber, Subscription, OutgoingMail, RequestCount)
    return (*(model.objects.count() for model in models), PortalVersion.current())


def test_subscribing_to_a_region_takes_an_address_and_a_region(reader, regions):
    answer = post(reader, region="07137")

    assert (answer.status_code, answer.url) == (302, SENT)
    subscription = Subscription.objects.get()
    assert subscription.region == regions["07137"]
    assert subscription.directions == ["this", "within", "above"]
    assert subscription.kinds == NewsKind.values
    assert subscription.frequency == "at_once"
    assert (subscription.confirmed_at, subscription.subscriber.confirmed_at) == (None, None)


def test_the_proof_of_consent_names_wording_page_and_time(reader, regions):
    post(reader, region="07137")
    subscriber = Subscriber.objects.get()

    assert (subscriber.consent_wording, subscriber.consent_page) == (CONSENT_VERSION, "/abo/")
    assert timezone.now() - subscriber.created_at < timedelta(minutes=1)


def test_the_page_is_filled_in_by_its_address(reader, regions, llmoin):
    page = reader.get("/abo/", {"region": "07137", "loesung": "llmoin", "handlungsfeld": "ki"}).content.decode()

    assert "LLMoin folgen</h1>" in page
    assert 'value="Landkreis Mayen-Koblenz" data-key="07137"' in page
    assert 'name="loesung" value="llmoin"' in page
    assert re.search(r'name="handlungsfeld" value="ki"[^>]*checked', page)


def test_the_whole_country_is_a_region_too(reader, regions):
    post(reader, region="de")

    assert Subscription.objects.get().region == regions[""]


def test_the_row_that_counts_is_followed(reader, regions):
    post(reader, region="07111")
    post(reader, region="071110000000")

    assert [s.region for s in Subscription.objects.all()] == [regions["07111"]]


def test_of_namesakes_one_is_chosen(reader, regions):
    for key in ("07137", "07111"):
        regions[key].label, regions[key].search_text = "Neustadt", " = neustadt ;"
        regions[key].save()
    page = post(reader, region="Neustadt").content.decode()
    assert page.count('type="radio" name="region_key"') == 2
    assert "Bitte wählen Sie eine Region aus" in page

    assert post(reader, region="Neustadt", region_key="07111").status_code == 302
    assert Subscription.objects.get().region == regions["07111"]


def test_an_unknown_region_is_said_and_nothing_is_written(reader, regions):
    page = post(reader, region="Atlantis")

    assert "haben wir nicht gefunden" in page.content.decode()
    assert Subscriber.objects.count() == 0


def test_all_options_are_kept(reader, regions, llmoin):
    post(
        reader, region="07137", loesung="llmoin", handlungsfeld="ki", neuigkeit=["major_update", "arrival"],
        richtung="within", haeufigkeit="weekly", organisation="Verbandsgemeinde", optionen="1",
    )  # fmt: skip
    subscription = Subscription.objects.get()

    assert subscription.solution == llmoin
    assert (subscription.kinds, subscription.directions) == (["arrival", "major_update"], ["within"])
    assert (subscription.fields_of_action, subscription.frequency) == (["ki"], "weekly")
    assert subscription.subscriber.organisation == "Verbandsgemeinde"


def test_no_kind_of_news_at_all_is_a_mistake(reader, regions):
    assert "mindestens eine Art" in post(reader, optionen="1").content.decode()
    assert Subscriber.objects.count() == 0


def test_a_solution_that_is_not_public_cannot_be_followed_and_is_not_named(reader, llmoin):
    llmoin.editorial_status = "withdrawn"
    llmoin.save()

    assert "LLMoin" not in reader.get("/abo/", {"loesung": "llmoin"}).content.decode()
    assert "nicht (mehr) im Katalog" in post(reader, loesung="llmoin").content.decode()
    assert Subscriber.objects.count() == 0


def test_the_answer_is_the_same_for_new_waiting_and_confirmed_addresses(reader, regions):
    def answer(email: str) -> tuple[object, ...]:
        with CaptureQueriesContext(connection) as queries:
            response = post(reader, email=email, region="07137")
        statements = [q["sql"].split()[0] for q in queries if "SAVEPOINT" not in q["sql"]]
        headers = {k: v for k, v in response.headers.items() if k not in ("Date", "Expires")}
        return response.status_code, response.content, headers, statements

    post(reader, email="erste@polch.example", region="07137")  # caches are warm now
    post(reader, email="wartet@polch.example", region="07137")
    post(reader, email="kennt@polch.example", region="07137")
    confirm(subscriber=Subscriber.objects.get(email="kennt@polch.example"))

    new, waiting, confirmed = (answer(f"{name}@polch.example") for name in ("neu", "wartet", "kennt"))
    assert new == waiting == confirmed
    assert reader.get(SENT).content == reader.get(SENT).content


@pytest.mark.parametrize(
    "spelling",
    ["Rathaus@Polch.Example", "  rathaus@polch.example ", "rathaus@polch.example.", "ｒathaus@polch.example"],
)
def test_one_confirmation_mail_a_day_however_often_and_however_spelled(reader, regions, spelling):
    for email in (ADDRESS, ADDRESS, spelling):
        assert post(reader, email=email, region="07137").url == SENT

    assert OutgoingMail.objects.count() == Subscriber.objects.count() == 1


def test_a_domain_with_umlauts_is_one_address(reader):
    post(reader, email="post@münchen.example")
    post(reader, email="post@xn--mnchen-3ya.example")

    assert list(Subscriber.objects.values_list("email", flat=True)) == ["post@xn--mnchen-3ya.example"]
    assert OutgoingMail.objects.count() == 1


def test_a_day_later_another_mail_may_go(reader, regions):
    post(reader, region="07137")
    Subscriber.objects.update(confirmation_sent_at=timezone.now() - timedelta(hours=23, minutes=59))
    post(reader, region="07137")
    assert OutgoingMail.objects.count() == 1

    Subscriber.objects.update(confirmation_sent_at=timezone.now() - timedelta(hours=24, minutes=1))
    post(reader, region="07137")
    assert OutgoingMail.objects.count() == 2


def test_the_mail_holds_our_own_words_and_nothing_that_was_typed(reader, regions, llmoin):
    post(reader, email="gewinn-jetzt@polch.example", region="07137", organisation="Gewinn https://boese.example")
    mail = OutgoingMail.objects.get()

    assert mail.subject == "Bitte bestätigen Sie Ihr Abonnement"
    assert mail.to == "gewinn-jetzt@polch.example"
    for body in (mail.text, mail.html):
        assert "Landkreis Mayen-Koblenz" in body
        assert "gewinn" not in body.lower()
        assert "boese" not in body


def test_get_asks_and_post_confirms_everything_that_waits(reader, regions, llmoin):
    post(reader, region="07137")
    post(reader, loesung="llmoin")  # no second mail: the link of the first is for both
    link = link_in_mail()
    before = rows()

    page = reader.get(link)
    assert (page.status_code, reader.head(link).status_code, rows()) == (200, 200, before)
    assert page.content.decode().count('name="abo"') == 2
    assert Subscription.objects.filter(confirmed_at=None).count() == 2

    answer = reader.post(link)
    assert (answer.status_code, answer.url) == (302, link)
    assert not Subscription.objects.filter(confirmed_at=None).exists()
    assert Subscriber.objects.get().confirmed_at is not None
    after = reader.get(link).content.decode()
    assert "Ihr Abonnement ist bestätigt" in after
    assert re.search(r'href="/abo/[\w-]+/"', after)


def test_only_what_was_chosen_begins(reader, regions, llmoin):
    post(reader, region="07137")
    post(reader, loesung="llmoin")
    wanted = Subscription.objects.get(solution=None)
    reader.post(link_in_mail(), {"auswahl": "1", "abo": [str(wanted.pk), "nonsense", "9" * 30]})

    assert list(Subscription.objects.exclude(confirmed_at=None)) == [wanted]


def test_confirming_twice_changes_nothing(reader, regions):
    post(reader, region="07137")
    link = link_in_mail()
    reader.post(link)
    first = Subscription.objects.values_list("confirmed_at", flat=True).get()

    assert reader.post(link).status_code == 302
    assert Subscription.objects.values_list("confirmed_at", flat=True).get() == first


def test_somebody_else_can_neither_begin_nor_change_what_a_known_person_follows(reader, regions):
    mine = subscribe(email=ADDRESS, wish=Wish(region=regions["07137"]), page="/abo/", organisation="Rathaus")
    confirm(subscriber=mine.subscriber)
    post(reader, region="07137", haeufigkeit="weekly", organisation="fremd")
    post(reader, region="07111")

    mine.refresh_from_db()
    assert (mine.frequency, mine.subscriber.organisation) == ("at_once", "Rathaus")
    assert Subscription.objects.get(region=regions["07111"]).confirmed_at is None


def test_a_known_address_gets_its_links_again(reader, regions):
    confirm(subscriber=subscribe(email=ADDRESS, wish=Wish(region=regions["07137"]), page="/abo/").subscriber)
    Subscriber.objects.update(confirmation_sent_at=timezone.now() - timedelta(days=2))
    post(reader, region="07137")
    mail = OutgoingMail.objects.latest("pk")

    assert mail.subject == "Ihre Abonnements im GovTech-Lösungskatalog"
    manage = path_of(re.search(r"\S+/abo/\S+", mail.text)[0])
    assert reader.get(manage).status_code == 200


@pytest.mark.parametrize("path", ["/abo/bestaetigen/{}/", "/abo/{}/"])
@pytest.mark.parametrize("token", ["x", "A" * 54, "ä", "%00", "A" * 4000])
def test_a_broken_link_is_a_page_that_helps(reader, path, token):
    for answer in (reader.get(path.format(token)), reader.post(path.format(token))):
        assert answer.status_code == 404
        assert "nicht vollständig" in answer.content.decode()


def test_an_old_link_says_what_to_do(reader, regions):
    subscriber = subscribe(email=ADDRESS, wish=Wish(region=regions["07137"]), page="/abo/").subscriber
    old = timezone.now() - timedelta(days=31)
    for url in (confirm_url(subscriber, at=old), manage_url(subscriber, at=old)):
        answer = reader.post(path_of(url))
        assert answer.status_code == 410
        assert 'href="/abo/"' in answer.content.decode()
    assert not Subscription.objects.exclude(confirmed_at=None).exists()


@pytest.mark.parametrize(
    "typed",
    [
        "", "kein-klammeraffe", "a@", "@b.example", "a@b", "a b@polch.example", "a@polch.example\nBcc: x@y.example",
        "a@polch.example\r\n\r\nHallo", "a@polch.example,b@polch.example", "a\0@polch.example", "x" * 10_240,
        "x" * 300 + "@polch.example", '"a b"@polch.example', "Name <a@polch.example>", "ä@polch.example",
        "a@" + "ü" * 70 + ".example", "a@polch..example", "a@[127.0.0.1]x",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_nothing_is_written(reader, typed):
    answer = post(reader, email=typed)

    assert answer.status_code == 200
    assert "Bitte prüfen Sie Ihre Angaben" in answer.content.decode()
    assert (Subscriber.objects.count(), OutgoingMail.objects.count(), RequestCount.objects.count()) == (0, 0, 0)
    with pytest.raises(ValidationError):
        subscribe(email=typed, wish=Wish(), page="/abo/")


@pytest.mark.parametrize("value", ["\0", "x" * 10_240, "9" * 400, "<script>", "'; DROP TABLE", "%", "\ud800"])
@pytest.mark.parametrize("name", ["region", "loesung", "handlungsfeld", "neuigkeit", "richtung", "haeufigkeit"])
def test_nonsense_in_parameters_is_a_page_and_never_an_error(reader, regions, name, value):
    value = value.encode("utf-8", "surrogatepass").decode("latin-1")

    assert reader.get("/abo/", {name: value}).status_code == 200
    assert post(reader, **{name: value}).status_code == 200
    assert Subscriber.objects.count() == 0


def test_reading_writes_nothing_and_sets_a_cookie_only_where_the_form_is(reader, regions):
    post(reader, region="07137")
    before = rows()
    for path in ("/abo/", "/abo/?region=07137", SENT):
        for answer in (reader.get(path), reader.head(path)):
            assert answer.status_code == 200
            assert "no-store" in answer.headers["Cache-Control"]
    assert rows() == before
    assert Client().get(SENT).cookies == {}
    assert list(Client().get("/abo/").cookies) == ["csrf"]


def test_the_form_needs_its_own_page(regions):
    stranger = Client(enforce_csrf_checks=True)

    assert post(stranger, region="07137").status_code == 403
    assert Subscriber.objects.count() == 0


def test_a_network_that_asks_too_often_is_told_when_to_come_back(reader, monkeypatch):
    monkeypatch.setattr("subscriptions.views.SUBSCRIBE_PER_HOUR", 2)
    answers = [post(reader, email=f"a{n}@polch.example") for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[2].headers["Retry-After"] == "3600"
    assert Subscriber.objects.count() == 2
    elsewhere = reader.post("/abo/", {"email": "a9@polch.example"}, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302


def test_the_count_knows_the_network_and_nobody_can_read_it_back(reader):
    for address in ("203.0.113.9", "203.0.113.77", "::ffff:203.0.113.1"):
        reader.post("/abo/", {"email": ADDRESS}, REMOTE_ADDR=address)
    counted = RequestCount.objects.get()

    assert counted.count == 3
    assert re.fullmatch(r"[0-9a-f]{64}", counted.key)


def test_a_forwarded_address_counts_only_behind_our_proxy(reader, settings):
    def ask(forwarded: str) -> None:
        reader.post("/abo/", {"email": ADDRESS}, REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": forwarded})

    ask("192.0.2.1")
    ask("192.0.99.1")
    assert RequestCount.objects.get().count == 2
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.PROXY_NETWORKS = ["203.0.113.0/24"]
    ask("192.0.99.1, 192.0.2.1")
    ask("nonsense, 192.0.2.2")
    assert sorted(RequestCount.objects.values_list("count", flat=True)) == [2, 2]


def test_an_address_cannot_be_filled_with_wishes(reader, regions):
    for count in range(1, 25):
        kinds = [kind for n, kind in enumerate(NewsKind.values) if count >> n & 1]
        assert post(reader, neuigkeit=kinds).url == SENT

    assert Subscription.objects.count() == 20


def test_unconfirmed_is_gone_after_seven_days_and_confirmed_stays(regions):
    now = timezone.now()
    waiting = subscribe(email="wartet@polch.example", wish=Wish(region=regions["07137"]), page="/abo/")
    kept = subscribe(email=ADDRESS, wish=Wish(region=regions["07137"]), page="/abo/")
    confirm(subscriber=kept.subscriber)
    extra = subscribe(email=ADDRESS, wish=Wish(region=regions["07111"]), page="/abo/")

    assert forget_unconfirmed(now=now + timedelta(days=6, hours=23)) == 0
    assert forget_unconfirmed(now=now + timedelta(days=7, minutes=1)) == 1
    assert list(Subscriber.objects.all()) == [kept.subscriber]
    assert list(Subscription.objects.all()) == [kept]
    assert waiting.pk != extra.pk
    assert OutgoingMail.objects.count() == 0


def test_whoever_asks_again_has_seven_days_again(regions):
    now = timezone.now()
    subscribe(email=ADDRESS, wish=Wish(region=regions["07137"]), page="/abo/")
    long_ago = now - timedelta(days=6)
    Subscriber.objects.update(created_at=long_ago, confirmation_sent_at=long_ago)
    Subscription.objects.update(created_at=long_ago)
    subscribe(email=ADDRESS, wish=Wish(region=regions["07137"]), page="/abo/")

    assert forget_unconfirmed(now=now + timedelta(days=6)) == 0
    assert Subscription.objects.count() == 1
