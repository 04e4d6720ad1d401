"""The verbs of the catalogue: every write that carries a rule."""

from catalogue.actions.revisions import (
    RevisionConflict,
    RuleBroken,
    archive_solution,
    create_solution,
    decline_revision,
    release_revision,
    request_changes,
    save_revision,
    start_revision,
    submit_revision,
    withdraw_solution,
)
from catalogue.actions.transfers import (
    TooLate,
    TransferExists,
    describe_transfer,
    move_transfer,
    record_transfer,
    take_back_move,
    would_arrive,
)

__all__ = [
    "RevisionConflict",
    "RuleBroken",
    "TooLate",
    "TransferExists",
    "archive_solution",
    "create_solution",
    "decline_revision",
    "describe_transfer",
    "move_transfer",
    "record_transfer",
    "release_revision",
    "request_changes",
    "save_revision",
    "start_revision",
    "submit_revision",
    "take_back_move",
    "withdraw_solution",
    "would_arrive",
]
