"""What a word is looked up by: one form for all its spellings and inflections, and the parts of a compound."""

import pytest

from catalogue.search.analyze import tokens_of, vector
from catalogue.search.compounds import is_known, leaves_of, lexicon, particles
from catalogue.search.stemming import folded, stem, verb_stems

SAME = [
    "Antrag Anträge Antraege Antrages Antrags ANTRÄGEN", "Straße Strasse Straßen strassen", "Gebäude Gebaeude Gebaude",
    "Bürger Buerger Bürgern Bürgerin Bürgerinnen", "Rechenzentrum Rechenzentren", "Kita Kitas", "Haus Häuser Häusern",
    "Rat Rats Räte", "Beteiligung Beteiligungen", "öffentlich öffentlicher oeffentlichen", "Steuer Steuern",
    "Ministerium Ministerien", "Schließfach Schließfächer Schliessfaechern", "App Apps", "Termin Termine Termins",
]  # fmt: skip
APART = [
    ("Bürger", "Burg"), ("Verwaltung", "verwaltet"), ("Beteiligung", "beteiligt"), ("Bericht", "berichtet"),
    ("Wahl", "Wähler"), ("Akte", "aktuell"), ("Meldung", "Melder"), ("Ausländer", "Ausland"),
]  # fmt: skip
COMPOUNDS = {
    "Bauantragsverfahren": "bau antrag verfahren", "Wohngeldantrag": "wohn geld antrag",
    "Ratsinformationssystem": "rat information system", "Schließfächer": "schliess fach",
    "Straßenschaden": "strasse schaden", "Bundestagswahl": "bundestag wahl", "Grundschulen": "schule",
    "Mobilitätsgipfel": "mobilitat gipfel", "Geoportale": "geo portal", "Hochsauerlandkreis": "hochsauer land kreis",
    "Sprachmodelle": "sprache modell",
}  # fmt: skip
NO_COMPOUNDS = [
    "Kooperation", "Strategie", "Ausbau", "Aufbau", "Baustein", "Antwort", "Beitrag", "Kontakte", "Oberhausen",
    "Hamburger", "Vereinbarung", "Business", "Portal", "Zugang", "Beamte",
]  # fmt: skip


@pytest.mark.parametrize("words", SAME)
def test_spellings_and_inflections_share_one_form(words):
    assert len({stem(folded(word)) for word in words.split()}) == 1


@pytest.mark.parametrize(("one", "other"), APART)
def test_words_that_only_look_alike_stay_apart(one, other):
    assert stem(folded(one)) != stem(folded(other))


def test_vowels_that_are_no_umlauts_stay():
    assert [folded(word) for word in ("Steuer", "neue", "Quelle", "Bauer", "Müll", "Muell")] == [
        "steuer", "neue", "quelle", "bauer", "mull", "mull",
    ]  # fmt: skip


def test_a_verb_is_one_in_all_its_forms():
    assert {verb_stems(folded(word)) for word in ("zusammenfassen", "zusammenzufassen")} == {("zusammenfass~",)}
    assert {verb_stems(folded(word)) for word in ("anmelden", "anmeldet", "angemeldet")} == {("anmeld~",)}
    assert {verb_stems(folded(word)) for word in ("verschlüsseln", "verschlüsselt")} == {("verschlussel~",)}


@pytest.mark.parametrize(("word", "parts"), COMPOUNDS.items())
def test_a_compound_is_taken_apart(word, parts):
    assert " ".join(part.word for part in leaves_of(folded(word))) == parts


@pytest.mark.parametrize("word", NO_COMPOUNDS)
def test_what_only_holds_the_letters_is_not_taken_apart(word):
    assert leaves_of(folded(word)) == ()


def test_parts_that_stand_together_are_a_word_too():
    [token] = tokens_of("das Bauantragsverfahren")
    assert [form.lexeme for form in token.forms] == [
        "bauantragsverfahr", "bau", "antrag", "verfahr", "bauantrag", "antragsverfahr",
    ]  # fmt: skip
    assert (token.position, token.word) == (2, "bauantragsverfahren")


def test_a_name_is_found_in_one_and_in_pieces():
    lexemes = {form.lexeme for token in tokens_of("FIT-Connect und openDesk") for form in token.forms}
    assert {"fitconnect", "fit", "connect", "opendesk", "open", "desk"} <= lexemes


def test_marks_fit_the_letters_of_the_text_in_any_spelling():
    text = "Die STRASSENSCHAEDEN und Straßenschäden"
    marked = [
        (form.lexeme, text[token.start :][form.start : form.end]) for token in tokens_of(text) for form in token.forms
    ]
    assert [one for one in marked if one[0] == "schad"] == [("schad", "SCHAEDEN"), ("schad", "schäden")]
    assert ("strasse" in lexicon().heads, ("strass", "Straße") in marked) == (True, True)


def test_silent_words_count_a_position_and_are_not_kept():
    assert vector(map(tokens_of, ["Einer für Alle", "der Antrag"])) == "'all':3 'antrag':15 'einer':1 'fur':2"


def test_positions_end_where_postgres_ends():
    assert max(int(place) for place in vector([tokens_of("wort " * 20_000)]).split(":")[1].split(",")) < 16_383


def test_the_lexicon_is_sound():
    """No particle is a part of a compound, and nothing is both a word and only a front."""
    known = lexicon()
    assert known.heads & particles() == set()
    assert known.heads & set(known.fronts) == set()
    assert all(is_known(kept) for kept in known.whole.values() if kept)
