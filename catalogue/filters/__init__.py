"""What the lists of this room can be asked: solutions, transfers, arrivals; pages and the API alike."""

from catalogue.filters.solutions import SOVEREIGNTY, SolutionFilter, SolutionPageFilter, like, within
from catalogue.filters.transfers import ArrivalFilter, TransferFilter

__all__ = ["SOVEREIGNTY", "ArrivalFilter", "SolutionFilter", "SolutionPageFilter", "TransferFilter", "like", "within"]
