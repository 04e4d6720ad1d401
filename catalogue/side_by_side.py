"""Up to four solutions side by side: a row for each question that people ask, and whether the answers differ."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from catalogue.markdown import rendered
from catalogue.models import ReusePath, Solution
from catalogue.nearness import sentence
from catalogue.profile import (
    ai_text,
    labels,
    licence_text,
    operating_text,
    own_paths,
    public_solutions,
    roles_of,
    shown,
    source_code,
)
from catalogue.spread import Coverage, coverages_of, reach_sentence
from catalogue.wording import number
from members.models import Region

MOST = 4
NEAREST = "Nächste Nutzung"
OF_EACH_ITS_OWN = {"Was leistet sie?", "Ansprechperson", "Website"}
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")


class Line(NamedTuple):
    text: str | SafeString
    url: str = ""


Answer = list[Line]  # empty: not known


class Column(NamedTuple):
    """One solution with what is asked for beside its own row."""

    solution: Solution
    paths: list[ReusePath]
    coverage: Coverage


class Cell(NamedTuple):
    title: str  # of the solution: on a phone it stands before the answer
    lines: Answer


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        """By their words: addresses of the same words may lead elsewhere. What is each one's own is no news."""
        if self.label in OF_EACH_ITS_OWN:
            return False
        words = [[line.text for line in cell.lines] for cell in self.cells]
        return any(said != words[0] for said in words[1:])

    @property
    def is_known(self) -> bool:
        return any(cell.lines for cell in self.cells)


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]


class Choice(NamedTuple):
    """What an address asks to compare: those shown, in its order, those too many, and how many nobody knows."""

    shown: list[Solution]
    too_many: list[Solution]
    unknown: int


def chosen_solutions(slugs: Iterable[str], region: Region | None) -> Choice:
    """One statement, however many were asked for; beyond twice the most nobody means it."""
    wanted = list(dict.fromkeys(slugs))[: 2 * MOST]
    valid = [slug for slug in wanted if SLUG.fullmatch(slug)]
    found = {solution.slug: solution for solution in public_solutions(region).filter(slug__in=valid)} if valid else {}
    rows = [found[slug] for slug in wanted if slug in found]
    return Choice(rows[:MOST], rows[MOST:], len(wanted) - len(rows))


def columns_of(solutions: list[Solution], region: Region | None) -> list[Column]:
    """Two statements: for all paths and for all coverage."""
    coverages = coverages_of(solutions)
    paths: dict[int, list[ReusePath]] = {}
    for path in ReusePath.objects.filter(solution__in=solutions).select_related("region").order_by("region__key", "pk"):
        paths.setdefault(path.solution_id, []).append(path)
    return [Column(one, own_paths(paths.get(one.pk, []), region)[0], coverages[one.pk]) for one in solutions]


def compared(columns: list[Column]) -> list[Group]:
    """Every question that at least one of them answers."""
    groups = [
        Group(title, [Row(label, [Cell(c.solution.title, answer(c)) for c in columns]) for label, answer in questions])
        for title, questions in QUESTIONS
    ]
    known = [Group(group.title, [row for row in group.rows if row.is_known]) for group in groups]
    return [group for group in known if group.rows]


def unanswered(columns: list[Column]) -> list[str]:
    """What is known of none of them; how near they are is no question without a region."""
    rows = [(label, answer) for _, questions in QUESTIONS for label, answer in questions if label != NEAREST]
    return [label for label, answer in rows if not any(answer(column) for column in columns)]


def only_different(groups: list[Group]) -> list[Group]:
    left = [Group(group.title, [row for row in group.rows if row.differs]) for group in groups]
    return [group for group in left if group.rows]


def _text(text: str | None) -> Answer:
    return [Line(text)] if text else []


def _link(text: str, url: str) -> Answer:
    return [Line(text, url)] if url else []


def _prose(text: str) -> Answer:
    return [Line(rendered(text))] if text else []


def _fields(column: Column) -> Answer:
    return [Line(name) for name in sorted(field["name"] for field in column.solution.fields)]


