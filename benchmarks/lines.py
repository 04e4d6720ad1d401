"""One figure of the benchmarks beside its limit, and how a list of them is printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Line:
    """What was measured. `limit` is None for a figure that is only told, not judged."""

    what: str
    figure: float
    unit: str = ""
    limit: float | None = None
    holds_if: Literal[">=", "<="] = "<="
    spread: str = ""  # of the rounds, e.g. "0.51-0.58"

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.figure >= self.limit if self.holds_if == ">=" else self.figure <= self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{self.holds_if} {self.limit:g} {self.unit}".rstrip()
        verdict = "" if self.limit is None else ("ok" if self.holds else "VERFEHLT")
        measured = f"{self.figure:.4g} {self.unit}".rstrip()
        return f"{self.what:<62} {measured:>16}  {self.spread:<16} {limit:<14} {verdict}".rstrip()


def print_lines(lines: Iterable[Line]) -> bool:
    """Prints each line as it comes; False when one misses its limit."""
    results = []
    for line in lines:
        print(line, flush=True)  # noqa: T201
        results.append(line.holds)
    return all(results)
