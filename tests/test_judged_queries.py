"""The judged queries of the search (`benchmarks/queries/judged.yml`) fit the demo catalogue and are fairly split."""

from collections import Counter

from benchmarks.search_quality import Query, queries, score_of
from govtech_portal.demo_catalogue.reading import rows

KINDS = {"inflection", "compound", "umlaut", "typo", "synonym", "multi-word", "name", "precision"}


def test_there_are_enough_of_every_kind_in_both_halves():
    split = Counter((query.kind, query.held_out) for query in queries())
    assert {kind for kind, _ in split} == KINDS
    assert sum(split.values()) >= 120
    assert min(split[kind, held_out] for kind in KINDS for held_out in (True, False)) >= 8


def test_no_query_is_asked_twice_and_every_answer_is_public():
    public = {row["slug"] for row in rows("solutions") if row.get("status", "released") == "released"}
    texts = [query.text for query in queries()]
    assert sorted(set(texts)) == sorted(texts)
    assert {slug for query in queries() for slug in query.find | query.grey} <= public
    assert [query.text for query in queries() if query.find & query.grey] == []


def test_the_score_is_what_it_says():
    query = Query("name", "x", frozenset("ab"), frozenset("g"))
    assert score_of(query, {"a", "b", "g"})[:3] == (1, 1, 1)
    assert score_of(query, {"a", "z"})[:3] == (0.5, 0.5, 0.5)
    assert score_of(query, set()) == (0, 0, 0, True)
    nothing = Query("precision", "x", frozenset(), frozenset())
    assert (score_of(nothing, set()).f1, score_of(nothing, {"a"}).f1) == (1, 0)
