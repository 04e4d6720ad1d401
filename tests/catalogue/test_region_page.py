"""A municipality looks at its own region."""

import pytest

from members.models import Region, RegionKey


def names(rows) -> list[str]:
    return [row.solution.slug for row in rows]


@pytest.fixture
def country(regions, make_solution, make_transfer):
    """In Polch, in its Kreis, in its Land, next door, and in an unrelated city."""
    where = {"hier": "071375002086", "kreis": "07137", "land": "07", "bund": "", "nebenan": "07111"}
    for slug, key in where.items():
        make_transfer(make_solution(slug), regions[key], verification="verified")
    make_transfer(make_solution("kommt"), regions["071375002086"], stage="agreed")
    make_transfer(make_solution("beendet"), regions["071375002086"], stage="ended")
    return regions


def test_a_region_shows_what_is_here_what_comes_and_what_holds_from_above(client, country):
    context = client.get("/regionen/071375002086/").context
    assert names(context["live"]) == ["hier"]
    assert names(context["coming"]) == ["kommt"]
    assert names(context["from_above"]) == ["bund", "kreis", "land"]


def test_a_kreis_shows_what_its_municipalities_use_and_how_many_do(client, country):
    context = client.get("/regionen/07137/").context
    assert [row["solution__slug"] for row in context["within"]] == ["hier", "kommt"]
    assert [(part.region.key, part.solution_count) for part in context["parts"]] == [("071375002086", 2)]


def test_the_trail_leads_from_the_bund_down(client, country):
    trail = client.get("/regionen/071375002086/").context["trail"]
    assert [label for label, _ in trail] == [
        "Deutschland", "Rheinland-Pfalz", "Landkreis Mayen-Koblenz", "Verbandsgemeinde Maifeld",
    ]  # fmt: skip


def test_neighbours_and_regions_of_like_size_are_named_with_what_they_use(client, country):
    context = client.get("/regionen/07137/").context
    assert [region.key for region in context["neighbours"]] == ["07111"]
    assert [(idea.slug, idea.users) for idea in context["neighbour_ideas"]] == [("nebenan", ["Koblenz"])]
    assert [(idea.slug, idea.count) for idea in context["like_ideas"]] == [("nebenan", 1)]


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("071110000000", "07111"),  # another level of the same place
        ("071110000", "07111"),
        ("020000000000", "02"),
        ("07137086", "071375002086"),  # AGS
        ("071379999999", "071375002086"),  # a former key
        ("071378888888", "07111"),  # a region that ended
    ],
)
def test_other_keys_of_a_place_lead_to_the_row_that_counts(client, country, address, leads_to):
    RegionKey.objects.create(key="071379999999", region=country["071375002086"])
    Region.objects.create(
        key="071378888888", kind="municipality", name="Alt", label="Alt", sort_key="alt", search_text="alt",
        valid_until="2024-12-31", successor=country["071110000000"],
    )  # fmt: skip
    response = client.get(f"/regionen/{address}/")
    assert (response.status_code, response.headers["Location"]) == (301, f"/regionen/{leads_to}/")


def test_the_bund_is_called_de(client, country):
    response = client.get("/regionen/de/")
    assert names(response.context["live"]) == ["bund"]
    assert [(part.region.key, part.solution_count) for part in response.context["parts"]] == [("02", 0), ("07", 5)]


@pytest.mark.parametrize("key", ["99", "999999999999", "koblenz", "%00", "9" * 90, "07137%27", "<script>"])
def test_an_unknown_region_gives_a_page_that_helps(client, country, key):
    response = client.get(f"/regionen/{key}/")
    assert response.status_code == 404
    assert "Region suchen" in response.text
    assert "<script>/" not in response.text


def test_a_name_in_the_address_is_looked_up(client, country):
    region = country["071375002086"]
    region.search_text = " = polch ; +"
    region.save()
    response = client.get("/regionen/Polch/")
    assert response.status_code == 404
    assert [choice.key for choice in response.context["choices"]] == [region.key]
    assert client.get("/regionen/", {"q": "polch"}).headers["Location"] == "/regionen/071375002086/"


def test_the_list_shows_the_laender_with_their_counts(client, country):
    states = client.get("/regionen/").context["states"]
    assert [(part.region.label, part.solution_count) for part in states] == [("Hamburg", 0), ("Rheinland-Pfalz", 5)]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "q[]=1", "q=999999999999999999", "q=%25"])
def test_broken_questions_give_the_list(client, country, query):
    assert client.get(f"/regionen/?{query}").status_code == 200


