"""How a solution spread year by year, as far as we know when it went live."""

from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from catalogue.models import Solution, Transfer
from catalogue.spread import Segment

FIRST_YEAR = 1990  # nothing in this catalogue is older; an earlier year is an error of data entry

# A region counts from the year of its first use on; after the year in which its last one ended it does not.
YEARS = """
WITH uses AS (
    SELECT region_id, extract(year FROM live_since)::int AS began,
        CASE WHEN stage = 'ended' THEN extract(year FROM ended_on)::int END AS ended
    FROM catalogue_transfer
    WHERE solution_id = %(solution)s AND live_since >= make_date(%(first)s, 1, 1)
        AND (stage = 'live' OR stage = 'ended' AND ended_on IS NOT NULL)
), firsts AS (
    SELECT region_id, min(began) AS began FROM uses GROUP BY region_id
)
SELECT year, (
    SELECT count(DISTINCT region_id) FROM uses WHERE began <= year AND (ended IS NULL OR ended > year)
), (SELECT count(*) FROM firsts WHERE began = year)
FROM generate_series((SELECT min(began) FROM uses), %(last)s) AS year ORDER BY year
"""


class Year(NamedTuple):
    year: int
    live: int  # regions at the end of the year, or today
    new: int  # for the first time
    most: int  # of all years: what a bar of full length stands for

    @property
    def bar(self) -> list[Segment]:
        return [Segment("direct", "0", str(self.live * 1000 // self.most))] if self.live else []


def years_of(solution: Solution, today: date) -> list[Year]:
    """From the first year of known use to this one; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(YEARS, {"solution": solution.pk, "first": FIRST_YEAR, "last": today.year})
        rows = cursor.fetchall()
    most = max((live for _, live, _ in rows), default=0)
    return [Year(*row, most) for row in rows]


def in_use_at_the_end_of(year: int) -> Q:
    """Of transfers: known to be live on the last day of that year."""
    last = date(year, 12, 31)
    still = Q(stage=Transfer.Stage.LIVE) | Q(stage=Transfer.Stage.ENDED, ended_on__gt=last)
    return still & Q(live_since__lte=last, live_since__gte=date(FIRST_YEAR, 1, 1))


def year_asked(text: str, today: date) -> int | None:
    """`?jahr=2024`; today's map for anything else, this year among it."""
    if not text.isascii() or not text.isdigit() or len(text) != 4:
        return None
    return int(text) if FIRST_YEAR <= int(text) < today.year else None
