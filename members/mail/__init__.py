"""Mail: letters, the loop that claims and sends rows, and the backend that turns libraries' mails into rows."""

from members.mail.backend import OutgoingMailBackend
from members.mail.letters import Letter
from members.mail.outbox import OUTGOING, Outbox, OutgoingMailOutbox
from members.mail.sending import DeliveryReport, deliver, stop_delivering

__all__ = [
    "OUTGOING",
    "DeliveryReport",
    "Letter",
    "Outbox",
    "OutgoingMailBackend",
    "OutgoingMailOutbox",
    "deliver",
    "stop_delivering",
]
