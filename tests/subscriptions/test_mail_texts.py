"""What the mails say: every kind of news, in plain German, with its links, and never what a stranger typed."""

import re
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from members.models import Organisation, Region
from procurement.models import MarketExploration, Tender
from subscriptions.mail import News, Writer
from subscriptions.models import Announcement, Subscription
from subscriptions.news import NewsKind
from subscriptions.templatetags.subscription_panels import follow_button, one_line
from subscriptions.wording import DIRECTIONS, FREQUENCIES, KINDS, in_words, inside, kinds_in_words, reason, to_whom

pytestmark = pytest.mark.django_db
SITE = "https://katalog.example"
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def facts(regions, llmoin) -> dict[str, object]:
    buyer = Organisation.objects.create(slug="baabw", name="Beschaffungsamt <BMI> & Co", kind="federal")
    exploration = MarketExploration.objects.create(
        slug="ki", title="KI für <alle> & jeden", summary="Gesucht wird Hilfe.", buyer=buyer, opened_at=AT,
        responses_due_at=datetime(2026, 12, 15, 11, 0, tzinfo=UTC),
    )  # fmt: skip
    tender = Tender.objects.create(slug="ki", title="KI-Assistenz", buyer=buyer, status="awarded", awarded_at=AT)
    regions["071375002086"].detail = "Stadt, Landkreis Mayen-Koblenz, Rheinland-Pfalz"
    return {"solution": llmoin, "region": regions["071375002086"], "exploration": exploration, "tender": tender}


CARRIED_BY = {
    "arrival": ("solution", "region"), "solution_published": ("solution",), "major_update": ("solution",),
    "solution_retired": ("solution",), "tender_awarded": ("tender",), "practice_report": ("solution", "region"),
}  # fmt: skip


def render(kind: str, facts: dict[str, object]) -> tuple[str, str, str]:
    """Subject, text and HTML, with only what an announcement of this kind carries."""
    carried = CARRIED_BY.get(kind, ("exploration",))
    context = {name: facts[name] if name in carried else None for name in facts}
    context |= {"announcement": Announcement(kind=kind, occurred_at=AT), "site_url": SITE}
    subject, blank, text = render_to_string(f"subscriptions/email/{kind}.txt", context).split("\n", 2)
    assert blank == ""
    return subject, text, render_to_string(f"subscriptions/email/{kind}.html", context)


@pytest.mark.parametrize("kind", NewsKind.values)
def test_every_kind_of_news_has_its_words(facts, kind):
    subject, text, html = render(kind, facts)

    assert re.fullmatch(r"Betreff: \S.{5,118}", subject)
    assert SITE in text
    assert f'href="{SITE}/' in html
    for body in (text, html):
        assert "None" not in body
        assert "{%" not in body
    assert "<alle>" not in html
    assert "&amp;amp;" not in html
    assert "&lt;" not in text
    assert "&amp;" not in text


@pytest.mark.parametrize("kind", NewsKind.values)
def test_a_subject_is_one_line_of_at_most_120_characters(facts, kind):
    long = "Ein\r\nBcc: alle@amt.example " + "sehr langer Name " * 6
    for name in ("solution", "exploration", "tender"):
        facts[name].title = long
    facts["region"].label = "Neustadt an der " + "Waldnaab " * 10
    subject, _, _ = render(kind, facts)

    assert len(subject.removeprefix("Betreff: ")) <= 120
    assert "\r" not in subject


def test_an_arrival_says_what_reached_which_place_and_since_when(facts):
    subject, text, html = render("arrival", facts)

    assert subject == "Betreff: LLMoin ist angekommen: Polch"
    for body in (text, html):
        assert "in Polch angekommen" in body
        assert "Stadt, Landkreis Mayen-Koblenz, Rheinland-Pfalz" in body
        assert "24. November 2026" in body
        assert f"{SITE}/loesungen/llmoin/" in body
        assert f"{SITE}/regionen/071375002086/" in body


@pytest.mark.parametrize("kind", ["exploration_opened", "exploration_due"])
def test_an_exploration_is_never_taken_for_a_tender(facts, kind):
    _, text, html = render(kind, facts)

    for body in (text, html):
        assert "Dies ist keine Ausschreibung und kein Vergabeverfahren." in body
        assert "15. Dezember 2026, 12:00" in body


