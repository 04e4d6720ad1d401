"""The editor keeps the synonyms of the search; what is saved holds from the next search on."""

import pytest

from catalogue.models import Synonym
from catalogue.search import find

ADD = "/admin/catalogue/synonym/add/"


@pytest.fixture(autouse=True)
def _none(db):
    Synonym.objects.all().delete()


def test_a_group_is_added_and_found_at_once(desk):
    assert "kindergart" not in find("Kita").tsquery
    saved = desk.post(ADD, {"words": " Kita , Kindergarten,Kita", "narrower": "Krippe"})
    assert saved.status_code == 302
    [group] = Synonym.objects.all()
    assert (group.words, group.narrower, group.keys) == (
        ["Kita", "Kindergarten"], ["Krippe"], ["kindergart", "kita"],
    )  # fmt: skip
    assert "'kindergart'" in find("Kita").tsquery
    assert "'kita'" not in find("Krippe").tsquery


def test_a_group_is_changed_found_and_deleted(desk):
    desk.post(ADD, {"words": "Kita,Hort", "narrower": ""})
    group = Synonym.objects.get()
    place = f"/admin/catalogue/synonym/{group.pk}/"
    assert desk.post(f"{place}change/", {"words": "Kita,Krippe", "narrower": ""}).status_code == 302
    assert ("'hort'" in find("Kita").tsquery, "'kripp'" in find("Kita").tsquery) == (False, True)
    assert "Kita, Krippe" in desk.get("/admin/catalogue/synonym/?q=krippe").text
    assert desk.post(f"{place}delete/", {"post": "yes"}).status_code == 302
    assert Synonym.objects.count() == 0


@pytest.mark.parametrize("words", ["", ",,", "+++", "!?, &"])
def test_words_without_a_letter_are_refused_in_words(desk, words):
    page = desk.post(ADD, {"words": words, "narrower": ""})
    assert (page.status_code, Synonym.objects.count()) == (200, 0)
    assert page.context["adminform"].form.errors["words"]


def test_who_only_reads_changes_nothing(at_desk, lead, outsider):
    posted = {"words": "Kita,Hort", "narrower": ""}
    assert [at_desk(person).post(ADD, posted).status_code for person in (lead, outsider)] == [403, 302]
    assert Synonym.objects.count() == 0
