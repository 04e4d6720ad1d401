"""The one way out: requests to addresses that somebody else has typed. Nothing inside our network is ever reached."""

from members.outbound.addresses import AddressRefused, check_url, public_addresses
from members.outbound.client import Answer, Unreachable, send

__all__ = ["AddressRefused", "Answer", "Unreachable", "check_url", "public_addresses", "send"]
