"""Plain text search over solutions: every word must be found, however its umlauts are written."""

import re

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, Func, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from catalogue.models import Solution, SolutionOrganisation

MOST_WORDS = 12
ALIKE = (("ß", "ss"), ("ae", "a"), ("oe", "o"), ("ue", "u"))  # on both sides, so that "neue" still finds itself
UMLAUTS, PLAIN = "äöüéèáàçñ", "aoueeaacn"
BESIDE_WORDS = re.compile(r"[^\w.+-]+")


def folded(text: str) -> str:
    """Lower case, "Öffentlich", "Oeffentlich" and "Offentlich" alike. The same as `_folded` in SQL."""
    text = text.lower()
    for written, plain in ALIKE:
        text = text.replace(written, plain)
    return text.translate(str.maketrans(UMLAUTS, PLAIN))


def every_word_in(rows: QuerySet[Solution], text: str) -> QuerySet[Solution]:
    """Solutions that have every word; those that have the first word in the title come first."""
    words = [word for word in BESIDE_WORDS.split(folded(text)) if word.strip(".+-")][:MOST_WORDS]
    if not words:
        return rows
    rows = rows.alias(_words=_folded(_all_text()), _title=_folded("title"))
    for word in words:
        rows = rows.filter(_words__contains=word)
    best = [
        When(_title__startswith=words[0], then=Value(0)),
        When(_title__contains=words[0], then=Value(1)),
    ]
    return rows.order_by(Case(*best, default=Value(2)), "_title", "pk")


def _all_text() -> Combinable:
    """Everything that a reader can see and may type; names of organisations by a subquery."""
    names = (
        SolutionOrganisation.objects.filter(solution=OuterRef("pk"))
        .order_by()
        .values("solution")
        .annotate(names=StringAgg(_joined("organisation__name", "organisation__short_name"), " "))
        .values("names")
    )
    standards = Func("standards", Value(" "), function="array_to_string", output_field=TextField())
    return _joined("title", "summary", "description", "benefits", "licence", standards, Subquery(names))


def _joined(*parts: str | Combinable) -> Func:
    return Func(Value(" "), *parts, function="concat_ws", output_field=TextField())


def _folded(expression: str | Combinable) -> Combinable:
    text: Combinable = Lower(expression, output_field=TextField())
    for written, plain in ALIKE:
        text = Func(text, Value(written), Value(plain), function="replace", output_field=TextField())
    return Func(text, Value(UMLAUTS), Value(PLAIN), function="translate", output_field=TextField())