def test_drafts_are_seen_on_no_page_of_a_region(client, country, draft, make_transfer):
    make_transfer(draft, country["071375002086"], verification="verified")
    for address in ("071375002086/", "07137/", "07111/", "de/", ""):
        assert "eheimer" not in client.get(f"/regionen/{address}").text
    assert 'class="used"' not in client.get("/regionen/02/karte.svg").text


@pytest.mark.parametrize("key", ["071375002086", "07137", "07", "de"])
def test_a_region_takes_at_most_thirteen_statements_and_its_panel(
    client, country, make_solution, make_transfer, django_assert_max_num_queries, settings, key
):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    for n in range(30):
        make_transfer(make_solution(f"viele-{n}"), country["071375002086"])
    with django_assert_max_num_queries(14):
        client.get(f"/regionen/{key}/")


def test_what_is_asked_for_is_shown_by_consent_alone(client, country, make_solution, make_transfer):
    polch = country["071375002086"]
    make_transfer(make_solution("offen"), polch, "interest", is_public=True)
    make_transfer(make_solution("still"), polch, "coordination")
    response = client.get("/regionen/071375002086/")
    assert names(response.context["asked_for"]) == ["offen"]
    assert "Still" not in response.text
    assert client.get("/regionen/07137/").context["asked_for"] == []


def test_what_one_only_asks_for_is_still_an_idea_of_the_neighbours(client, country, make_solution, make_transfer):
    wanted = make_solution("gewollt")
    make_transfer(wanted, country["07137"], "interest", is_public=True)
    make_transfer(wanted, country["07111"])
    assert "gewollt" in [idea.slug for idea in client.get("/regionen/07137/").context["neighbour_ideas"]]


def test_numbers_of_a_region_name_their_whole(client, country):
    response = client.get("/regionen/07/")
    assert (response.context["reach"].own, response.context["reach"].units) == (2, 2)
    shares = {row["solution__slug"]: (row["share"], row["coming"]) for row in response.context["within"]}
    assert shares == {
        "hier": ("im Einsatz in 1 von 2 Gemeinden, 5 % der Bevölkerung", 0),
        "kreis": ("im Einsatz in 1 von 2 Gemeinden, 5 % der Bevölkerung", 0),
        "nebenan": ("im Einsatz in 1 von 2 Gemeinden, 94 % der Bevölkerung", 0),
        "kommt": ("", 1),
    }
    assert "in 2 von 2 Gemeinden selbst" in response.text  # what the map shows
    assert client.get("/regionen/071375002086/").context["reach"] is None


def test_ways_described_for_the_region_or_above_lead_to_what_it_does_not_use(client, country, make_solution):
    for slug, key in {"im-kreis": "07137", "im-land": "07", "ueberall": "", "woanders": "02"}.items():
        make_solution(slug).reuse_paths.create(region=country[key], legal_route="framework", steps="1. Abrufen")
    known = make_solution("schon-da")
    known.reuse_paths.create(region=country["07137"], legal_route="framework", steps="1. Abrufen")
    known.transfers.create(region=country["071375002086"], stage="live")
    response = client.get("/regionen/071375002086/")
    assert [path.solution.slug for path in response.context["paths"]] == ["im-kreis", "im-land"]
    assert 'href="/loesungen/im-kreis/?fuer=071375002086#weg"' in response.text


def _ended(key: str, successor: Region | None) -> Region:
    return Region.objects.create(
        key=key, kind="municipality", name="Alt", label=f"Alt {key}", sort_key="alt", search_text="alt",
        valid_until="2024-12-31", successor=successor,
    )  # fmt: skip


def test_a_region_that_ended_twice_leads_to_what_stands_today(client, country):
    later = _ended("071378888888", country["071110000000"])
    _ended("071377777777", later)
    response = client.get("/regionen/071377777777/")
    assert (response.status_code, response.headers["Location"]) == (301, "/regionen/07111/")


def test_a_region_names_what_was_merged_into_it(client, country):
    _ended("071378888888", country["071375002086"])
    response = client.get("/regionen/071375002086/")
    assert "Hierin aufgegangen" in response.text
    assert 'Alt 071378888888 <span class="small muted">bis 31. Dezember 2024</span>' in response.text


def test_a_region_that_ended_without_a_successor_says_so(client, country):
    _ended("071378888888", None)
    response = client.get("/regionen/071378888888/")
    assert (response.status_code, "Diese Region gibt es nicht mehr" in response.text) == (200, True)


def test_a_circle_of_successors_does_not_hang_the_page(client, country):
    first = _ended("071378888888", None)
    first.successor = _ended("071377777777", first)
    first.save()
    assert client.get("/regionen/071378888888/").status_code == 200
