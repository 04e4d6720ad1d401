"""German sentences about spread and places, for pages and for readers who do not see the map."""

from catalogue.models import Solution
from catalogue.region_reach import RegionReach
from catalogue.spread import Coverage, percent
from catalogue.spread_over_time import Year
from members.models import Region


def map_alt(solution: Solution, coverage: Coverage) -> str:
    """What the map shows, with its numbers."""
    total = coverage.total
    parts = [f"Karte von Deutschland. {solution.title}: in {number(total.direct)} von {number(total.units)} "
             f"{coverage.of_units} selbst im Einsatz"]  # fmt: skip
    if total.regional or total.above:
        parts.append(f"in {number(total.regional + total.above)} weiteren durch Kreis, Verband, Land oder Bund")
    if total.coming:
        parts.append(f"in {number(total.coming)} vereinbart oder in Einführung")
    return ", ".join(parts) + "."


def map_of_year_alt(solution: Solution, year: Year) -> str:
    regions = "1 Region" if year.live == 1 else f"{number(year.live)} Regionen"
    return f"Karte von Deutschland. {solution.title}: Ende {year.year} in {regions} im Einsatz."


def region_map_alt(region: Region, reach: RegionReach | None) -> str:
    """Of a municipality the map shows its surroundings; of anything bigger, how many of its municipalities are lit."""
    text = f"Karte: {region.label} und Umgebung. Hervorgehoben ist, wo eine Lösung im Einsatz ist"
    if reach is None or not reach.units:
        return f"{text}."
    return f"{text}: in {number(reach.own)} von {number(reach.units)} Gemeinden selbst."


def share_of_region(units: int, people: int, whole: RegionReach) -> str:
    """ "im Einsatz in 12 von 39 Gemeinden, 34 % der Bevölkerung"; nothing where it only comes."""
    if not units:
        return ""
    share = percent(people, whole.people)
    return f"im Einsatz in {number(units)} von {number(whole.units)} Gemeinden, {share} der Bevölkerung"


def number(n: int) -> str:
    """10.953"""
    return f"{n:,}".replace(",", ".")
