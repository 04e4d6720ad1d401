"""A visitor types what they have in mind, in their words and with their typos, and finds the solution."""

import pytest

from catalogue.actions import keep_synonym
from catalogue.models import Solution, Synonym
from catalogue.search import best_ids, find, matching, matching_ids, ranked

TEXTS = {
    "wohngeld": ("Wohngeldantrag online", "Stellt den Antrag auf Wohngeld ins Netz."),
    "bau": ("Digitale Baugenehmigung", "Nimmt Bauanträge online an, nach dem Prinzip Einer für Alle."),
    "strassen": ("Straßenschaden-Melder", "Erkennt Schäden an Straßen auf Fotos."),
    "rats": ("Ratsinformationssystem", "Zeigt Unterlagen des Rates über die Schnittstelle OParl."),
    "desk": ("openDesk", "Ein Arbeitsplatz im Browser mit FIT-Connect."),
    "desk-plus": ("openDesk Plus", "Ein Arbeitsplatz als Dienst; wir steuern eine Kooperation."),
    "kita": ("Platzvergabe", "Verteilt Plätze in Kindertagesstätten."),
}


@pytest.fixture
def catalogue(make_solution, draft):
    """And a draft, which must not be found."""
    return {slug: make_solution(slug, title=title, summary=summary) for slug, (title, summary) in TEXTS.items()}


@pytest.fixture
def synonyms(editor):
    Synonym.objects.all().delete()
    keep_synonym(words=["Kita", "Kindertagesstätte", "Kindergarten"], narrower=[], by=editor)
    keep_synonym(words=["EfA", "Einer für Alle"], narrower=[], by=editor)
    keep_synonym(words=["Mängelmelder"], narrower=["Straßenschaden"], by=editor)


def found(text: str) -> list[str]:
    rows = matching(Solution.objects.published(), find(text))
    return sorted(rows.values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Anträge", ["bau", "wohngeld"]),
        ("antraege", ["bau", "wohngeld"]),
        ("Wohngeld", ["wohngeld"]),
        ("Genehmigung", ["bau"]),
        ("Strassenschaeden", ["strassen"]),
        ("Schäden an Straßen", ["strassen"]),
        ("Rat", ["rats"]),  # and not Kooperation
        ("Steuer", []),  # and not "wir steuern"
        ("Vergabe", ["kita"]),
        ("open desk", ["desk", "desk-plus"]),
        ("fitconnect", ["desk"]),
        ("FIT Connect", ["desk"]),
        ("oparl", ["rats"]),
        ("Antrag Wohngeld", ["wohngeld"]),
        ("Antrag Straße", []),
        ("geheimer Entwurf", []),
        ("Baugenehmigungsantrag", ["bau"]),  # all its parts, where no text has the whole
    ],
)
def test_the_words_find_exactly_what_speaks_of_them(catalogue, text, slugs):
    assert found(text) == slugs


@pytest.mark.parametrize(
    ("text", "meant", "slugs"),
    [
        ("Wongeld", "Wohngeld", ["wohngeld"]),
        ("digitale Baugenemigung", "digitale Baugenehmigung", ["bau"]),
        ("Strassenschden", "Straßenschaden", ["strassen"]),
        ("Wohnegld Antrag", "Wohngeld Antrag", ["wohngeld"]),
    ],
)
def test_a_typo_is_mended_and_said(catalogue, text, meant, slugs):
    assert (find(text).corrected, found(text)) == (meant, slugs)


@pytest.mark.parametrize(
    ("text", "slugs"), [("Baugen", ["bau"]), ("wohnge", ["wohngeld"]), ("oparl schnitts", ["rats"])]
)
def test_a_word_that_was_only_begun_finds_what_goes_on_so(catalogue, text, slugs):
    assert (find(text).corrected, found(text)) == (None, slugs)


