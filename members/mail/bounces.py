"""Reading a delivery status notification (RFC 3464): the mail that says that a mail did not arrive."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

LARGEST = 1024 * 1024  # bytes; what is beyond is not read
STATUS = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})")
# 5.x.x that say nothing about the address: full (5.2.2), too large (5.3.4), refused by policy or reputation (5.7.x)
ABOUT_US = {("2", "2"), ("2", "3"), ("3", "4")}


@dataclass(frozen=True, slots=True)
class Report:
    """What the notification says, in the words of RFC 3463."""

    status: str  # 5.1.1
    diagnostic: str
    is_permanent: bool  # nobody will ever be reached there


def read_report(raw: bytes) -> Report | None:
    """The worst of its recipients' states; None where it is no failure (delayed, delivered) or no report at all."""
    message = email.message_from_bytes(raw[:LARGEST], policy=email.policy.default)
    found = [report for part in _status_parts(message) for report in _of(part)]
    return next((one for one in found if one.is_permanent), found[0] if found else None)


def _status_parts(message: EmailMessage) -> list[Message]:
    return [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]


def _of(part: Message) -> list[Report]:
    """One for each recipient whose delivery failed."""
    blocks = part.get_payload()
    reports = [_report(block) for block in blocks] if isinstance(blocks, list) else []
    return [report for report in reports if report is not None]


def _report(block: object) -> Report | None:
    if not isinstance(block, Message):
        return None
    action = str(block.get("Action", "")).strip().lower()
    status = STATUS.match(str(block.get("Status", "")).strip())
    if action != "failed" or status is None or status[1] == "2":
        return None
    subject_detail = (status[2], status[3])
    permanent = status[1] == "5" and status[2] != "7" and subject_detail not in ABOUT_US
    diagnostic = " ".join(str(block.get("Diagnostic-Code", "")).split())
    return Report(status[0], diagnostic[:500], permanent)


def addressee_of(raw: bytes) -> str:
    """To whom the notification itself went: the return address of the mail that came back."""
    message = email.message_from_bytes(raw[:LARGEST], policy=email.policy.default)
    found = [str(message.get(name, "")) for name in ("Delivered-To", "X-Original-To", "To")]
    return next((one.strip().strip("<>") for one in found if "+" in one), "")
