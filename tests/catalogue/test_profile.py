"""A civil servant reads the Steckbrief: what it does, who uses it, how we get it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue.models import Transfer
from members.models import Organisation

URL = "/loesungen/llmoin/"


@pytest.fixture
def solution(regions, fields, make_solution):
    made = make_solution("llmoin", title="LLMoin", fields=(fields["ki"],), licence="MIT", is_ai=True)
    owner = Organisation.objects.create(slug="hamburg", name="Freie und Hansestadt Hamburg", kind="state")
    made.organisation_roles.create(organisation=owner, role="owner")
    made.contacts.create(name="Geschäftsstelle", email="kontakt@campus.example")
    made.sources.create(title="Pressemitteilung", url="https://campus.example/meldung")
    made.reported_coverages.create(n=452, of=691, unit="Behörden", as_of="11/2025", source="Bericht")
    made.reuse_paths.create(region=regions[""], legal_route="open_licence", steps="1. Laden")
    made.reuse_paths.create(region=regions["07"], legal_route="framework", steps="1. Abrufen", cost="1 Euro je Platz")
    made.revisions.create(number=1, base_number=0, status="released", note="Erste Fassung", released_at=timezone.now())
    return made


def test_the_questions_come_in_the_order_in_which_people_ask_them(client, solution):
    html = client.get(URL).text
    asked = [
        "Was leistet sie?", "Wer nutzt sie?", "Wie kommen wir dazu?", "Was kostet sie?", "Wie souverän ist sie?",
        "Technik und Schnittstellen", "Woher kommt sie?", "Quellen", "Änderungen", "Ansprechperson",
    ]  # fmt: skip
    places = [html.index(f">{question}</h2>") for question in asked]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("key", "route"),
    [("", "open_licence"), ("071375002086", "framework"), ("02", "open_licence"), ("07", "framework")],
)
def test_the_way_of_the_readers_nearest_region_wins(client, solution, key, route):
    response = client.get(URL, {"fuer": key} if key else {})
    assert [path.legal_route for path in response.context["paths"]] == [route]
    assert len(response.context["other_paths"]) == 1


def test_without_a_way_for_the_reader_the_page_says_so_and_shows_the_others(client, solution, regions):
    solution.reuse_paths.filter(region=regions[""]).delete()
    response = client.get(URL, {"fuer": "02"})
    assert "Für Hamburg ist noch kein Nachnutzungsweg beschrieben" in " ".join(response.text.split())
    assert "Rheinland-Pfalz" in response.text


@pytest.mark.parametrize(
    ("verification", "days_ago", "words"),
    [
        ("verified", 10, "bestätigt"),
        ("verified", 400, "nicht bestätigt seit 13 Monaten"),
        ("self_declared", None, "selbst angegeben"),
        ("unverified", None, "nicht bestätigt"),
    ],
)
def test_each_transfer_says_how_sure_we_are(client, solution, regions, make_transfer, verification, days_ago, words):
    at = timezone.now() - timedelta(days=days_ago) if days_ago else None
    make_transfer(solution, regions["071375002086"], verification=verification, verified_at=at)
    assert words in re.findall(r'"kern-label">\s*([^<]*?)\s*</span>', client.get(URL).text)


def test_when_it_went_live_is_shown_as_precisely_as_we_know(client, solution, regions, make_transfer):
    make_transfer(solution, regions["07137"], live_since=date(2024, 6, 1), live_since_precision="month")
    make_transfer(solution, regions["02"], live_since=date(2023, 1, 1), live_since_precision="year")
    html = client.get(URL).text
    assert "seit Juni 2024" in html
    assert "seit 2023" in html


def test_interest_without_consent_and_declined_transfers_are_never_shown(client, solution, regions, make_transfer):
    make_transfer(solution, regions["07137"], stage="interest", scope="GEHEIM")
    make_transfer(solution, regions["07111"], stage="declined")
    make_transfer(solution, regions["02"], stage="coordination", is_public=True)
    response = client.get(URL)
    assert [transfer.region.key for transfer in response.context["transfers"]] == ["02"]
    assert response.context["coverage"].touched == []


def test_what_others_report_stands_beside_our_count(client, solution):
    text = " ".join(client.get(URL).text.split())
    assert "Gemeldet, von uns nicht gezählt: <strong>452 von 691 Behörden</strong>, Stand 11/2025" in text


def test_a_draft_is_not_found_by_anybody(client, draft, outsider):
    assert client.get("/loesungen/geheimer-entwurf/").status_code == 404
    client.force_login(outsider, backend="govtech_portal.roles.RoleBackend")
    for page in ("", "verbreitung/", "karte.svg"):
        response = client.get(f"/loesungen/geheimer-entwurf/{page}")
        assert response.status_code == 404
        assert "Geheimer Entwurf" not in response.text


def test_markdown_is_rendered_and_nothing_dangerous_of_it(client, solution):
    solution.description = (
        "# Eins\n\n**fett** <script>alert(1)</script> [x](javascript:alert(1)) ![b](https://x.example/b)"
    )
    solution.save()
    html = client.get(URL).text
    assert "<h3>Eins</h3>" in html
    assert "<strong>fett</strong>" in html
    for bad in ("<script>alert", 'href="javascript', 'src="https://x.example/b'):
        assert bad not in html


def test_the_map_marks_the_readers_region_and_is_a_picture(client, solution, regions, make_transfer):
    make_transfer(solution, regions["071375002086"])
    response = client.get(f"{URL}karte.svg", {"fuer": "07111"})
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert 'class="here"' in response.text
    assert 'class="used"' in response.text


@pytest.mark.parametrize("page", ["", "verbreitung/"])
def test_a_steckbrief_takes_the_same_number_of_statements_however_far_it_has_spread(
    client, solution, regions, make_transfer, django_assert_max_num_queries, settings, page
):
    """At most eight of its own; chain, explorations and tenders (panels of another room) have seven more."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    make_transfer(solution, regions["02"])
    with django_assert_max_num_queries(8 + 7) as first:
        client.get(f"{URL}{page}", {"fuer": "07111"})
    for n in range(30):
        organisation = Organisation.objects.create(slug=f"amt-{n}", name=f"Amt {n}", kind="municipal")
        make_transfer(solution, regions["07137"], organisation=organisation)
        solution.sources.create(title=f"Quelle {n}")
        solution.contacts.create(name=f"Person {n}")
    with django_assert_max_num_queries(len(first)):
        client.get(f"{URL}{page}", {"fuer": "07111"})


