"""Pages for readers: find, decide, render. Nothing here writes."""

from catalogue.views.compare import solution_compare
from catalogue.views.confirming import still_true
from catalogue.views.fields import field_detail
from catalogue.views.maps import country_map, region_map, solution_map
from catalogue.views.practice import practice_by_link, practice_report
from catalogue.views.profile import solution_detail
from catalogue.views.publiccode import solution_publiccode
from catalogue.views.regions import region_detail, region_list
from catalogue.views.reports import report_forgotten, report_sent, report_use_page, use_report
from catalogue.views.solution_list import solution_list, solution_nearness
from catalogue.views.spread import solution_spread
from catalogue.views.suggestions import suggestions
from catalogue.views.transfers import transfer_list

__all__ = [
    "country_map",
    "field_detail",
    "practice_by_link",
    "practice_report",
    "region_detail",
    "region_list",
    "region_map",
    "report_forgotten",
    "report_sent",
    "report_use_page",
    "solution_compare",
    "solution_detail",
    "solution_list",
    "solution_map",
    "solution_nearness",
    "solution_publiccode",
    "solution_spread",
    "suggestions",
    "still_true",
    "transfer_list",
    "use_report",
]
