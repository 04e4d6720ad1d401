"""The German search: one analyzer for index, query, highlight and correction.

`find(text)` says what words mean, `matching` and `ranked` which solutions have them, `highlight` where.
"""

from catalogue.search.analyze import ANALYZER_VERSION
from catalogue.search.highlight import excerpt, highlight
from catalogue.search.index import index_organisation, index_solution, index_solutions, reindex, stale
from catalogue.search.query import Found, find, keys_of
from catalogue.search.ranking import best_ids, entries_with, matching, matching_ids, ranked

__all__ = [
    "ANALYZER_VERSION",
    "Found",
    "best_ids",
    "entries_with",
    "excerpt",
    "find",
    "highlight",
    "index_organisation",
    "index_solution",
    "index_solutions",
    "keys_of",
    "matching",
    "matching_ids",
    "ranked",
    "reindex",
    "stale",
]