def test_the_frame_says_why_the_mail_came_and_how_to_leave():
    news = [News("Betreff", "eins", "<p>eins</p>"), News("Betreff", "zwei", "<p>zwei</p>")]
    context = {
        "heading": "2 Neuigkeiten", "reasons": ["Sie folgen <Polch>.", "Sie folgen Hessen."], "site_url": SITE,
        "groups": [{"heading": "Polch <am> Bach", "count": 2, "kinds": [("Praxisbericht", news)]}],
        "manage_url": f"{SITE}/abo/m/", "unsubscribe_url": f"{SITE}/abo/u/abmelden/",
    }  # fmt: skip
    text = render_to_string("subscriptions/email/frame.txt", context)
    html = render_to_string("subscriptions/email/frame.html", context)

    for body in (text, html):
        assert body.index("eins") < body.index("zwei") < body.index("Warum bekommen Sie diese Mail?")
        assert f"{SITE}/abo/m/" in body
        assert f"{SITE}/abo/u/abmelden/" in body
        assert f"{SITE}/datenschutz/" in body
    assert "Sie folgen <Polch>." in text
    assert "Sie folgen &lt;Polch&gt;." in html
    assert "Polch &lt;am&gt; Bach" in html
    assert html.startswith('<!doctype html>\n<html lang="de">')
    assert html.count("<h1") == 1
    assert not re.search(r"<img|<script|src=|url\(", html)


@pytest.mark.parametrize("size", ["whole", "short", "line"])
@pytest.mark.parametrize("kind", NewsKind.values)
def test_every_kind_fits_a_mail_of_its_own_and_a_digest(facts, kind, size):
    carried = {name: facts[name] for name in facts if name in CARRIED_BY.get(kind, ("exploration",))}
    html = Writer().news(Announcement(pk=1, kind=kind, occurred_at=AT, **carried), size).html

    assert (html.count("<h2"), html.count("<h4")) == {"whole": (1, 0), "short": (0, 1), "line": (0, 0)}[size]
    assert html.count("<a href=") >= 1
    assert html.count("<p") == html.count("</p>")
    assert html.count("<table") == html.count("</table>")


def following(region: Region | None = None, directions: str = "this within above", **fields) -> Subscription:
    asked = directions.split() if region else []
    return Subscription(region=region, directions=asked, **{"kinds": NewsKind.values} | fields)


@pytest.mark.parametrize(
    ("key", "directions", "sentence"),
    [
        ("07137", "this within", "Sie folgen dem Landkreis Mayen-Koblenz und allem, was in ihm liegt."),
        ("07137", "this", "Sie folgen dem Landkreis Mayen-Koblenz."),
        ("07137", "this above", "Sie folgen dem Landkreis Mayen-Koblenz und dem, was Land und Bund betrifft."),
        ("07137", "within", "Sie folgen allem, was im Landkreis Mayen-Koblenz liegt."),
        (
            "07137",
            "this within above",
            "Sie folgen dem Landkreis Mayen-Koblenz, allem, was in ihm liegt, und dem, was Land und Bund betrifft.",
        ),
        (
            "07137",
            "this within above neighbours like_sized",
            "Sie folgen dem Landkreis Mayen-Koblenz, allem, was in ihm liegt, dem, was Land und Bund betrifft,"
            " den Nachbarn und Regionen ähnlicher Größe.",
        ),
        (
            "07137",
            "above neighbours",
            "Sie folgen dem, was Land und Bund betrifft (Landkreis Mayen-Koblenz), und den Nachbarn.",
        ),
        ("07137", "neighbours", "Sie folgen den Nachbarn vom Landkreis Mayen-Koblenz."),
        ("071375002086", "like_sized", "Sie folgen Regionen ähnlicher Größe wie Polch."),
        ("071375002", "this within", "Sie folgen der Verbandsgemeinde Maifeld und allem, was in ihr liegt."),
        ("071375002086", "this within above", "Sie folgen Polch und dem, was Kreis, Land und Bund betrifft."),
        ("07", "this within", "Sie folgen Rheinland-Pfalz und allem, was darin liegt."),
        ("", "this within above", "Sie folgen Deutschland und allem, was darin geschieht."),
    ],
)
def test_a_region_followed_in_words(regions, key, directions, sentence):
    assert reason(following(regions[key], directions)) == sentence


