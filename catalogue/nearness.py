"""How near a solution is to the reader: in their own region, above it, within it, or how many kilometres away."""

from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, F, FloatField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ACos, Cos, JSONObject, Least, Radians, Sin

from catalogue.models import Transfer
from members.models import Region

EARTH = 6371.0  # km, mean radius
HERE, ABOVE, INSIDE, ELSEWHERE = range(4)
KINDS = ("here", "above", "inside")
LIVE = Transfer.Stage.LIVE
CANDIDATES = 2000  # uses that are looked at, the nearest ones
# Regions are put in order first, and uses are looked up by region until there are enough: as quick for any catalogue.
NEAREST_FIRST = """
SELECT t.solution_id FROM (
    SELECT id, key,
        CASE WHEN key = %(key)s THEN 0 WHEN key = ANY(%(above)s) THEN 1 WHEN starts_with(key, %(key)s) THEN 2 ELSE 3 END
            AS place,
        acos(least(1.0, sin(radians(%(lat)s)) * sin(radians(lat))
            + cos(radians(%(lat)s)) * cos(radians(lat)) * cos(radians(lon) - radians(%(lon)s)))) AS arc
    FROM members_region WHERE canonical_id IS NULL
    ORDER BY place, arc, key
) r JOIN catalogue_transfer t ON t.region_id = r.id
WHERE t.stage IN ('agreed', 'rollout', 'live')
ORDER BY r.place, r.arc, r.key LIMIT %(limit)s
"""


def distance(region: Region, prefix: str = "") -> Combinable:
    """Great circle in kilometres between the points of `region` and of a row; NULL where one has no point."""
    if region.lat is None or region.lon is None:
        return Value(None, output_field=FloatField())
    here_lat, here_lon = Radians(Value(region.lat)), Radians(Value(region.lon))
    lat, lon = Radians(F(f"{prefix}lat")), Radians(F(f"{prefix}lon"))
    cosine = Sin(here_lat) * Sin(lat) + Cos(here_lat) * Cos(lat) * Cos(lon - here_lon)
    return EARTH * ACos(Least(Value(1.0), cosine), output_field=FloatField())


def nearest_use(region: Region) -> Subquery:
    """Of the solution of the outer row, as JSON: the closest use as the reader's region sees it."""
    whens = [
        When(region__key=region.key, then=Value(HERE)),
        When(region__key__in=region.ancestor_keys, then=Value(ABOVE)),
        When(region__key__startswith=region.key, then=Value(INSIDE)),
    ]
    rows = (
        Transfer.objects.spreading()
        .filter(solution=OuterRef("pk"))
        .annotate(place=Case(*whens, default=Value(ELSEWHERE)), km=distance(region, "region__"))
        .annotate(coming=Case(When(stage=LIVE, then=Value(0)), default=Value(1)))
        .order_by("place", F("km").asc(nulls_last=True) if region.lat else "region__key", "coming", "pk")
    )
    return Subquery(
        rows.values(
            use=JSONObject(
                label="region__label", key="region__key", kind="region__kind", stage="stage", place="place", km="km"
            )
        )[:1]
    )


def nearest_first(region: Region) -> list[int]:
    """Keys of the solutions whose use is nearest, in order; as many as the nearest CANDIDATES uses have."""
    here = {"key": region.key, "above": region.ancestor_keys, "lat": region.lat, "lon": region.lon}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST_FIRST, here | {"limit": CANDIDATES})
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def seen_from(solutions: QuerySet, region: Region | None) -> QuerySet:
    """Each with `nearest` (or None), in the same statement."""
    if region is None:
        return solutions.annotate(nearest=Value(None, output_field=FloatField()))
    return solutions.annotate(nearest=nearest_use(region))


class Near(NamedTuple):
    """What a card says of the reader's region, and how it is marked: here, above, inside, coming, away or none."""

    kind: str
    sentence: str


def near(use: dict[str, Any] | None) -> Near | None:
    """None where no use is known; the card says that already."""
    if not use:
        return None
    words = sentence(use)
    if not words:
        return Near("none", "Entfernung nicht bekannt")
    if use["place"] == ELSEWHERE:
        return Near("away", words)
    return Near(KINDS[use["place"]] if use["stage"] == LIVE else "coming", words)


def sentence(use: dict[str, Any] | None) -> str:
    """ "nächste: Koblenz, 23 km", as it stands on a card; empty where nobody is known."""
    if not use:
        return ""
    live, label = use["stage"] == LIVE, use["label"]
    if use["place"] == HERE:
        return "bei Ihnen im Einsatz" if live else "kommt zu Ihnen"
    if use["place"] == ABOVE:
        return _above(use["kind"], label, live)
    if use["place"] == INSIDE:
        return f"in Ihrer Region: {label}" if live else f"kommt in Ihre Region: {label}"
    if use["km"] is None:
        return ""
    return f"nächste: {label}, {_kilometres(use['km'])}"


def _above(kind: str, label: str, live: bool) -> str:
    if kind == Region.Kind.FEDERAL:
        return "der Bund nutzt sie" if live else "der Bund führt sie ein"
    who = f"Ihr Land {label}" if kind == Region.Kind.STATE else label
    return f"{who} nutzt sie" if live else f"{who} führt sie ein"


def _kilometres(km: float) -> str:
    return "unter 1 km" if km < 1 else f"{km:.0f} km"
