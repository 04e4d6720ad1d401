"""What was found is marked where it stands, also inside a compound, and nothing of the text becomes HTML."""

import pytest

from catalogue.actions import keep_synonym
from catalogue.models import Synonym
from catalogue.search import excerpt, find, highlight


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        ("antrag", "Bauantragsverfahren", "Bau<mark>antrag</mark>sverfahren"),
        ("Bauantrag", "Bauantragsverfahren", "<mark>Bauantrag</mark>sverfahren"),
        ("anträge", "Ein Antrag, zwei Anträge", "Ein <mark>Antrag</mark>, zwei <mark>Anträge</mark>"),
        ("Strasse schaden", "Straßenschaden-Melder", "<mark>Straße</mark>n<mark>schaden</mark>-Melder"),
        ("Straßenschaden", "STRASSENSCHAEDEN", "<mark>STRASSENSCHAEDEN</mark>"),
        ("fitconnect", "über FIT-Connect", "über <mark>FIT-Connect</mark>"),
        ("rat", "Strategie des Rates", "Strategie des <mark>Rates</mark>"),
        (
            "script",
            "<script>alert(1)</script> & mehr",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp; mehr",
        ),
        ("nichts", "<b>fett</b>", "&lt;b&gt;fett&lt;/b&gt;"),
        ("", "unverändert", "unverändert"),
        ("ß", "ß", "<mark>ß</mark>"),
    ],
)
def test_the_letters_that_were_asked_for_are_marked(db, asked, text, marked):
    assert highlight(text, find(asked)) == marked


def test_what_goes_on_as_it_was_begun_is_marked(make_solution):
    make_solution("x", title="Baugenehmigung")
    assert highlight("Die Baugenehmigung", find("baugen")) == "Die <mark>Baugenehmigung</mark>"


def test_synonyms_are_marked_and_a_phrase_only_as_a_whole(db, editor):
    Synonym.objects.all().delete()
    keep_synonym(words=["EfA", "Einer für Alle"], narrower=[], by=editor)
    marked = highlight("Einer für Alle, und alle für den EfA-Dienst", find("efa"))
    assert marked == ("<mark>Einer</mark> <mark>für</mark> <mark>Alle</mark>, und alle für den <mark>EfA</mark>-Dienst")


def test_the_excerpt_is_the_sentence_that_says_what_title_and_sentence_do_not(make_solution):
    solution = make_solution(
        "x", title="Wohngeld", summary="Ein Satz.",
        description="Erst dies. Dann der **Antrag** auf [Wohngeld](https://a.example).\n\n- Noch ein Antrag",
    )  # fmt: skip
    assert excerpt(solution, find("antrag")) == "Dann der <mark>Antrag</mark> auf Wohngeld."
    assert excerpt(solution, find("Wohngeld")) == ""
    assert excerpt(solution, find("")) == ""


def test_a_long_sentence_is_cut_around_what_was_asked(make_solution):
    solution = make_solution("x", title="X", summary="Y", description=f"{'vorher ' * 60}Antrag {'nachher ' * 60}.")
    shown = excerpt(solution, find("Antrag"))
    assert "<mark>Antrag</mark>" in shown
    assert (shown.startswith("… "), shown.endswith(" …"), len(shown) < 220) == (True, True, True)
