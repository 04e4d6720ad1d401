"""What other pages show of procurement: the chain, and what belongs to an organisation or a solution."""

from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext

from catalogue.models import Transfer
from procurement.chain import chain_steps


def rendered(tag: str, **context) -> str:
    return Template("{% load procurement_panels %}{% " + tag + " %}").render(Context(context))


def states(start, now) -> list[str]:
    return [step["state"] for step in chain_steps(start, now)]


def full_chain(make_exploration, make_tender, make_solution, region):
    exploration, tender, solution = make_exploration("kette", opened=-9, due=-2), make_tender(), make_solution("kette")
    tender.explorations.add(exploration)
    tender.solutions.add(solution)
    Transfer.objects.create(solution=solution, region=region, stage="live")
    return exploration, tender, solution


def test_the_same_chain_from_every_end(make_exploration, make_tender, make_solution, regions, now):
    exploration, tender, solution = full_chain(make_exploration, make_tender, make_solution, regions["02"])
    assert states(exploration, now) == ["done", "here", "done", "done", "done"]
    assert states(tender, now) == ["done", "done", "here", "done", "done"]
    assert states(solution, now) == ["done", "done", "done", "here", "done"]
    assert states(regions["02"], now) == ["done", "done", "done", "done", "here"]
    texts = [
        [step["text"] for step in chain_steps(start, now)][:4]
        for start in (exploration, tender, solution, regions["02"])
    ]
    assert texts == [["beschrieben", "Titel kette", "Titel ki-plattform", "Lösung kette"]] * 4


def test_what_is_not_known_is_missing(make_solution, make_exploration, now):
    assert states(make_solution("allein"), now) == ["missing", "missing", "missing", "here", "missing"]
    assert states(make_exploration("allein", opened=-1), now) == ["done", "here", "missing", "missing", "missing"]


def test_what_is_not_public_is_missing_too(make_exploration, make_tender, make_solution, regions, now):
    solution = make_solution("oeffentlich")
    make_exploration("entwurf").solutions.add(solution)
    make_tender("geplant", status="planned").solutions.add(solution)
    Transfer.objects.create(solution=solution, region=regions["02"], stage="interest")
    assert states(solution, now) == ["missing", "missing", "missing", "here", "missing"]


def test_the_chain_asks_at_most_four_times(make_exploration, make_tender, make_solution, regions, now):
    for start in full_chain(make_exploration, make_tender, make_solution, regions["02"]):
        with CaptureQueriesContext(connection) as asked:
            chain_steps(start, now)
        assert len(asked) <= 4


def test_panels_of_an_organisation_show_what_is_public(buyer, make_exploration, make_tender):
    make_exploration("offen", opened=-1)
    make_exploration("entwurf")
    make_tender("bekannt")
    make_tender("geplant", status="planned")
    text = rendered("explorations_of organisation", organisation=buyer) + rendered(
        "tenders_of organisation", organisation=buyer
    )
    assert [title in text for title in ("Titel offen", "Titel entwurf", "Titel bekannt", "Titel geplant")] == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_solution_names_the_exploration_its_tender_came_from(make_exploration, make_tender, make_solution, regions):
    *_, solution = full_chain(make_exploration, make_tender, make_solution, regions["02"])
    assert rendered("explorations_of solution", solution=solution).count("Titel kette") == 1


def test_a_panel_without_rows_is_nothing(make_solution):
    assert rendered("explorations_of solution", solution=make_solution("allein")).strip() == ""
    assert rendered("tenders_of solution", solution=make_solution("noch-eine")).strip() == ""
