"""The catalogue for the campus team. Every write with a rule calls its verb."""

from catalogue.admin.arrivals import ArrivalAdmin
from catalogue.admin.fields import FieldOfActionAdmin
from catalogue.admin.revisions import RevisionAdmin
from catalogue.admin.solutions import SolutionAdmin
from catalogue.admin.transfers import TransferAdmin

__all__ = ["ArrivalAdmin", "FieldOfActionAdmin", "RevisionAdmin", "SolutionAdmin", "TransferAdmin"]
