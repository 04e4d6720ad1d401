"""What the list of solutions can be asked: the same questions for page, fragment and API."""

import pytest
from django.http import QueryDict

from catalogue.facets.index import current
from catalogue.facets.options import chips_of, facets_of
from catalogue.facets.questions import Answers
from catalogue.filters import SolutionFilter, SolutionPageFilter, TransferFilter
from catalogue.models import Solution, Transfer
from catalogue.search import index_solution
from members.models import Organisation


@pytest.fixture
def catalogue(regions, fields, make_solution, make_transfer, draft) -> dict[str, Solution]:
    """Three solutions, one of them confirmed in Polch and agreed with Hamburg."""
    made = {
        "llmoin": make_solution(
            "llmoin", title="LLMoin", summary="Textassistenz für Behörden", fields=(fields["ki"],), is_ai=True,
            levels=["land", "kommune"], operating_models=["saas"], licence="MIT", campus_stage="scaling",
        ),
        "zms": make_solution(
            "zms", title="Öffentliches Zeitmanagement", fields=(fields["open-source"], fields["cloud"]),
            levels=["kommune"], licence="EUPL-1.2", standards=["FIT-Connect"],
        ),
        "antrag": make_solution("antrag", title="Antrag 100 %", campus_stage="usable"),
    }  # fmt: skip
    make_transfer(made["llmoin"], regions["071375002086"], verification="verified")
    make_transfer(made["llmoin"], regions["02"], stage="agreed")
    make_transfer(made["zms"], regions["07111"], stage="interest", is_public=True)
    return made


def found(query: str, **kwargs) -> list[str]:
    asked = SolutionFilter(QueryDict(query), queryset=Solution.objects.published(), **kwargs)
    return [solution.slug for solution in asked.qs]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["antrag", "llmoin", "zms"]),
        ("q=textassistenz", ["llmoin"]),
        ("q=Behoerden", ["llmoin"]),
        ("q=oeffentlich", ["zms"]),
        ("q=offentlich+zeit", ["zms"]),
        ("q=zeit+assistenz", []),
        ("q=fit-connect", ["zms"]),
        ("q=100+%25", ["antrag"]),
        ("q=%25", ["antrag", "llmoin", "zms"]),
        ("q=_", ["antrag", "llmoin", "zms"]),  # no word at all
        ("q=geheimer", []),
        ("handlungsfeld=ki", ["llmoin"]),
        ("handlungsfeld=ki&handlungsfeld=cloud", ["llmoin", "zms"]),
        ("phase=usable", ["antrag"]),
        ("ebene=kommune", ["llmoin", "zms"]),
        ("ebene=kommune&handlungsfeld=cloud", ["zms"]),
        ("lizenz=MIT", ["llmoin"]),
        ("betriebsmodell=saas", ["llmoin"]),
        ("ki=ja", ["llmoin"]),
        ("ki=nein", ["antrag", "zms"]),
        ("pruefstatus=verified", ["llmoin"]),
        ("pruefstatus=unverified", ["llmoin"]),
        ("geaendert_seit=2026-03-02T00:00:00Z", []),
        ("souveraenitaet=offene-lizenz", ["llmoin", "zms"]),
        ("souveraenitaet=quelltext&souveraenitaet=daten-eu", []),
    ],
)
def test_each_question_finds_exactly_what_answers_it(catalogue, query, slugs):
    assert sorted(found(query)) == slugs


@pytest.mark.parametrize(
    ("key", "slugs"),
    [
        ("071375002086", ["llmoin"]),  # there
        ("07137", ["llmoin"]),  # within
        ("07", ["llmoin"]),
        ("07111", []),  # interest is no use
        ("020000000000", ["llmoin"]),  # another level of a place that is stored as its Land
        ("02000000", ["llmoin"]),  # its AGS
        ("de", ["llmoin"]),
    ],
)
def test_region_means_used_there_or_within(catalogue, key, slugs):
    assert found(f"region={key}") == slugs


def test_english_names_and_values_ask_the_same(catalogue):
    assert found("field_of_action=ki&level=municipal&ai=true&licence=MIT&operating_model=saas&stage=scaling") == [
        "llmoin"
    ]
    assert found("ordering=title") == found("sortierung=name") == ["antrag", "llmoin", "zms"]
    assert found("verification=verified") == ["llmoin"]


def test_the_widest_spread_comes_first_when_asked(catalogue, make_transfer, regions):
    make_transfer(catalogue["zms"], regions["07137"])
    assert found("sortierung=verbreitung") == ["llmoin", "zms", "antrag"]


def test_a_title_that_has_the_word_comes_before_a_text_that_has_it(catalogue, make_solution):
    make_solution("anderes", title="Anderes", description="Nutzt LLMoin als Vorlage.")
    assert found("q=llmoin") == ["llmoin", "anderes"]


