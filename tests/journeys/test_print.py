"""What comes out of a printer: a Steckbrief on one or two pages, a comparison on paper that lies."""

import re

import pytest
from playwright.sync_api import Page

A4 = (595, 842)  # points


def printed(page: Page, address: str) -> list[tuple[int, int]]:
    """The size of each page; backgrounds are left out, as printers do."""
    page.goto(address)
    pdf = page.pdf(prefer_css_page_size=True, format="A4")
    count = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    sizes = [tuple(round(float(n)) for n in box.split()[2:]) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)]
    return (sizes * count)[:count]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/loesungen/beispiel-strassenschaden/?fuer=08118", 2),  # every field, twenty transfers
        ("/loesungen/beispiel-hundesteuer/", 1),  # nearly nothing is known
    ],
)
def test_a_steckbrief_fits_on_one_or_two_pages(page, address, most):
    sizes = printed(page, address)
    assert set(sizes) == {A4}
    assert len(sizes) <= most


def test_a_comparison_lies_and_keeps_its_columns(page):
    sizes = printed(page, "/loesungen/vergleich/?s=beispiel-strassenschaden&s=beispiel-protokoll-ki&s=f13&s=mucgpt")
    assert set(sizes) == {A4[::-1]}
    assert len(sizes) <= 3


def test_on_paper_stands_where_it_comes_from_and_no_navigation(page, demo):
    page.emulate_media(media="print")
    page.goto("/loesungen/beispiel-terminlotse/")
    assert f"{demo.address}/loesungen/beispiel-terminlotse/" in page.locator(".print-only").inner_text()
    assert page.locator(".print-only").is_visible()
    not_for_paper = (".nav", ".crumbs", ".search", ".site-footer__columns")
    shown = [name for name in not_for_paper if page.locator(name).first.is_visible()]
    assert shown == []
    assert page.locator(".map__frame").first.is_visible()
    after = "getComputedStyle(document.querySelector('a[href^=\"https://code.musterland\"]'), '::after').content"
    assert "https://code.musterland.example/terminlotse" in page.evaluate(after)
