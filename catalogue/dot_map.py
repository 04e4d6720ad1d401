"""The map: every municipality is a dot, its size grows with its people; lit where a solution is used.

No borders, no tiles, no library: one path for each size and look, a zero-length line with round caps is a dot.
The ground never changes and is one static file (`build_map`); a page's own dots lie above it as a second image.
Web Mercator, origin 5.8° E / 55.1° N, 1000 units for 9.3 degrees of longitude.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

from django.core.cache import cache

from members.models import PortalVersion, Region
from members.models.regions import ancestor_keys

WIDTH, HEIGHT = 1000, 1388
WEST, NORTH, DEGREES = 5.8, 55.1, 9.3
UNITS = WIDTH / math.radians(DEGREES)
DIAMETERS = ((2_000, 3.5), (10_000, 4.8), (50_000, 6.7), (200_000, 11), (800_000, 19), (math.inf, 32))
STEP = 15  # units: dots are drawn in stripes of this height, because near neighbours make short paths
SMALLEST_FRAME = 60  # units, some 40 km: what a zoomed map shows at least

State = Literal["live", "coming"]
LOOKS = ("ground", "above-coming", "above", "coming", "used")  # later ones lie on top

# The looks differ in size and shape too: used is big and full, coming a ring, above small. The colours are
# those of static/css/map.css. Attributes are the light look, for readers that refuse the style.
LIGHT = {"ground": "#c9ccda", "above": "#8fa6e0", "used": "#2044aa", "here": "#b5400b", "hole": "#ffffff"}
DARK = {"ground": "#565c7a", "above": "#4f68b8", "used": "#b4c6ff", "here": "#ffb27d", "hole": "#10131f"}


class Dot(NamedTuple):
    x: float  # units of the map, a tenth is 65 m
    y: float
    population: int
    key: str
    canonical: str  # key of the row that counts, its own where it counts itself


class Frame(NamedTuple):
    """The part of the map that a picture shows, in its units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def view_box(self) -> str:
        return " ".join(f"{value:g}" for value in (self.x, self.y, self.width, self.height))

    def holds(self, dot: Dot) -> bool:
        return self.x <= dot.x <= self.x + self.width and self.y <= dot.y <= self.y + self.height


COUNTRY = Frame(0, -20, WIDTH, HEIGHT)  # as much air above Sylt as below the Alps


def project(lon: float, lat: float) -> tuple[float, float]:
    """Degrees (WGS 84) to units of the map; y grows to the south."""
    y = (_mercator(NORTH) - _mercator(lat)) * UNITS
    return round(math.radians(lon - WEST) * UNITS, 1), round(y, 1)


def all_dots() -> list[Dot]:
    """Every valid municipality with a point; kept in the process for this state of the portal."""
    key = f"dots:{PortalVersion.current()}"
    stored: list[tuple] | None = cache.get(key)
    if stored is None:
        rows = Region.objects.valid().municipalities().exclude(lon=None).exclude(lat=None).order_by("key")
        fields = rows.values_list("lon", "lat", "population", "key", "canonical__key")
        stored = [(*project(lon, lat), people, own, _or(top, own)) for lon, lat, people, own, top in fields]
        cache.set(key, stored, 3600)
    return [Dot(*values) for values in stored]


def map_dots(facts: Iterable[tuple[str, State]]) -> dict[str, list[Dot]]:
    """Where a solution is used, by look. A fact is the key of a canonical region and whether it is live there.

    A municipality is lit itself where the fact is its own (or its place's on a higher level: Stadtstaat, kreisfreie
    Stadt), and paler where something above it has the fact: using it in a Land is not using it in every town.
    """
    return _lit(all_dots(), facts)


def _lit(dots: list[Dot], facts: Iterable[tuple[str, State]]) -> dict[str, list[Dot]]:
    live: set[str] = set()
    coming: set[str] = set()
    for key, state in facts:
        (live if state == "live" else coming).add(key)
    lit: dict[str, list[Dot]] = {look: [] for look in LOOKS[1:]}
    for dot in dots:
        look = _look(dot, live, coming)
        if look:
            lit[look].append(dot)
    return lit


def frame_of(region: Region) -> Frame:
    """The region with some of its surroundings; the Bund is the whole country."""
    return _frame(region, all_dots())


