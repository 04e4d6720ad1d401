"""The forms of the campus team."""

from catalogue.forms.revisions import NewSolutionForm, RevisionForm, RevisionForms
from catalogue.forms.transfers import DescribeTransferForm, MoveTransferForm, RecordTransferForm

__all__ = [
    "DescribeTransferForm",
    "MoveTransferForm",
    "NewSolutionForm",
    "RecordTransferForm",
    "RevisionForm",
    "RevisionForms",
]