def test_other_subscriptions_in_words(regions, llmoin):
    assert reason(following(solution=llmoin)) == "Sie folgen der Lösung „LLMoin“."
    assert reason(following()) == "Sie folgen allen Neuigkeiten des Katalogs."
    assert reason(following(fields_of_action=["ki"])) == "Sie folgen dem Handlungsfeld KI."
    assert (
        reason(following(regions["07"], "this", fields_of_action=["ki", "unbekannt"]))
        == "Sie folgen Rheinland-Pfalz, nur in den Handlungsfeldern KI und unbekannt."
    )
    assert (
        reason(following(regions["07137"], "this within", solution=llmoin))
        == "Sie folgen der Lösung „LLMoin“, aber nur hier: Landkreis Mayen-Koblenz und alles, was in ihm liegt."
    )
    assert (
        in_words(following(regions["07137"], "this within", solution=llmoin))
        == "Lösung „LLMoin“ · Landkreis Mayen-Koblenz und alles, was in ihm liegt"
    )
    assert (
        reason(following(stages=["usable"], licences=["MIT", "proprietary"], ai=["ja"], words="Bauantrag"))
        == "Sie folgen dem Filter Phase nutzbar, Lizenz MIT oder proprietär, KI-System und Suche „Bauantrag“."
    )
    assert in_words(following(regions["07"], "this", levels=["kommune"])) == "Rheinland-Pfalz · Ebene Kommune"
    assert kinds_in_words(following()) == "Alle Arten von Neuigkeiten"
    assert kinds_in_words(following(kinds=["arrival"])) == "Eine Lösung kommt in einer neuen Region an"


def test_every_choice_has_its_words():
    assert (set(KINDS), set(DIRECTIONS), set(FREQUENCIES)) == (
        set(NewsKind), set(Subscription.Direction), set(Subscription.Frequency),
    )  # fmt: skip


def test_words_need_no_query_a_row(regions, llmoin, subscribe, django_assert_num_queries):
    subscribe("a@polch.example", regions["07137"], solution=llmoin, fields_of_action=["ki"])
    row = Subscription.objects.select_related("region", "solution").get()
    reason(row)
    with django_assert_num_queries(0):
        reason(row)
        in_words(row)


@pytest.mark.parametrize(
    ("label", "dative", "where"),
    [
        ("Landkreis Mayen-Koblenz", "dem Landkreis Mayen-Koblenz", "im Landkreis Mayen-Koblenz"),
        ("Verbandsgemeinde Maifeld", "der Verbandsgemeinde Maifeld", "in der Verbandsgemeinde Maifeld"),
        ("Saarland", "dem Saarland", "im Saarland"),
        ("Region Hannover", "der Region Hannover", "in der Region Hannover"),
        ("Polch", "Polch", "in Polch"),
        ("Ennepe-Ruhr-Kreis", "dem Ennepe-Ruhr-Kreis", "im Ennepe-Ruhr-Kreis"),
        ("Ortenaukreis", "dem Ortenaukreis", "im Ortenaukreis"),
        ("Rheinisch-Bergischer Kreis", "dem Rheinisch-Bergischen Kreis", "im Rheinisch-Bergischen Kreis"),
        ("Statistische Region Hannover", "der Statistischen Region Hannover", "in der Statistischen Region Hannover"),
        (
            "Samtgemeinde Altes Amt Lemförde",
            "der Samtgemeinde Altes Amt Lemförde",
            "in der Samtgemeinde Altes Amt Lemförde",
        ),
        ("Amt Hüttener Berge", "dem Amt Hüttener Berge", "im Amt Hüttener Berge"),
        ("Oldenburg (Oldb)", "Oldenburg (Oldb)", "in Oldenburg (Oldb)"),
    ],
)
def test_places_are_named_as_people_say_it(label, dative, where):
    region = Region(label=label)

    assert (to_whom(region), inside(region)) == (dative, where)


def test_follow_buttons_lead_to_the_form_filled_in(regions, llmoin, facts):
    field = llmoin.fields_of_action.get()
    facts["exploration"].fields_of_action.add(field)

    assert follow_button(region=regions[""]) == {"url": "/abo/?region=de", "label": "Region folgen"}
    assert follow_button(solution=llmoin) == {"url": "/abo/?loesung=llmoin", "label": "Dieser Lösung folgen"}
    assert follow_button(field=field)["url"] == "/abo/?handlungsfeld=ki"
    explorations = follow_button(exploration=facts["exploration"])
    assert explorations["url"].startswith("/abo/?handlungsfeld=ki&neuigkeit=exploration_opened")


def test_one_line_cuts_at_its_limit():
    assert one_line("ab\r\ncd  ef", 20) == "ab cd ef"
    assert one_line("abcdefgh", 5) == "abcd…"
