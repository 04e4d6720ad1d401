"""Facets as HTML. Every option was rendered once from its template; only its count is put in: the list has dozens."""

from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

SLOT = "\x1f"  # stands for the count while an option is rendered


def facet_html(label: str, options: list[dict[str, Any]]) -> SafeString:
    begin, end = _around(label)
    inner = "".join(_option(option) for option in options)
    return mark_safe(f"{begin}{inner}{end}")  # noqa: S308 - rendered by templates, and a number


def _option(option: dict[str, Any]) -> str:
    before, after = _pieces(option["name"], option["value"], option["id"], option["label"], option["checked"])
    return before + f"{option['count']:,}".replace(",", ".") + after


@lru_cache(maxsize=1000)
def _pieces(name: str, value: str, anchor: str, label: str, checked: bool) -> tuple[str, str]:
    option = {"name": name, "value": value, "id": anchor, "label": label, "checked": checked, "count": SLOT}
    before, _, after = get_template("components/facet_option.html").render({"option": option}).partition(SLOT)
    return before, after


@lru_cache(maxsize=50)
def _around(label: str) -> tuple[str, str]:
    whole = get_template("components/facet.html").render({"facet": {"label": label, "options": []}})
    begin, end, rest = whole.partition("</fieldset>")
    return begin, end + rest
