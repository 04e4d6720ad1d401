"""What others learned: the released Praxisberichte of a solution, and sums that say how many they rest on."""

from dataclasses import dataclass
from statistics import median

from catalogue.models import PracticeReport, Solution
from catalogue.spread import LOCAL
from catalogue.wording import number

SHOWN = 2  # in full; the others are folded
FEWEST_FOR_A_MEDIAN = 3


@dataclass(frozen=True)
class Experiences:
    """Of one solution. `sentences` are the sums in words; nothing is averaged over one."""

    shown: list[PracticeReport]
    folded: list[PracticeReport]
    sentences: list[str]

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.folded)


def experiences_of(solution: Solution) -> Experiences:
    """One statement."""
    rows = PracticeReport.objects.released().filter(transfer__solution=solution)
    reports = list(rows.select_related("transfer__region", "transfer__organisation"))
    return Experiences(reports[:SHOWN], reports[SHOWN:], sums_in_words(reports))


def sums_in_words(reports: list[PracticeReport]) -> list[str]:
    """ "Die Einführung dauerte bei 7 Kommunen 2 bis 9 Monate (Median 4)." The latest report of each use counts.

    A sum needs two who say something, a median three; how many say nothing is said.
    """
    latest = list({one.transfer_id: one for one in reversed(reports)}.values())
    who = "Kommunen" if all(one.transfer.region.kind in LOCAL for one in latest) else "Stellen"
    durations = [one.duration_months for one in latest if one.duration_months]
    efforts = [one.effort_days for one in latest if one.effort_days]
    costs = [pair for one in latest if (pair := cost_range(one))]
    low, high = [pair[0] for pair in costs], [pair[1] for pair in costs]
    sums = [
        (f"Die Einführung dauerte bei {{n}} {who} {{span}} Monate{{middle}}.", durations, durations),
        (f"Der eigene Aufwand lag bei {{n}} {who} bei {{span}} Personentagen{{middle}}.", efforts, efforts),
        (f"Die einmaligen Kosten lagen bei {{n}} {who} bei {{span}} Euro.", low, high),
    ]
    return [
        words.format(n=len(low), span=_span(low, high), middle=_middle(low)) + _missing(len(latest) - len(low))
        for words, low, high in sums
        if len(low) > 1
    ]


def cost_range(report: PracticeReport) -> tuple[int, int] | None:
    """From and to in Euro; where only one is known it is both."""
    known = [cost for cost in (report.cost_from, report.cost_to) if cost is not None]
    return (min(known), max(known)) if known else None


def _span(low: list[int], high: list[int]) -> str:
    least, most = number(min(low)), number(max(high))
    return most if least == most else f"{least} bis {most}"


def _middle(values: list[int]) -> str:
    """Of three and more, where they differ."""
    if len(values) < FEWEST_FOR_A_MEDIAN or min(values) == max(values):
        return ""
    middle = median(values)
    return f" (Median {number(int(middle)) if middle == int(middle) else str(middle).replace('.', ',')})"


def _missing(missing: int) -> str:
    if not missing:
        return ""
    return f" {'Ein Bericht nennt' if missing == 1 else f'{missing} Berichte nennen'} dazu nichts."
