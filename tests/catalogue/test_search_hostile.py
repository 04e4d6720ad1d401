"""Whatever is typed gets a page, costs no more than a normal search, and reaches no database as syntax."""

import pytest
from django.db import connection

from catalogue.search import best_ids, excerpt, find, highlight, matching, matching_ids
from catalogue.search.query import MOST_WORDS

TYPED = {
    "10,000 letters": "x" * 10_000,
    "10,000 words": "antrag " * 10_000,
    "10,000 other words": " ".join(f"w{n}" for n in range(10_000)),
    "one compound of all": "bauantragsverfahren" * 500,
    "nul": "an\0trag",
    "surrogate": "an\udcfftrag",
    "tsquery": "a & !b | (c <-> d):*AB '",
    "open": "((((('",
    "quotes": "'antrag' \"wohngeld\" \\' $$ `",
    "sql": "'; DROP TABLE catalogue_solution; --",
    "percent": "%s %(x)s {0} %%",
    "emoji": "🏛️ 👩‍💻",
    "signs": "+-.&–’ ...",
    "stop words": "der die das und",
    "one letter": "x",
    "digits": "9" * 400,
    "marks": "a\u0301\u0301\u0301\u0308" * 200,
    "blanks": " \t\n\u00a0\u200b",
    "arabic": "الإدارة العامة",
    "turkish": "İstanbul ıĞ ẞ",
    "ligatures": "ﬁnden ½ ² Ⅳ",
    "html": "<script>alert(1)</script>",
    "umlauts": "ueueueaeaeoeoess" * 30,
}


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_anything_may_be_typed(make_solution, django_assert_max_num_queries, text):
    kept = text[:200].replace("\0", "").encode("utf-8", "replace").decode()
    solution = make_solution("eine", title="Wohngeldantrag", description=f"Ein Text. {kept}")
    with django_assert_max_num_queries(4):
        found = find(text)
    assert len(found.wanted) <= MOST_WORDS
    assert len(found.tsquery) < 30_000
    if not found.is_empty:
        assert sorted(matching_ids(found)) == sorted(best_ids(found))
    assert list(matching(type(solution).objects.all(), found)) in ([], [solution])
    with connection.cursor() as cursor:  # one query is still one query
        cursor.execute("SELECT numnode(%s::tsquery) >= 0", [found.tsquery])
    shown = highlight(f"Antrag {text[:500]}", found) + excerpt(solution, found)
    assert "<script" not in shown


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_the_list_answers_it(client, make_solution, text):
    make_solution("eine", title="Wohngeldantrag")
    response = client.get("/loesungen/", {"q": text.encode("utf-8", "surrogatepass")})
    assert response.status_code in (200, 400, 404)


def test_the_longest_question_costs_no_more_than_a_few_words(make_solution):
    make_solution("eine", title="Wohngeldantrag")
    assert find("antrag " * 5000).terms == ("antrag",) * MOST_WORDS
    assert find("x" * 9000).tsquery == find("x" * 5000).tsquery
