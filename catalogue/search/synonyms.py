"""The groups of synonyms that a portal begins with."""

from collections.abc import Iterator
from typing import NamedTuple

from catalogue.search.compounds import lines_of


class Group(NamedTuple):
    words: list[str]
    narrower: list[str]


def first_synonyms() -> Iterator[Group]:
    for line in lines_of("synonyms.txt"):
        same, _, narrower = line.partition(">")
        yield Group(_listed(same), _listed(narrower))


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
