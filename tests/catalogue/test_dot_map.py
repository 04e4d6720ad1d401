"""The map: places lie where they are, and show whether they use a solution themselves or something above them does."""

import gzip
import re

import pytest
from django.conf import settings

from catalogue.dot_map import COUNTRY, all_dots, frame_of, ground_svg, highlights_svg, map_dots, project, zoomed_svg
from members.models import PortalVersion, Region
from members.regions.loading import load_regions
from members.regions.table import read_successors, read_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns(regions) -> dict[str, Region]:
    """The small country with two towns at their true places: Polch in Mayen-Koblenz, Hamburg in the north."""
    Region.objects.filter(key__startswith="07111").update(lon=7.5943, lat=50.3533)
    Region.objects.filter(key="071375002086").update(lon=7.3165, lat=50.2977)
    Region.objects.filter(key__startswith="02").update(lon=10.0, lat=53.55)
    return regions


def keys(facts) -> dict[str, list[str]]:
    return {look: [dot.key for dot in dots] for look, dots in map_dots(facts).items() if dots}


def test_north_is_up_and_east_is_right():
    flensburg, munich = project(9.42, 54.78), project(11.58, 48.14)
    goerlitz, aachen = project(14.99, 51.15), project(6.08, 50.77)
    assert flensburg[1] < munich[1]
    assert aachen[0] < goerlitz[0]
    assert all(0 < x < 1000 and 0 < y < 1388 for x, y in (flensburg, munich, goerlitz, aachen))


@pytest.mark.usefixtures("towns")
class TestLooks:
    def test_a_town_that_uses_it_is_lit_itself(self):
        assert keys([("071375002086", "live")]) == {"used": ["071375002086"]}

    def test_a_land_that_uses_it_lights_its_towns_paler(self):
        assert keys([("07", "live")]) == {"above": ["071110000000", "071375002086"]}

    def test_a_kreis_or_association_lights_its_own_towns_only(self):
        assert keys([("07137", "live")]) == {"above": ["071375002086"]}
        assert keys([("071375002", "live")]) == {"above": ["071375002086"]}

    def test_the_row_that_counts_lights_its_city_itself(self):
        assert keys([("07111", "live"), ("02", "live")]) == {"used": ["020000000000", "071110000000"]}

    def test_agreed_or_rolled_out_looks_different(self):
        assert keys([("071375002086", "coming"), ("02", "coming")]) == {"coming": ["020000000000", "071375002086"]}
        assert keys([("07", "coming")]) == {"above-coming": ["071110000000", "071375002086"]}

    def test_its_own_state_counts_before_what_lies_above_and_live_before_coming(self):
        facts = [("", "live"), ("07", "coming"), ("071375002086", "coming"), ("07111", "coming"), ("07111", "live")]
        assert keys(facts) == {"above": ["020000000000"], "coming": ["071375002086"], "used": ["071110000000"]}

    def test_nothing_is_lit_without_facts(self):
        assert keys([]) == {}

    def test_dots_follow_the_regions(self):
        assert len(all_dots()) == 3
        before = PortalVersion.current()
        Region.objects.filter(key="071375002086").update(valid_until="2026-01-01")
        assert PortalVersion.current() > before
        assert len(all_dots()) == 2

    def test_used_is_bigger_than_the_ground_and_coming_is_a_ring(self):
        def widths(svg: str) -> list[float]:
            return [float(width) for width in re.findall(r'stroke-width="([0-9.]+)"', svg)]

        used, ground = highlights_svg([("071375002086", "live")]), ground_svg()
        assert min(widths(used)) > min(widths(ground))
        ring = highlights_svg([("071375002086", "coming")])
        assert ring.count("<use ") == 2
        assert 'class="hole"' in ring

    def test_light_and_dark_and_no_script(self):
        for svg in (ground_svg(), highlights_svg([("", "coming")]), zoomed_svg(Region.objects.get(key="07"), [])):
            assert "prefers-color-scheme:dark" in svg
            assert 'stroke="#' in svg
            assert not re.search(r"<script|\bon\w+=|https?://(?!www\.w3\.org/2000/svg)", svg)

    def test_the_readers_own_region_gets_a_ring(self):
        here = Region.objects.get(key="07137")
        assert highlights_svg([], here=here).count("<circle ") == 1
        assert "<circle" not in highlights_svg([])

    def test_a_region_is_shown_with_its_surroundings(self):
        frame = frame_of(Region.objects.get(key="07137"))
        inside = [dot.key for dot in all_dots() if frame.holds(dot)]
        assert inside == ["071110000000", "071375002086"]
        assert frame_of(Region.objects.get(key="")) == COUNTRY

    def test_a_zoomed_map_sets_the_region_off_from_its_neighbours(self):
        svg = zoomed_svg(Region.objects.get(key="07137"), [("07111", "live"), ("071375002086", "live")])
        around, inside = svg.split("</g>")
        assert around.count('class="used"') == 1
        assert inside.count('class="used"') == 1

    def test_a_name_cannot_break_the_picture(self):
        Region.objects.filter(key="07137").update(label="A<b>&c")
        assert "A&lt;b>&amp;c" in zoomed_svg(Region.objects.get(key="07137"), [])


def test_the_static_ground_is_what_the_command_writes_and_the_country_stays_light():
    load_regions(table=read_table(), successions=read_successors())
    ground = ground_svg()
    assert (settings.ROOT / "static" / "img" / "deutschland.svg").read_text(encoding="utf-8") == ground
    assert len(gzip.compress(ground.encode())) < 30_000
    assert len(gzip.compress(highlights_svg([("", "live")]).encode())) < 60_000
    assert len(gzip.compress(highlights_svg([("", "coming")]).encode())) < 60_000
