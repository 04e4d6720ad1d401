"""Words on pages lead to what they mean here."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from catalogue.models import ReusePath, Solution
from catalogue.profile import sovereignty_facts, technical_facts
from members.templatetags.glossary import term

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(client) -> list[str]:
    return re.findall(r'<dt id="([^"]+)"', client.get(reverse("glossary")).text)


def test_every_word_with_a_link_has_its_entry(entries):
    used = set()
    for path in (settings.ROOT / "templates").rglob("*.html"):
        for words, entry in re.findall(r'{% term "([^"]+)"(?: "([^"]+)")? %}', path.read_text()):
            used.add(entry or slugify(words))
    assert used - set(entries) == set()
    assert {"phase", "pruefstatus", "verbreitung"} <= used


def test_every_legal_route_and_every_fact_with_a_link_has_its_entry(entries):
    routes = {slugify(label) for label in ReusePath.LegalRoute.labels}
    facts = {fact[3] for fact in [*sovereignty_facts(Solution()), *technical_facts(Solution())] if len(fact) > 3}
    assert (routes | facts) - set(entries) == set()


def test_entries_stand_once_and_the_letters_lead_to_them(client, entries):
    assert len(entries) == len(set(entries))
    letters = re.findall(r'<li><a href="#([^"]+)">([A-ZÄÖÜ])</a></li>', client.get(reverse("glossary")).text)
    assert {entry for entry, _ in letters} <= set(entries)
    assert [letter for _, letter in letters] == sorted({letter for _, letter in letters})


def test_a_word_is_escaped():
    assert (
        term("<b>Fit & Store</b>")
        == '<a class="term" href="/glossar/#bfit-storeb">&lt;b&gt;Fit &amp; Store&lt;/b&gt;</a>'
    )