def test_the_name_of_an_organisation_finds_its_solutions(catalogue):
    owner = Organisation.objects.create(slug="dataport", name="Dataport AöR", short_name="DP", kind="public_it")
    catalogue["llmoin"].organisation_roles.create(organisation=owner, role="provider")
    index_solution(catalogue["llmoin"])
    assert found("q=dataport") == ["llmoin"]


@pytest.mark.parametrize(
    "query",
    [
        "region=99", "region=x", "region=%00", "phase=nonsense", "q=%00", "handlungsfeld=../..", "lizenz=%00",
        "sortierung=;drop", "ki=2", "q=" + "a" * 300, "geaendert_seit=gestern", "handlungsfeld[]=ki",
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_understood_is_refused_in_words_and_narrows_nothing(catalogue, query):
    asked = SolutionFilter(QueryDict(query), queryset=Solution.objects.published())
    assert sorted(s.slug for s in asked.qs) == ["antrag", "llmoin", "zms"]
    assert asked.is_valid() == query.startswith("handlungsfeld[]")


def options(query: str) -> dict[str, dict[str, int]]:
    asked = SolutionPageFilter(QueryDict(query), queryset=Solution.objects.published())
    facets = facets_of(asked, Answers(current(), asked), None)
    return {f["name"]: {o["value"]: o["count"] for o in f["options"]} for f in facets}


def test_counts_tell_what_a_click_would_give(catalogue):
    assert options("") == {
        "handlungsfeld": {"cloud": 1, "ki": 1, "open-source": 1},
        "phase": {"identified": 1, "usable": 1, "scaling": 1},
        "ebene": {"land": 1, "kommune": 2},
        "region": {"02": 1, "07": 1},
        "pruefstatus": {"unverified": 1, "verified": 1},
        "lizenz": {"EUPL-1.2": 1, "MIT": 1},
        "betriebsmodell": {"saas": 1},
        "ki": {"ja": 1, "nein": 2},
        "souveraenitaet": {"offene-lizenz": 2},
    }


def test_each_count_is_given_the_other_filters_and_the_search(catalogue):
    assert options("handlungsfeld=ki")["handlungsfeld"] == {"cloud": 1, "ki": 1, "open-source": 1}
    assert options("handlungsfeld=ki")["phase"] == {"scaling": 1}
    assert options("q=zeit&handlungsfeld=ki")["handlungsfeld"] == {"open-source": 1, "cloud": 1, "ki": 0}


def test_every_count_equals_the_list_behind_it(catalogue):
    for name, counts in options("").items():
        for value, n in counts.items():
            assert len(found(f"{name}={value}")) == n, (name, value)


def test_chips_name_what_is_set_and_lead_out_of_it(catalogue):
    query = QueryDict("region=07137&ki=ja&sortierung=name&fuer=02&aehnlich=07111&q=zeit")
    asked = SolutionPageFilter(query, queryset=Solution.objects.published())
    rest = "ki=ja&q=zeit&region=07137&sortierung=name"
    assert [(chip.label, chip.url) for chip in chips_of(asked, Answers(current(), asked))] == [
        ("genutzt in: Landkreis Mayen-Koblenz", "?aehnlich=07111&fuer=02&ki=ja&q=zeit&sortierung=name"),
        ("KI-System", "?aehnlich=07111&fuer=02&q=zeit&region=07137&sortierung=name"),
        ("in Kreisen so groß wie Koblenz", f"?fuer=02&{rest}"),
        ("„zeit“", "?aehnlich=07111&fuer=02&ki=ja&region=07137&sortierung=name"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "region=071110000000&q=+zeit++plan&lizenz=MIT&lizenz=EUPL-1.2",
        "q=zeit+plan&lizenz=EUPL-1.2&lizenz=MIT&lizenz=MIT&region=07111",
    ],
)
def test_one_question_has_one_spelling(catalogue, query):
    asked = SolutionPageFilter(QueryDict(query), queryset=Solution.objects.published())
    assert asked.query() == "lizenz=EUPL-1.2&lizenz=MIT&q=zeit+plan&region=07111"


def test_transfers_can_be_asked_by_solution_place_and_state(catalogue):
    def solutions(query: str) -> list[str]:
        asked = TransferFilter(QueryDict(query), queryset=Transfer.objects.public())
        return sorted(f"{t.solution.slug}@{t.region.key}" for t in asked.qs)

    assert solutions("solution=llmoin") == ["llmoin@02", "llmoin@071375002086"]
    assert solutions("region=07") == ["llmoin@071375002086", "zms@07111"]
    assert solutions("stand=agreed") == ["llmoin@02"]
    assert solutions("handlungsfeld=ki&verification=verified") == ["llmoin@071375002086"]
