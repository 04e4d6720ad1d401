"""One request to a public address: resolved once, connected to the address that was checked, redirects not followed.

The name goes into SNI, the certificate check and Host; a name that resolves differently a moment later (DNS rebinding)
changes nothing. The whole request has one deadline, and no more than a bounded answer is read.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import closing, suppress
from dataclasses import dataclass

from members.outbound.addresses import Address, Resolve, Target, check_url, public_addresses, resolve

SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024  # bytes that are read; the rest is dropped
_names = ThreadPoolExecutor(max_workers=8, thread_name_prefix="names")  # the system's resolver knows no deadline


class Unreachable(Exception):
    """No answer: no such name, no connection, a wrong certificate, too slow."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class _Connection(http.client.HTTPConnection):
    """To an address that was checked, under the name that was asked for."""

    def __init__(self, target: Target, address: Address, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self.target, self.address = target, address
        self.wire: socket.socket | None = None  # `sock` is taken away once the answer has begun

    def connect(self) -> None:
        self.sock = self.wire = socket.create_connection((str(self.address), self.port), self.timeout)
        if self.target.is_tls:
            context = ssl.create_default_context()
            self.sock = self.wire = context.wrap_socket(self.sock, server_hostname=self.target.host)


def send(
    url: str, *, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS, resolve: Resolve = resolve,
) -> Answer:  # fmt: skip
    """Ask and read the answer, whatever its status. Raises AddressRefused (never connected) or Unreachable."""
    end = time.monotonic() + seconds
    target = check_url(url)
    try:
        addresses = _names.submit(public_addresses, target, resolve).result(seconds)
    except (TooSlow, OSError, UnicodeError) as error:
        raise Unreachable(f"Der Name {target.host} ist nicht aufzulösen.") from error
    failure: Exception = OSError("no address")
    for address in addresses[:3]:
        left = end - time.monotonic()
        if left <= 0:
            break
        try:
            return _ask(target, address, method, body, headers or {}, left)
        except ConnectionRefusedError as error:  # the next address of the same name may listen
            failure = error
        except (OSError, http.client.HTTPException, ValueError) as error:
            failure = error
            break
    raise Unreachable(_in_words(failure)) from failure


def _ask(
    target: Target, address: Address, method: str, body: bytes | None, headers: Mapping[str, str], seconds: float
) -> Answer:
    connection, end = _Connection(target, address, seconds), time.monotonic() + seconds
    watch = threading.Timer(seconds, _cut, [connection])  # each read has a timeout of its own; this is for the sum
    watch.daemon = True
    watch.start()
    try:
        given = {"Host": target.host_header, "User-Agent": "GovTech-Katalog", "Connection": "close"}
        connection.request(method, target.path, body, given | dict(headers))
        with closing(connection.getresponse()) as response:
            answer = Answer(response.status, dict(response.headers), response.read(LONGEST_ANSWER))
        if time.monotonic() >= end:  # what was cut off looks like an end
            raise TimeoutError
        return answer
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: _Connection) -> None:
    if connection.wire is not None:
        with suppress(OSError):
            connection.wire.shutdown(socket.SHUT_RDWR)


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Das Zertifikat wird nicht anerkannt: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "Keine Antwort in der erlaubten Zeit."
    return f"Keine Antwort: {type(error).__name__} {error}"[:300]
