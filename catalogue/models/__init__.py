"""What: solutions, the work on them, how to get them, and where they are used."""

from catalogue.models.confirming import ConfirmationRequest, TransferContact
from catalogue.models.paths import ReusePath
from catalogue.models.practice import PracticeReport
from catalogue.models.proposals import SolutionProposal
from catalogue.models.publiccode import PubliccodeFile
from catalogue.models.reports import UseReport
from catalogue.models.revisions import SolutionRevision
from catalogue.models.search import SearchEntry, SearchWord, Synonym
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
    "ConfirmationRequest",
    "FieldOfAction",
    "PracticeReport",
    "PubliccodeFile",
    "ReportedCoverage",
    "ReusePath",
    "SearchEntry",
    "SearchWord",
    "Solution",
    "SolutionContact",
    "SolutionOrganisation",
    "SolutionProposal",
    "SolutionRevision",
    "SolutionSource",
    "Synonym",
    "Transfer",
    "TransferContact",
    "TransferMove",
    "UseReport",
]
