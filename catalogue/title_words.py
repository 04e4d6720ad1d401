"""Solutions whose title has the words that somebody is typing, the last one only begun: by an index, not by reading."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector

from catalogue.facets.index import FacetIndex
from catalogue.models import Solution
from catalogue.models.solutions import TITLE_KEY

CANDIDATES = 200  # of which the most widespread are offered
MOST_WORDS = 6
UMLAUTS = str.maketrans("äöüß", "aous")  # as TITLE_KEY does it
SPELLED_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s"))


def title_query(typed: str) -> str:
    """For to_tsquery: every word begun, umlauts in any spelling; empty when no word was typed."""
    words = re.findall(r"\w+", typed.lower())[:MOST_WORDS]
    parts = []
    for word in words:
        plain = word.translate(UMLAUTS)
        other = plain
        for written, meant in SPELLED_OUT:
            other = other.replace(written, meant)
        ways = dict.fromkeys((plain, other))
        parts.append("(" + " | ".join(f"{way}:*" for way in ways) + ")")
    return " & ".join(parts)


def titles_with(typed: str, index: FacetIndex, limit: int) -> list[Solution]:
    """The most widespread first; one statement, and its cost ends at CANDIDATES."""
    query = title_query(typed)
    if not query:
        return []
    rows = (
        Solution.objects.published()
        .annotate(words=SearchVector(TITLE_KEY, config="simple"))
        .filter(words=SearchQuery(query, config="simple", search_type="raw"))
        .only("slug", "title", "summary")[:CANDIDATES]
    )
    reached = {row.pk: index.facts[row.pk].reached for row in rows if row.pk in index.facts}
    return sorted(rows, key=lambda row: (-reached.get(row.pk, 0), row.title, row.pk))[:limit]
