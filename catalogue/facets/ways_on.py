"""When nothing was found: what each step back would find, counted from the same sets."""

from typing import NamedTuple

from catalogue.facets.questions import Answers, answered, used_in
from catalogue.filters import SolutionPageFilter
from members.models import Region

MOST = 4


class Way(NamedTuple):
    words: str
    count: int
    url: str


def ways_on(asked: SolutionPageFilter, answers: Answers, labels: dict[tuple[str, str], str]) -> list[Way]:
    """A wider region first, then without one filter each, the most results first. At most two statements."""
    wider = _wider_region(asked, answers)
    less = [
        Way(f"ohne {_heading(name, asked, labels)}", n, f"?{asked.query(without=name)}")
        for name in answers.sets
        if (n := answers.without(name).bit_count())
    ]
    less.sort(key=lambda way: -way.count)
    return [*wider, *less][:MOST]


def _heading(name: str, asked: SolutionPageFilter, labels: dict[tuple[str, str], str]) -> str:
    values = asked.data.getlist(name)
    if name == "q":
        return f"das Suchwort „{values[0]}“" if " " not in values[0] else f"die Suchwörter „{values[0]}“"
    return " und ".join(f"„{labels.get((name, value), value)}“" for value in values)


def _wider_region(asked: SolutionPageFilter, answers: Answers) -> list[Way]:
    """The nearest region around the one that was asked for which finds something."""
    if len(answers.regions) != 1:
        return []
    (region,) = answers.regions
    rows = Region.objects.valid().above(region).select_related("canonical").order_by("-key")
    wide = [row for row in (one.counted() for one in rows) if row.pk != region.pk]
    answers.known |= answered(answers.index, [used_in(one) for one in wide if len(one.key) > 2])
    around = answers.without("region")
    for one in wide:
        if n := (answers.in_region(one) & around).bit_count():
            return [Way(f"im größeren Gebiet {one.label}", n, _url(asked, one))]
    return []


def _url(asked: SolutionPageFilter, region: Region) -> str:
    rest = asked.query(without="region")
    return f"?{rest}{'&' if rest else ''}region={region.address_key}"
