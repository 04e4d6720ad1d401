"""Mail: letters, the loop that claims and sends rows, and the backend that turns libraries' mails into rows."""

from members.mail.backend import OutgoingMailBackend
from members.mail.letters import Letter, plain_sender
from members.mail.outbox import OUTGOING, Outbox, OutgoingMailOutbox, Parcel
from members.mail.sending import DeliveryReport, deliver, is_stopping, stop_delivering
from members.mail.stencils import Stencil
from members.mail.verp import return_address

__all__ = [
    "OUTGOING",
    "DeliveryReport",
    "Letter",
    "Outbox",
    "OutgoingMailBackend",
    "OutgoingMailOutbox",
    "Parcel",
    "Stencil",
    "deliver",
    "is_stopping",
    "plain_sender",
    "return_address",
    "stop_delivering",
]
