"""One catalogue of N solutions with everything around them, in portions that are committed one by one."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from catalogue.content import SCALARS, Content
from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionRevision,
    SolutionSource,
)
from catalogue.search.index import reindex, stale
from govtech_portal.synthetic_catalogue.around import add_chains, add_fields, add_organisations
from govtech_portal.synthetic_catalogue.copying import copy_in, copy_new, reserve_keys
from govtech_portal.synthetic_catalogue.solutions import PREFIX, random_of, solution_of
from govtech_portal.synthetic_catalogue.spread import Places, add_history, all_places, transfers_of, who_taught
from members.clock import database_now
from members.models import Organisation, Region
from subscriptions.models import Announcement
from subscriptions.news import CARRIED, NEWS

PORTION = 1000  # solutions in one transaction
Told = Callable[[str], None]


def fill(count: int, seed: int, told: Told) -> int:
    """Add what is missing to N solutions; returns how many are new. `told` hears of progress."""
    begin = Solution.objects.filter(slug__startswith=PREFIX).count()
    if begin >= count:
        return 0
    around = Around(seed)
    for first in range(begin, count, PORTION):
        numbers = range(first, min(first + PORTION, count))
        with transaction.atomic():
            around.add(numbers)
        told(f"{numbers[-1] + 1} Lösungen")
    _born_announced()
    for progress in reindex(stale()):
        if progress.done % PORTION == 0:
            told(f"{progress.done} von {progress.total} Lösungen im Suchindex")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count - begin


class Around:
    """What all portions share."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.fields: dict[str, FieldOfAction] = add_fields()
        self.organisations: list[Organisation] = add_organisations()
        self.owners = {row.region_id: row.pk for row in self.organisations if row.region_id is not None}
        self.places: Places = all_places()
        self.country = Region.objects.valid().get(key="")

    def add(self, numbers: range) -> None:
        made = [solution_of(self.seed, number) for number in numbers]
        solutions = list(copy_in(reserve_keys([solution for solution, _ in made])))
        contents = [content for _, content in made]
        chances = [random_of(self.seed + 1, number) for number in numbers]
        pairs = list(zip(solutions, contents, strict=True))
        for rows in self._relations(pairs, chances):
            copy_new(rows)
        transfers = reserve_keys(
            [one for solution, chance in zip(solutions, chances, strict=True)
             for one in transfers_of(solution, self.places, self.owners, chance)]
        )  # fmt: skip
        who_taught(list(transfers), self.seed)
        copy_in(transfers)
        add_history(transfers[0].pk, transfers[-1].pk)
        add_chains(solutions, self.organisations, Random(f"{self.seed}:{numbers[0]}"))  # noqa: S311  # invented data

    def _relations(self, pairs: list[tuple[Solution, Content]], chances: list[Random]) -> Iterable[list[Model]]:
        link = Solution.fields_of_action.through
        yield [link(solution=s, fieldofaction=self.fields[slug]) for s, c in pairs for slug in c["fields_of_action"]]
        yield [SolutionContact(solution=s, **row) for s, c in pairs for row in c["contacts"]]
        yield [SolutionSource(solution=s, **row) for s, c in pairs for row in c["sources"]]
        yield [ReportedCoverage(solution=s, **row) for s, c in pairs for row in c["reported_coverages"]]
        yield [ReusePath(solution=s, **row | {"region": self.country}) for s, c in pairs for row in c["reuse_paths"]]
        roles = [self._roles(s, c, chance) for (s, c), chance in zip(pairs, chances, strict=True)]
        yield [role for rows in roles for role in rows]
        yield [_revision(solution, content) for solution, content in pairs]

    def _roles(self, solution: Solution, content: Content, chance: Random) -> list[SolutionOrganisation]:
        chosen = chance.sample(self.organisations, 2)
        content["organisations"] = [
            {"organisation": row.slug, "role": role} for row, role in zip(chosen, ("owner", "provider"), strict=True)
        ]
        return [
            SolutionOrganisation(solution=solution, organisation=row, role=role)
            for row, role in zip(chosen, ("owner", "provider"), strict=True)
        ]


def _revision(solution: Solution, relations: Content) -> SolutionRevision:
    content: dict[str, Any] = {name: getattr(solution, name) for name in SCALARS} | relations
    at = solution.published_at
    assert at is not None  # noqa: S101  # solutions.py gives it
    return SolutionRevision(
        solution=solution, number=1, base_number=0, content=content, status=SolutionRevision.Status.RELEASED,
        created_at=at - timedelta(days=3), submitted_at=at - timedelta(days=1), released_at=at,
    )  # fmt: skip


def _born_announced() -> None:
    """Nobody is told of the backlog: each fact has its announcement already, by one statement a kind."""
    now = database_now()
    columns = [Announcement._meta.get_field(name.removesuffix("_id")).column for name in CARRIED]
    for kind, facts in NEWS.items():
        rows = facts(now, timedelta(0)).order_by()
        names = [name for name in CARRIED if name in rows.query.annotations or _has(rows.model, name)]
        select, parameters = rows.values(*names).query.sql_with_params()
        written = ", ".join(column for column, name in zip(columns, CARRIED, strict=True) if name in names)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Announcement._meta.db_table} (kind, {written}) "  # noqa: S608  # own identifiers only
                f"SELECT '{kind.value}', fact.* FROM ({select}) AS fact ON CONFLICT DO NOTHING",
                parameters,
            )


def _has(model: type[Model], name: str) -> bool:
    return name in {field.attname for field in model._meta.concrete_fields}
