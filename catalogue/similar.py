"""Solutions that resemble others: of the same fields of action, the most used first."""

from django.db.models import Count, QuerySet

from catalogue.models import Solution
from catalogue.spread import regions_reached


def similar_to(solutions: list[Solution]) -> QuerySet[Solution]:
    """Those that share the most fields with them; of none, the most widespread of all."""
    rows = Solution.objects.published().annotate(reached=regions_reached())
    if not solutions:
        return rows.order_by("-reached", "title", "pk")
    alike = rows.filter(fields_of_action__solutions__in=solutions)
    shared = Count("fields_of_action", distinct=True)
    return alike.annotate(shared=shared).order_by("-shared", "-reached", "title", "pk")
