"""What: solutions, the work on them, how to get them, and where they are used."""

from catalogue.models.paths import ReusePath
from catalogue.models.revisions import SolutionRevision
from catalogue.models.solutions import (
    FieldOfAction,
    ReportedCoverage,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
)
from catalogue.models.transfers import Arrival, Transfer, TransferMove

__all__ = [
    "Arrival",
    "FieldOfAction",
    "ReportedCoverage",
    "ReusePath",
    "Solution",
    "SolutionContact",
    "SolutionOrganisation",
    "SolutionRevision",
    "SolutionSource",
    "Transfer",
    "TransferMove",
]