def test_many_transfers_are_shown_by_land_with_a_link_to_all(client, solution, regions, make_transfer):
    for n in range(30):
        organisation = Organisation.objects.create(slug=f"amt-{n}", name=f"Amt {n}", kind="municipal")
        make_transfer(solution, regions["071375002086"], organisation=organisation)
    response = client.get(URL)
    assert response.context["transfers"] == []
    assert "Verbreitung in den Ländern" in response.text
    assert len(client.get(f"{URL}verbreitung/").context["page"].object_list) == 30


def test_who_taught_whom_is_a_nested_list(client, solution, regions, make_transfer):
    first = make_transfer(solution, regions["02"])
    second = make_transfer(solution, regions["07137"], from_transfer=first)
    make_transfer(solution, regions["071375002086"], from_transfer=second)
    make_transfer(solution, regions["07111"])
    html = client.get(f"{URL}verbreitung/").text
    tree = html[html.index('<ol class="lineage">') : html.index("</section>", html.index('<ol class="lineage">'))]
    names = ["Hamburg", "Landkreis Mayen-Koblenz", "Polch"]
    assert [tree.count(tag) for tag in ("<ol", "</ol>", "<li>", "</li>")] == [3, 3, 3, 3]
    assert [tree.index(name) for name in names] == sorted(tree.index(name) for name in names)


def test_a_circle_in_the_data_does_not_hang_the_page(client, solution, regions, make_transfer):
    first = make_transfer(solution, regions["02"])
    second = make_transfer(solution, regions["07137"], from_transfer=first)
    Transfer.objects.filter(pk=first.pk).update(from_transfer=second)
    assert client.get(f"{URL}verbreitung/").context["lineage"] == []


@pytest.mark.parametrize("query", ["fuer=%00", "fuer=" + "9" * 400, "seite=1000000000", "fuer=<b>", "fuer[]=1"])
def test_broken_questions_give_the_page(client, solution, query):
    assert client.get(f"{URL}?{query}").status_code == 200
    assert client.get(f"{URL}verbreitung/?{query}").status_code == 200
    assert client.get(f"{URL}karte.svg?{query}").status_code == 200


def test_changes_are_listed_with_their_dates(client, solution):
    solution.revisions.update(released_at=datetime(2026, 6, 3, 12, tzinfo=UTC))
    text = client.get(URL).text
    assert "3. Juni 2026" in text
    assert "Erste Fassung" in text
