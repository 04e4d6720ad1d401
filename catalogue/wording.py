"""German sentences about spread and places, for pages and for readers who do not see the map."""

from catalogue.models import Solution
from catalogue.spread import Coverage


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


def number(n: int) -> str:
    """10.953"""
    return f"{n:,}".replace(",", ".")