@pytest.mark.parametrize("text", ["Wohngeld", "Elterngeld", "xyzzy", "Bus", "7", "Plätze Netz"])
def test_what_is_right_or_far_from_everything_is_left_as_it_was_typed(catalogue, text):
    assert find(text).corrected is None


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Kindergarten", ["kita"]), ("Kita", ["kita"]), ("kitas", ["kita"]), ("EfA", ["bau"]),
        ("Einer für Alle", ["bau"]), ("Mängelmelder", ["strassen"]), ("Kindergartenplatz", ["kita"]),
    ],
)  # fmt: skip
def test_synonyms_find_each_other(catalogue, synonyms, text, slugs):
    assert found(text) == slugs


def test_a_new_synonym_holds_at_once_and_a_deleted_one_no_more(catalogue, editor):
    Synonym.objects.all().delete()
    assert found("Bewilligung") == []
    group = keep_synonym(words=["Bewilligung", "Genehmigung"], narrower=[], by=editor)
    assert found("Bewilligung") == ["bau"]
    group.delete()
    assert found("Bewilligung") == []


def test_the_wider_word_finds_the_narrower_and_not_the_other_way_round(catalogue, synonyms):
    assert "mangel" not in find("Straßenschaden").tsquery
    assert found("Mängelmelder") == ["strassen"]


def test_where_nothing_has_all_words_some_are_enough(catalogue):
    strict = find("Wohngeld Fotos")
    assert list(matching(Solution.objects.all(), strict)) == []
    loose = strict.loosened()
    assert sorted(row.slug for row in matching(Solution.objects.all(), loose)) == ["strassen", "wohngeld"]
    assert (loose.loosened(), find("Wohngeld").loosened()) == (None, None)


def test_words_that_say_nothing_are_left_out_and_taken_at_their_word_where_nothing_else_is_said(catalogue):
    assert find("Wohngeld für die Kommune").terms == ("Wohngeld", "Kommune")
    assert (find("der die das").is_empty, find("der die das").only_stop_words) == (True, True)
    assert (find("für alle").only_stop_words, found("für alle")) == (True, ["bau"])
    assert found("") == found("der die das") == sorted(TEXTS)


def test_the_name_comes_first_then_the_title_then_the_sentence_then_spread_then_the_newest(
    make_solution, make_transfer, regions
):
    make_solution("text", title="A", summary="B", description="Ein Melder.")
    make_solution("sentence", title="B", summary="Ein Melder.")
    make_solution("title-new", title="Neuer Melder", changed_at="2026-05-01T12:00Z")
    make_solution("title-old", title="Alter Melder", changed_at="2025-01-01T12:00Z")
    used = make_solution("title-used", title="Genutzter Melder", changed_at="2024-01-01T12:00Z")
    make_solution("name", title="Melder", changed_at="2020-01-01T12:00Z")
    make_transfer(used, regions["07137"])
    words = find("melder")
    order = ["name", "title-used", "title-new", "title-old", "sentence", "text"]
    assert [row.slug for row in ranked(Solution.objects.published(), words)] == order
    slugs = dict(Solution.objects.values_list("pk", "slug"))
    assert [slugs[pk] for pk in best_ids(words)] == order
    alone = Solution.objects.filter(slug__in=["text", "title-old"])
    assert [slugs[pk] for pk in best_ids(words, alone)] == ["title-old", "text"]


def test_all_ways_to_ask_find_the_same(catalogue):
    words = find("Antrag")
    rows = matching(Solution.objects.all(), words)
    assert sorted(matching_ids(words)) == sorted(best_ids(words)) == sorted(rows.values_list("pk", flat=True))


def test_understanding_costs_one_statement_and_a_typo_a_few_more(catalogue, django_assert_num_queries):
    with django_assert_num_queries(1):
        find("Antrag auf Wohngeld in der Kommune")
    words = find("Antrag")
    with django_assert_num_queries(1):
        best_ids(words)
    find("Wongeld")
    with django_assert_num_queries(3):  # understood, other words since?, understood again
        find("Wongeld")
