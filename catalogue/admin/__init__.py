"""The catalogue for the campus team. Every write with a rule calls its verb."""

from catalogue.admin.arrivals import ArrivalAdmin
from catalogue.admin.fields import FieldOfActionAdmin
from catalogue.admin.organisations import SearchedOrganisationAdmin
from catalogue.admin.practice import PracticeReportAdmin
from catalogue.admin.publiccode import PubliccodeFileAdmin
from catalogue.admin.reports import UseReportAdmin
from catalogue.admin.revisions import RevisionAdmin
from catalogue.admin.solutions import SolutionAdmin
from catalogue.admin.synonyms import SynonymAdmin
from catalogue.admin.transfers import TransferAdmin

__all__ = [
    "ArrivalAdmin",
    "FieldOfActionAdmin",
    "PracticeReportAdmin",
    "PubliccodeFileAdmin",
    "RevisionAdmin",
    "SearchedOrganisationAdmin",
    "SolutionAdmin",
    "SynonymAdmin",
    "TransferAdmin",
    "UseReportAdmin",
]
