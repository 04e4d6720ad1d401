"""What arrived lately, and where."""

from datetime import UTC, datetime, timedelta

import pytest

from catalogue.models import Arrival

URL = "/transfers/"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def arrive(make_transfer):
    def arrive(solution, region, days: int = 0, **values) -> Arrival:
        transfer = make_transfer(solution, region, verification="verified")
        return Arrival.objects.create(
            solution=solution, region=region, transfer=transfer, arrived_at=START + timedelta(days=days), **values
        )

    return arrive


@pytest.fixture
def arrivals(regions, fields, make_solution, arrive, draft):
    llmoin = make_solution("llmoin", fields=(fields["ki"],))
    arrive(llmoin, regions["02"], 1)
    arrive(llmoin, regions["071375002086"], 2)
    arrive(make_solution("zms", fields=(fields["cloud"],)), regions["07111"], 3)
    arrive(make_solution("zurueck"), regions["07137"], 4, taken_back_at=START + timedelta(days=5))
    arrive(draft, regions["07"], 5)


def shown(client, **query) -> list[str]:
    return [f"{a.solution.slug}@{a.region.key}" for a in client.get(URL, query).context["page"].object_list]


def test_the_newest_come_first_and_what_was_taken_back_or_is_a_draft_never(client, arrivals):
    assert shown(client) == ["zms@07111", "llmoin@071375002086", "llmoin@02"]


def test_they_can_be_narrowed_to_a_region_and_a_field(client, arrivals):
    assert shown(client, region="07") == ["zms@07111", "llmoin@071375002086"]
    assert shown(client, handlungsfeld="ki") == ["llmoin@071375002086", "llmoin@02"]
    assert shown(client, region="07", handlungsfeld="ki") == ["llmoin@071375002086"]


@pytest.mark.parametrize("query", ["region=%00", "region=Atlantis", "handlungsfeld=%00", "seite=x", "region[]=07"])
def test_broken_questions_give_the_list(client, arrivals, query):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200


def test_an_empty_list_shows_a_way_on(client, db):
    assert "Hier ist noch nichts angekommen" in client.get(URL).text


def test_the_number_of_statements_stays_the_same(
    client, regions, make_solution, arrive, django_assert_max_num_queries, settings
):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PageCacheMiddleware")]
    for n in range(30):
        arrive(make_solution(f"s-{n}"), regions["02"], n)
        if n in (0, 29):
            with django_assert_max_num_queries(4):
                client.get(URL)