def _frame(region: Region, dots: list[Dot]) -> Frame:
    inside = [dot for dot in dots if dot.key.startswith(region.key)]
    if not region.key or not inside:
        return COUNTRY
    west, east = min(dot.x for dot in inside), max(dot.x for dot in inside)
    north, south = min(dot.y for dot in inside), max(dot.y for dot in inside)
    margin = max(east - west, south - north) * 0.12 + 6
    width = max(east - west + 2 * margin, SMALLEST_FRAME)
    height = max(south - north + 2 * margin, SMALLEST_FRAME)
    x, y = (west + east - width) / 2, (north + south - height) / 2
    return Frame(round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def ground_svg() -> str:
    """All municipalities, unlit: the static file that `build_map` writes."""
    return _document(COUNTRY, _paths(all_dots(), "ground"), "Alle Gemeinden Deutschlands")


def highlights_svg(facts: Iterable[tuple[str, State]], *, here: Region | None = None) -> str:
    """The lit dots alone, to lie above the ground as a second image of the same size."""
    return _document(COUNTRY, _looks(map_dots(facts)) + _here(here), "Wo die Lösung genutzt wird")


def zoomed_svg(region: Region, facts: Iterable[tuple[str, State]]) -> str:
    """A picture of one region with its neighbourhood: ground and lit dots in one document."""
    dots = all_dots()
    frame = _frame(region, dots)
    scale = math.sqrt(frame.width / WIDTH)  # dots grow on the screen when one comes nearer, but less than the land
    lit = _lit(dots, facts)
    lit["ground"] = dots
    inside: dict[str, list[Dot]] = {}
    around: dict[str, list[Dot]] = {}
    for look, alike in lit.items():
        shown = [dot for dot in alike if frame.holds(dot)]
        inside[look] = [dot for dot in shown if dot.key.startswith(region.key)]
        around[look] = [dot for dot in shown if not dot.key.startswith(region.key)]
    drawing = f'<g opacity=".4">{_looks(around, scale)}</g>{_looks(inside, scale)}'
    return _document(frame, drawing, f"{region.label} und Umgebung")


def diameter(population: int) -> float:
    return next(size for limit, size in DIAMETERS if population < limit)


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def _or(key: str | None, own: str) -> str:
    return own if key is None else key


def _look(dot: Dot, live: set[str], coming: set[str]) -> str | None:
    if dot.key in live or dot.canonical in live:
        return "used"
    if dot.key in coming or dot.canonical in coming:
        return "coming"
    above = ancestor_keys(dot.key)
    if not live.isdisjoint(above):
        return "above"
    return "above-coming" if not coming.isdisjoint(above) else None


def _looks(dots: dict[str, list[Dot]], scale: float = 1) -> str:
    return "".join(_paths(dots[look], look, scale) for look in LOOKS if look in dots)


def _size(look: str, population: int) -> float:
    """Lit places are bigger than the ground they lie on; even a village can be seen in the whole country."""
    size = diameter(population)
    if look in ("used", "coming"):
        return max(12, size * 1.35)
    return size + 1.2 if look.startswith("above") else size


def _paths(dots: Iterable[Dot], look: str, scale: float = 1) -> str:
    by_size: dict[float, list[Dot]] = defaultdict(list)
    for dot in dots:
        by_size[_size(look, dot.population) * scale].append(dot)
    return "".join(_path(by_size[size], look, size, scale) for size in sorted(by_size))


def _path(dots: list[Dot], look: str, size: float, scale: float) -> str:
    """A ring is the dot and a smaller hole of the page's colour on it, drawn with the same line."""
    colour = _colour_class(look)
    line = _line(dots, digits=0 if scale == 1 else 1)
    if not look.endswith("coming"):
        return f'<path class="{colour}" stroke="{LIGHT[colour]}" stroke-width="{size:.4g}" d="{line}"/>'
    name = f"{look}-{dots[0].key}"  # two groups of one document may have rings of one size
    hole = size - 2 * min(max(size * 0.2, 1.2 * scale), 4.5 * scale)
    return (
        f'<defs><path id="{name}" d="{line}"/></defs>'
        f'<use href="#{name}" class="{colour}" stroke="{LIGHT[colour]}" stroke-width="{size:.4g}"/>'
        f'<use href="#{name}" class="hole" stroke="{LIGHT["hole"]}" stroke-width="{hole:.4g}"/>'
    )


def _colour_class(look: str) -> str:
    return {"coming": "used", "above-coming": "above"}.get(look, look)


def _line(dots: list[Dot], digits: int) -> str:
    """Relative moves between near neighbours: a third of the bytes of absolute ones."""
    places = sorted(((_stripe(dot), dot.x, dot.y) for dot in dots), key=lambda place: place[:2])
    parts, x, y = [], 0.0, 0.0
    for _, to_x, to_y in places:
        dx, dy = round(to_x - x, digits), round(to_y - y, digits)
        x, y = x + dx, y + dy
        parts.append(f"m{dx:g}{'' if dy < 0 else ' '}{dy:g}h0")
    return "".join(parts)


def _stripe(dot: Dot) -> int:
    return int(dot.y // STEP)


def _here(region: Region | None) -> str:
    if region is None or not region.key or region.lon is None or region.lat is None:
        return ""
    x, y = project(region.lon, region.lat)
    return f'<circle class="here" cx="{x:g}" cy="{y:g}" r="24" fill="none" stroke="{LIGHT["here"]}" stroke-width="6"/>'


def _document(frame: Frame, drawing: str, title: str) -> str:
    dark = "".join(f".{name}{{stroke:{colour}}}" for name, colour in DARK.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame.view_box}" '
        f'fill="none" stroke-linecap="round"><title>{_escaped(title)}</title>'
        f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>{drawing}</svg>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
