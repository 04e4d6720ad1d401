"""A visitor looks up who carries the campus, and what an organisation offers and uses."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Solution, SolutionOrganisation, Transfer
from members.models import CampusSite, Membership, Organisation, PortalVersion

LIST = "/mitglieder/"


def organisation(slug: str, category: str = "", kind: str = "company", **values) -> Organisation:
    made = Organisation.objects.create(slug=slug, name=slug.title(), kind=kind, **values)
    if category:
        Membership.objects.create(organisation=made, category=category)
    return made


@pytest.fixture
def campus(db) -> None:
    organisation("zeta", "ordinary", kind="state")
    organisation("eta", "supporting")
    organisation("theta", "partner", is_scaling_partner=True)
    organisation("alpha")
    former = organisation("beta")
    Membership.objects.create(organisation=former, category="ordinary", until="2025-12-31")


def slugs(answer) -> list[str]:
    return [row.slug for row in answer.context["page"].object_list]


def solution(slug: str, status: str = "published") -> Solution:
    published = {"published_at": "2026-03-01T12:00:00Z", "number": 1} if status == "published" else {}
    return Solution.objects.create(
        slug=slug, title=f"Lösung {slug}", summary="Ein Satz.", editorial_status=status, **published
    )


def test_members_of_the_campus_come_first(client, campus):
    assert slugs(client.get(LIST)) == ["zeta", "eta", "theta", "alpha", "beta"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("mitgliedschaft=ordinary", ["zeta"]),
        ("membership=ordinary&membership=partner", ["zeta", "theta"]),
        ("art=state", ["zeta"]),
        ("skalierungspartner=ja", ["theta"]),
        ("scaling_partner=true", ["theta"]),
        ("q=LPH", ["alpha"]),
        ("q=a+t", ["zeta", "eta", "theta", "beta"]),
        ("q=_", []),
        ("q=%25", []),
    ],
)
def test_the_list_answers_what_was_asked(client, campus, asked, expected):
    answer = client.get(f"{LIST}?{asked}")
    assert slugs(answer) == expected
    assert answer.context["total"] == len(expected)


def test_a_chip_leads_to_the_list_without_it(client, campus):
    chips = client.get(f"{LIST}?art=company&q=eta&seite=1&fremd=1").context["chips"]
    assert [(chip.label, chip.url) for chip in chips] == [("Unternehmen", "?q=eta"), ("„eta“", "?art=company")]


def test_each_facet_counts_what_its_option_would_give(client, campus):
    for facet in client.get(f"{LIST}?art=company").context["facets"]:
        for option in facet["options"]:
            others = "" if facet["name"] == "art" else "art=company&"
            cache.clear()  # a page from the cache has no context
            shown = client.get(f"{LIST}?{others}{facet['name']}={option['value']}").context["total"]
            assert (facet["name"], option["value"], shown) == (facet["name"], option["value"], option["count"])


@pytest.mark.parametrize(
    "broken", ["art=x", "q=%00", "seite=" + "9" * 5000, "art[]=1", "skalierungspartner=2", "mitgliedschaft=%00"]
)
def test_a_broken_question_gets_a_page_and_no_error(client, campus, broken):
    assert client.get(f"{LIST}?{broken}").status_code == 200


def test_the_list_names_the_sites(client, regions):
    CampusSite.objects.create(slug="hamburg", name="Campus Hamburg", region=regions["02"])
    assert 'href="/regionen/02/">Campus Hamburg</a>' in client.get(LIST).content.decode()


def test_the_list_asks_the_database_as_often_with_one_row_as_with_thirty(client, regions):
    def statements() -> int:
        client.get("/hilfe/")  # what is asked once a state of the portal is not counted
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{LIST}?art=company")
        return len(asked)

    organisation("eins", "partner", region=regions["02"])
    few = statements()
    for number in range(30):
        organisation(f"weitere-{number}", "partner", region=regions["02"])
    assert statements() == few
    assert few <= 1 + 4


def test_the_page_shows_what_it_offers_and_uses_and_nothing_hidden(client, regions):
    city = organisation("stadt", kind="municipal")
    for slug, status in (("gezeigt", "published"), ("geheim", "draft")):
        SolutionOrganisation.objects.create(solution=solution(slug, status), organisation=city, role="owner")
    used = solution("genutzt")
    Transfer.objects.create(solution=used, region=regions["02"], organisation=city, stage="live")
    Transfer.objects.create(solution=solution("erwogen"), region=regions["02"], organisation=city, stage="interest")
    text = client.get(f"{LIST}stadt/").content.decode()
    shown = [f"Lösung {slug}" in text for slug in ("gezeigt", "geheim", "genutzt", "erwogen")]
    assert shown == [True, False, True, False]


def test_the_page_names_who_took_over_from_it(client, regions):
    city, learner = organisation("stadt"), organisation("lernt")
    first = Transfer.objects.create(solution=solution("eine"), region=regions["02"], organisation=city, stage="live")
    Transfer.objects.create(
        solution=first.solution, region=regions["07"], organisation=learner, stage="agreed", from_transfer=first
    )
    Transfer.objects.create(solution=first.solution, region=regions["07111"], stage="interest", from_transfer=first)
    text = client.get(f"{LIST}stadt/").text
    given = text[text.index("Hat weitergegeben") :]
    assert ("Rheinland-Pfalz" in given, "Koblenz" in given, "übernommen von Hamburg" in given) == (True, False, True)
    assert "Hat weitergegeben" not in client.get(f"{LIST}lernt/").text


def test_two_roles_in_one_solution_are_one_row(client, db):
    city, owned = organisation("stadt"), solution("eigene")
    for role in ("owner", "operator"):
        SolutionOrganisation.objects.create(solution=owned, organisation=city, role=role)
    text = client.get(f"{LIST}stadt/").content.decode()
    assert text.count("Lösung eigene") == 1
    assert "Betreiber, Träger" in text


def test_the_page_asks_the_database_as_often_for_much_as_for_little(client, regions):
    city = organisation("stadt", "partner", region=regions["02"])

    def add(number: int) -> None:
        made = solution(f"nr-{number}")
        SolutionOrganisation.objects.create(solution=made, organisation=city, role="owner")
        Transfer.objects.create(solution=made, region=regions["02"], organisation=city, stage="live")

    def statements() -> int:
        client.get("/hilfe/")  # what is asked once a state of the portal is not counted
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{LIST}stadt/")
        return len(asked)

    add(0)
    few = statements()
    for number in range(1, 30):
        add(number)
    assert statements() == few
    assert few <= 1 + 8


def test_a_description_is_text_and_no_markup(client, db):
    organisation("boese", description="<script>alert(1)</script>", website_url="https://boese.example")
    text = client.get(f"{LIST}boese/").content.decode()
    assert "<script>alert" not in text
    assert 'href="https://boese.example"' in text


def test_an_unknown_organisation_is_not_found(client, db):
    assert client.get(f"{LIST}gibt-es-nicht/").status_code == 404


def test_suggestions_name_place_and_whereabouts(client, regions):
    answer = client.get("/regionen/vorschlaege/?q=071375002086")
    assert answer.json() == [{"key": "071375002086", "name": "Polch", "detail": ""}]


@pytest.mark.parametrize("q", ["", "%00", "a" * 9000, "%25", "_", "%ED%A0%80", "'"])
def test_suggestions_survive_whatever_is_typed(client, regions, q):
    assert client.get(f"/regionen/vorschlaege/?q={q}").status_code == 200


def test_reading_writes_nothing_and_sets_no_cookie(client, campus):
    before = PortalVersion.current()
    for address in (LIST, f"{LIST}zeta/", "/regionen/vorschlaege/?q=ze"):
        assert not client.get(address).cookies
    assert PortalVersion.current() == before
