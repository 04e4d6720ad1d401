"""A first visit stays light: everything that start page, list and Steckbrief load, from the real static files."""

import gzip

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from benchmarks.visit import Sent, Visit, loaded_by
from tests.full_catalogue import make_full_catalogue

KB = 1024
PAGES = ("/", "/loesungen/", "/loesungen/loesung-0/")


@pytest.fixture
def catalogue(regions, editor, approver, procurement_officer):
    return make_full_catalogue(regions, editor, approver, procurement_officer)


def fetch(url: str) -> Sent:
    """Pages as the portal sends them; files compressed as WhiteNoise does."""
    if url.startswith(settings.STATIC_URL):
        file = finders.find(url.removeprefix(settings.STATIC_URL).partition("?")[0])
        assert file, f"{url} is no file"
        with open(file, "rb") as opened:
            body = opened.read()
        return Sent(min(body, gzip.compress(body), key=len))
    answer = Client(headers={"Accept-Encoding": "gzip"}).get(url)
    assert answer.status_code == 200, url
    return Sent(answer.content)


def test_a_first_visit_is_light_and_the_second_page_lighter(catalogue):
    for path in PAGES:
        html, everything = Visit(fetch).page(path)
        assert html <= 15 * KB, path
        assert 60 * KB <= everything <= 150 * KB, path  # less would mean that fonts or styles were not counted
    visit = Visit(fetch)
    visit.page("/")
    for path in PAGES[1:]:
        assert visit.page(path)[1] <= 15 * KB, path


def test_one_stylesheet_blocks_a_page_and_no_picture_makes_it_jump(catalogue):
    for path in PAGES:
        html = fetch(path).text()
        loaded = loaded_by(html)
        assert len(loaded.stylesheets) == 1, path
        assert loaded.blocking == loaded.stylesheets, path
        pictures = [tag.partition(">")[0] for tag in html.split("<img")[1:]]
        assert [one for one in pictures if not ("width=" in one and "height=" in one)] == [], path


def test_pages_are_sent_compressed_and_whole_to_who_cannot_unpack(catalogue):
    packed = Client(headers={"Accept-Encoding": "gzip"}).get("/loesungen/")
    plain = Client().get("/loesungen/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] == plain.headers["ETag"]
