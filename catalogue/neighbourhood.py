"""What a region uses, what holds for it from above, what its parts use, and what its peers use that it does not."""

from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject, Left, Length

from catalogue.models import ReusePath, Transfer
from catalogue.nearness import distance
from members.models import Region

Kind = Region.Kind
PARTS = {  # what people expect one step further down, and the length of its keys
    Kind.FEDERAL: (Kind.STATE, 2), Kind.STATE: (Kind.DISTRICT, 5), Kind.GOVERNMENT_DISTRICT: (Kind.DISTRICT, 5),
    Kind.DISTRICT: (Kind.MUNICIPALITY, 12), Kind.ASSOCIATION: (Kind.MUNICIPALITY, 12),
}  # fmt: skip
NEIGHBOURS, PEER_SOLUTIONS, WITHIN, MOST = 8, 8, 20, 200
PATHS = 8
EARLY = (Transfer.Stage.INTEREST, Transfer.Stage.COORDINATION)
LIVE_FIRST = Case(When(stage="live", then=Value(0)), When(stage="rollout", then=Value(1)), default=Value(2))


class Part(NamedTuple):
    region: Region
    solution_count: int


class Idea(NamedTuple):
    """A solution that peers use and this region does not, with some of their names."""

    title: str
    slug: str
    users: list[str]
    count: int


def transfers_concerning(region: Region) -> list[Transfer]:
    """Use in this very region and in everything above it, and what is asked for here by those who let it be known."""
    use = Q(stage__in=Transfer.ARRIVED, region__key__in=[region.key, *region.ancestor_keys])
    asked_for = Q(stage__in=EARLY, region__key=region.key)
    rows = Transfer.objects.public().filter(use | asked_for)
    return list(
        rows.select_related("solution", "region", "organisation").order_by(LIVE_FIRST, "solution__title", "pk")[:MOST]
    )


def solutions_within(region: Region) -> list[dict[str, Any]]:
    """Used or coming in parts of the region, the most widespread first."""
    rows = Transfer.objects.public().spreading().filter(region__key__startswith=region.key)
    return list(
        rows.exclude(region__key=region.key)
        .order_by()
        .values("solution_id", "solution__slug", "solution__title", "solution__is_fictitious")
        .annotate(
            places=Count("region", distinct=True),
            coming=Count("region", filter=~Q(stage=Transfer.Stage.LIVE), distinct=True),
        )
        .order_by("-places", "solution__title", "solution__slug")[:WITHIN]
    )


def parts_of(region: Region) -> list[Part]:
    """One step down, each with the number of solutions used there or within it; two statements."""
    if region.kind not in PARTS:
        return []
    kind, length = PARTS[Kind(region.kind)]
    rows = Region.objects.valid().within(region).filter(kind=kind).exclude(pk=region.pk).filter(
        Q(canonical=None) | ~Q(canonical=region)
    )  # fmt: skip
    used = Transfer.objects.public().spreading().filter(region__key__startswith=region.key)
    counts = used.order_by().annotate(part=Left("region__key", length)).values_list("part").annotate(
        n=Count("solution", distinct=True)
    )  # fmt: skip
    by_key = dict(counts)
    return [Part(row.counted(), by_key.get(row.counted().key, 0)) for row in rows.select_related("canonical")]


def neighbours_of(region: Region) -> list[Region]:
    """Same kind, the eight nearest by point, each with `solutions` (JSON): what it uses itself."""
    if region.lat is None or region.kind == Kind.FEDERAL:
        return []
    used = Transfer.objects.public().spreading().filter(region=OuterRef("pk"))
    rows = used.values(row=JSONObject(slug="solution__slug", title="solution__title"))
    return list(
        _peers(region).exclude(lat=None)
        .annotate(km=distance(region), solutions=ArraySubquery(rows))
        .order_by("km", "key")[:NEIGHBOURS]
    )  # fmt: skip


def ideas_from(neighbours: list[Region], known: set[str]) -> list[Idea]:
    """What neighbours use and this region does not, neither itself nor from above."""
    users: dict[tuple[str, str], list[str]] = {}
    for neighbour in neighbours:
        for slug, title in sorted({(row["slug"], row["title"]) for row in neighbour.solutions}):
            if slug not in known:
                users.setdefault((title, slug), []).append(neighbour.label)
    ideas = [Idea(title, slug, names, len(names)) for (title, slug), names in users.items()]
    return sorted(ideas, key=lambda idea: (-idea.count, idea.title))[:PEER_SOLUTIONS]


def ideas_of_like_size(region: Region, known: set[str]) -> list[Idea]:
    """What regions of the same kind with half to twice the population use; one statement."""
    if region.kind in (Kind.FEDERAL, Kind.GOVERNMENT_DISTRICT) or not region.population:
        return []
    like = _peers(region).filter(population__range=(region.population // 2, region.population * 2))
    rows = (
        Transfer.objects.public().spreading()
        .filter(region__in=like).exclude(solution__slug__in=known)
        .order_by().values("solution__title", "solution__slug")
        .annotate(n=Count("region", distinct=True))
        .order_by("-n", "solution__title", "solution__slug")[:PEER_SOLUTIONS]
    )  # fmt: skip
    return [Idea(row["solution__title"], row["solution__slug"], [], row["n"]) for row in rows]


def paths_leading_here(region: Region, known: set[str]) -> list[ReusePath]:
    """Ways described for this region or one above it, the nearest first, to solutions that it does not use yet.

    Those of the Bund are left out: they hold everywhere and say nothing of this region.
    """
    keys = [key for key in (region.key, *region.ancestor_keys) if key]
    rows = ReusePath.objects.filter(region__key__in=keys, solution__editorial_status="published")
    nearest_first = Length("region__key").desc(), "solution__title", "pk"
    return list(
        rows.exclude(solution__slug__in=known).select_related("solution", "region").order_by(*nearest_first)[:PATHS]
    )


def states_with_counts() -> list[Part]:
    """The Länder, each with the number of solutions used there or within it; two statements."""
    return parts_of(Region(key="", kind=Kind.FEDERAL, pk=0))


def _peers(region: Region) -> QuerySet[Region]:
    return Region.objects.valid().canonical().filter(kind=region.kind).exclude(pk=region.pk)
