"""The description of the API cannot lie: the committed file is what the code generates, and the page shows it."""

from pathlib import Path

import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from govtech_portal.api_schema import schema

ROOT = Path(__file__).resolve().parents[2]
HOW = "openapi.yaml is old: python manage.py spectacular --validate --fail-on-warn --file openapi.yaml"


def test_the_committed_file_is_what_the_code_generates():
    schema.cache_clear()
    with GENERATOR_STATS.silence():
        generated = OpenApiYamlRenderer().render(schema(), renderer_context={})
    assert not GENERATOR_STATS, "the generator warned"
    validate_schema(schema())
    assert (ROOT / "openapi.yaml").read_bytes() == generated, HOW


def test_the_served_description_is_the_committed_one(client, db):
    committed = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    assert yaml.safe_load(client.get("/api/v1/schema/").content) == committed
    as_json = client.get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert as_json.json() == committed


def test_every_list_names_its_filters_in_english():
    parameters = {
        path: {p["name"] for p in methods["get"]["parameters"]} for path, methods in schema()["paths"].items()
    }
    assert parameters["/api/v1/market-explorations/"] == {
        "q", "state", "field_of_action", "buyer", "modified_since", "page", "page_size",
    }  # fmt: skip
    assert parameters["/api/v1/organisations/"] == {"q", "kind", "membership", "scaling_partner", "page", "page_size"}


def test_rows_are_what_the_description_says(client, shown):
    described = schema()["components"]["schemas"]
    for path, name in {
        "solutions/llmoin/": "Solution",
        "organisations/hamburg/": "Organisation",
        "regions/02/": "Region",
        "market-explorations/ki-assistenz/": "Exploration",
        "tenders/ki/": "Tender",
        "fields-of-action/ki/": "FieldOfAction",
    }.items():
        assert set(client.get(f"/api/v1/{path}").json()) == set(described[name]["properties"])


def test_people_read_it_on_a_page_of_ours(client, db):
    text = client.get("/api/v1/docs/").content.decode()
    for path in schema()["paths"]:
        assert f"<code>{path}</code>" in text
    assert "modified_since" in text
