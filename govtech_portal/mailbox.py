"""The SMTP server of the demo: it keeps every mail as a file, which /postfach/ shows, and sends nothing on.

`python -m govtech_portal.mailbox PORT DIRECTORY`. Promise: what was answered with 250 is on the disk.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL = 20 * 1024 * 1024


class Mailbox:
    """The handler that aiosmtpd calls with each mail."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            keep(self.directory, envelope.rcpt_tos, bytes(envelope.content or b""))
        except OSError as error:
            print(f"not kept: {error}", flush=True)
            return "451 4.3.0 The mailbox cannot write just now"
        return "250 2.0.0 Kept"


def keep(directory: Path, recipients: list[str], content: bytes) -> Path:
    """Under another name first and then renamed, so a reader never sees half a mail; both synced to disk."""
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    new, file = directory / f".{name}.new", directory / f"{name}.eml"
    delivered_to = b"".join(b"Delivered-To: " + address.encode() + b"\r\n" for address in recipients)
    with new.open("wb") as handle:
        handle.write(delivered_to + content)
        handle.flush()
        os.fsync(handle.fileno())
    new.rename(file)
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return file


async def serve(port: int, directory: Path) -> None:
    """Until SIGTERM or SIGINT. A mail that is just coming in is not answered, so its sender tries again."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ended.set)
    handler = Mailbox(directory)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="mailbox.localhost", data_size_limit=LARGEST_MAIL, loop=loop),
        host="127.0.0.1",
        port=port,
    )
    for half in directory.glob(".*.new"):  # of a run that was killed; never answered with 250
        half.unlink(missing_ok=True)
    print(f"listening on 127.0.0.1:{port}", flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
