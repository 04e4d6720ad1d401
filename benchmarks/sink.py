"""An SMTP server that takes everything, fast, and keeps evidence; it can also refuse, be slow and cut off.

`python -m benchmarks.sink PORT LOG` writes one line a mail: monotonic time, recipient, Message-ID, and "cut" when it
gave no answer. It behaves as the file LOG.mode says, looked at for every connection and mail: "" | refuse | slow | cut
(in mid message) | vanish (takes the message and cuts off before its answer).
"""

import asyncio
import re
import sys
import time
from pathlib import Path

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
GREETING = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
SLOW_SECONDS = 0.2


class Sink:
    """What all connections share."""

    def __init__(self, log: Path) -> None:
        self.log = log.open("a", buffering=1)
        self._mode_file = log.with_suffix(".mode")
        self._looked_at, self._mode = 0.0, ""

    def mode(self) -> str:
        now = time.monotonic()
        if now - self._looked_at > 0.02:
            self._looked_at = now
            self._mode = self._mode_file.read_text().strip() if self._mode_file.exists() else ""
        return self._mode

    def take(self, recipients: list[str], message: bytes, note: str) -> None:
        found = MESSAGE_ID.search(message)
        key = found[1].decode() if found else "-"
        for recipient in recipients:
            self.log.write(f"{time.monotonic():.6f}\t{recipient}\t{key}\t{note}\n")


class Connection(asyncio.Protocol):
    """Speaks as much SMTP as a relay must."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.unread = b""
        self.in_data = False
        self.recipients: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        if self.sink.mode() == "refuse":
            self.transport.write(b"421 4.3.2 later\r\n")
            self.transport.close()
        else:
            self.transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.unread += data
        answers: list[bytes] = []
        while not self.transport.is_closing():
            if self.in_data:
                if self.sink.mode() == "cut":
                    return self.transport.abort()
                message, end, rest = self.unread.partition(b"\r\n.\r\n")
                if not end:
                    break
                self.unread, self.in_data = rest, False
                answers.append(self.accept(message))
            else:
                line, end, rest = self.unread.partition(b"\n")
                if not end:
                    break
                self.unread = rest
                answers.append(self.command(line.strip()))
        if not self.transport.is_closing():
            self.transport.write(b"".join(answers))
        return None

    def accept(self, message: bytes) -> bytes:
        mode = self.sink.mode()
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        self.sink.take(self.recipients, message, "cut" if mode == "vanish" else "")
        self.recipients = []
        if mode == "vanish":
            self.transport.abort()
        return b"250 2.0.0 Ok\r\n"

    def command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return GREETING
        if verb == b"RCPT":
            self.recipients.append(line[8:].strip(b" <>").decode())
        elif verb in (b"MAIL", b"RSET"):
            self.recipients = []
        elif verb == b"DATA":
            self.in_data = bool(self.recipients)
            return b"354 go\r\n" if self.in_data else b"503 5.5.1 no recipients\r\n"
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        return b"250 2.1.0 Ok\r\n"


async def serve(port: int, log: Path) -> None:
    sink = Sink(log)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
