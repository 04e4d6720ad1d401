"""Which addresses may be connected to: decided by the resolved IP, never by the spelling of the name."""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

LONGEST_URL = 2000
# IPv6 that carries or reaches an IPv4 address, so that its last bits may name a private machine
_CARRIES_IPV4 = [
    ip_network(text)
    for text in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
]
# Not public though Python's table may call them global
_NOT_PUBLIC = [
    ip_network(text) for text in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "5f00::/16")
]

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]


class AddressRefused(ValueError):
    """An address that we do not connect to; the text says why, in the words of the form."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be tried: its parts, checked."""

    is_tls: bool
    host: str  # ASCII, without brackets
    port: int
    path: str  # with the query

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def check_url(url: str) -> Target:
    """The parts of an address that somebody typed; nothing is resolved here. Raises AddressRefused."""
    if len(url) > LONGEST_URL or not url.isascii() or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in url):
        raise AddressRefused("Die Adresse enthält Zeichen, die in eine Internetadresse nicht gehören.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise AddressRefused("Das ist keine Internetadresse.") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.OUTBOUND_ALLOWS_LOOPBACK):
        raise AddressRefused("Die Adresse muss mit https:// beginnen.")
    if not host or parts.username is not None or parts.password is not None:
        raise AddressRefused("Bitte geben Sie eine Adresse mit Rechnernamen und ohne Zugangsdaten an.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or (443 if parts.scheme == "https" else 80), path)


def resolve(host: str, port: int) -> Iterable[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def public_addresses(target: Target, resolve: Resolve = resolve) -> list[Address]:
    """Every address of the name, resolved once. One that is not public refuses all: a mixed answer is an attack.

    Raises AddressRefused, and OSError where the name is unknown.
    """
    found = [ip_address(text.partition("%")[0]) for text in dict.fromkeys(resolve(target.host, target.port))]
    if not found:
        raise OSError("the name has no address")
    if not all(is_public(address) for address in found):
        raise AddressRefused("Die Adresse führt in ein privates Netz; dorthin senden wir nichts.")
    return found


def is_public(address: Address) -> bool:
    if settings.OUTBOUND_ALLOWS_LOOPBACK and address.is_loopback:
        return True
    networks = _NOT_PUBLIC if address.version == 4 else [*_NOT_PUBLIC, *_CARRIES_IPV4]
    if any(address in network for network in networks if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
