"""What of a solution is searched: what its pages show, in three fields of falling weight."""

import re
from typing import NamedTuple

from catalogue.models import Solution

MARKDOWN = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # links and pictures: their words
    (re.compile(r"^\s*(?:[-*+>]|\d+\.|#+)\s+", re.M), ""),
    (re.compile(r"[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}"), ""),
)


class Texts(NamedTuple):
    title: tuple[str, ...]
    lead: tuple[str, ...]
    whole: tuple[str, ...]


def texts_of(solution: Solution) -> Texts:
    """Expects `fields_of_action` and `organisation_roles__organisation`, best prefetched."""
    lead = (solution.title, solution.summary)
    organisations = {role.organisation for role in solution.organisation_roles.all()}
    names = sorted(f"{organisation.name} {organisation.short_name}" for organisation in organisations)
    fields = sorted(field.name for field in solution.fields_of_action.all())
    facts = (solution.licence, solution.hosting, solution.data_location, *solution.standards)
    return Texts((solution.title,), lead, (*lead, *fields, *names, *facts, *prose_of(solution)))


def prose_of(solution: Solution) -> tuple[str, ...]:
    return plain(solution.description), plain(solution.benefits)


def plain(markdown: str) -> str:
    """The words without the signs; good enough to search and to quote from, not to show as a text."""
    for pattern, words in MARKDOWN:
        markdown = pattern.sub(words, markdown)
    return markdown
