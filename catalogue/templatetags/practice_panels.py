"""What the Steckbrief places of reports and Praxisberichte."""

from typing import Any

from django import template

from catalogue import experiences
from catalogue.models import PracticeReport, Solution
from catalogue.wording import number

register = template.Library()


@register.inclusion_tag("catalogue/_use_buttons.html")
def use_buttons(solution: Solution) -> dict[str, Any]:
    """Links to the form, no statement."""
    return {"solution": solution}


@register.inclusion_tag("catalogue/_experiences.html")
def experiences_of(solution: Solution) -> dict[str, Any]:
    """One statement; nothing but an invitation where nobody has written yet."""
    return {"solution": solution, "experiences": experiences.experiences_of(solution)}


@register.filter
def numbers(report: PracticeReport) -> str:
    """ "8 Monate · 60 Personentage · 14.000 bis 18.000 Euro", as far as they are known."""
    known = []
    if report.duration_months:
        known.append("1 Monat" if report.duration_months == 1 else f"{report.duration_months} Monate")
    if report.effort_days:
        days = number(report.effort_days)
        known.append("1 Personentag" if report.effort_days == 1 else f"{days} Personentage")
    if costs := experiences.cost_range(report):
        low, high = costs
        known.append(f"{number(high)} Euro" if low == high else f"{number(low)} bis {number(high)} Euro")
    return " · ".join(known)