def _coverage(column: Column) -> Answer:
    total, of_units = column.coverage.total, column.coverage.of_units
    whole = f"von {number(total.units)} {of_units}"
    lines = []
    if total.direct:
        lines.append(Line(f"in {number(total.direct)} {whole} selbst"))
    if total.reached > total.direct:
        lines.append(Line(f"selbst, im Kreis, im Land oder beim Bund in {number(total.reached)} {whole}"))
    return [*lines, Line(f"{total.share} der Bevölkerung")] if lines else []


def _reported(column: Column) -> Answer:
    return [
        Line(
            f"{number(row['n'])}{' von ' + number(row['of']) if row['of'] else ''} {row['unit']}, Stand {row['as_of']}"
        )
        for row in column.solution.reported
    ]


def _routes(column: Column) -> Answer:
    where = [f" ({path.region.label})" if path.region.key else "" for path in column.paths]
    return [
        Line(path.get_legal_route_display() + place, f"{column.solution.get_absolute_url()}#weg")
        for path, place in zip(column.paths, where, strict=True)
    ]


def _path_costs(column: Column) -> Answer:
    return [Line(path.cost) for path in column.paths if path.cost]


def _templates(column: Column) -> Answer:
    return [Line("Vertragsmuster", path.template_url) for path in column.paths if path.template_url]


def _contacts(column: Column) -> Answer:
    found: Answer = []
    for person in column.solution.people:
        found.append(Line(person["name"]))
        if person["email"]:
            found.append(Line(person["email"], f"mailto:{person['email']}"))
        elif person["url"]:
            found.append(Line("Kontaktseite", person["url"]))
    return found


def _organisations(column: Column) -> Answer:
    return [
        Line(f"{role}: {row['name']}", f"/mitglieder/{row['slug']}/")
        for role, rows in roles_of(column.solution)
        for row in rows
    ]


def _stage(column: Column) -> Answer:
    return _text(column.solution.get_campus_stage_display())


def _development(column: Column) -> Answer:
    solution = column.solution
    return _text(solution.get_development_status_display() if solution.development_status else "")


QUESTIONS: tuple[tuple[str, tuple[tuple[str, Callable[[Column], Answer]], ...]], ...] = (
    (
        "Überblick",
        (
            ("Was leistet sie?", lambda column: _text(column.solution.summary)),
            ("Handlungsfelder", _fields),
            ("Phase", _stage),
            ("Gedacht für", lambda column: _text(labels(Solution.Level, column.solution.levels))),
        ),
    ),
    (
        "Wer nutzt sie?",
        (
            (NEAREST, lambda column: _text(sentence(column.solution.nearest))),
            ("Verbreitung", lambda column: _text(reach_sentence(column.solution))),
            ("Abdeckung", _coverage),
            ("Gemeldet, nicht gezählt", _reported),
        ),
    ),
    (
        "Wie kommen wir dazu?",
        (
            ("Nachnutzungsweg", _routes),
            ("Kosten des Weges", _path_costs),
            ("Vertragsmuster", _templates),
            ("Kosten", lambda column: _prose(column.solution.cost_note)),
        ),
    ),
    (
        "Wie souverän ist sie?",
        (
            ("Lizenz", lambda column: _text(licence_text(column.solution))),
            ("Quellcode", lambda column: _link(source_code(column.solution), column.solution.source_url)),
            ("Betriebsmodell", lambda column: _text(operating_text(column.solution))),
            ("Betrieb", lambda column: _text(column.solution.hosting)),
            ("Ort der Daten", lambda column: _text(column.solution.data_location)),
            ("Künstliche Intelligenz", lambda column: _text(ai_text(column.solution))),
        ),
    ),
    (
        "Technik",
        (
            ("Schnittstellen und Standards", lambda column: [Line(name) for name in column.solution.standards]),
            ("Entwicklungsstand", _development),
            ("Reifegrad (TRL)", lambda column: _text(column.solution.trl and f"{column.solution.trl} von 9")),
            (
                "Barrierefreiheit",
                lambda column: _link("Erklärung zur Barrierefreiheit", column.solution.accessibility_url),
            ),
        ),
    ),
    (
        "Wen fragen wir?",
        (
            ("Ansprechperson", _contacts),
            ("Beteiligte", _organisations),
            ("Website", lambda column: _link(shown(column.solution.website_url), column.solution.website_url)),
        ),
    ),
)
