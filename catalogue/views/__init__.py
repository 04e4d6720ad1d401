"""Pages for readers: find, decide, render. Nothing here writes."""

from catalogue.views.maps import country_map, region_map, solution_map
from catalogue.views.regions import region_detail, region_list
from catalogue.views.solutions import field_detail, solution_detail, solution_list
from catalogue.views.spread import solution_spread
from catalogue.views.transfers import transfer_list

__all__ = [
    "country_map",
    "field_detail",
    "region_detail",
    "region_list",
    "region_map",
    "solution_detail",
    "solution_list",
    "solution_map",
    "solution_spread",
    "transfer_list",
]
