"""The SMTP server of the demo: what it answered with 250 is on the disk, whole, one file a mail."""

import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from govtech_portal import mailbox
from govtech_portal.demo_state import _free_port
from tests.machine_room.conftest import eventually


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[int, Path, subprocess.Popen[bytes]]]:
    port, directory = _free_port(), tmp_path / "mail"
    command = [sys.executable, "-m", "govtech_portal.mailbox", str(port), directory]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        assert eventually(lambda: answers(port))
        yield port, directory, server
        server.kill()


def answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            return client.noop()[0] == 250
    except OSError:
        return False


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "katalog@katalog.example", "rathaus@polch.example"
    message["Subject"] = subject
    message.set_content("Grüße aus dem Katalog")
    return message


def test_an_accepted_mail_is_one_whole_file(running: tuple) -> None:
    port, directory, _ = running
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(mail("Eins"))
        client.send_message(mail("Zwei"))
    files = sorted(directory.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    first = files[0].read_bytes()
    assert first.startswith(b"Delivered-To: rathaus@polch.example\r\n")
    assert b"Subject: Eins\r\n" in first


def test_kill_9_keeps_what_was_accepted(running: tuple) -> None:
    port, directory, server = running
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(mail("Eins"))
        os.kill(server.pid, signal.SIGKILL)
    assert len(list(directory.glob("*.eml"))) == 1


def test_it_ends_when_asked(running: tuple) -> None:
    _, _, server = running
    server.terminate()
    assert server.wait(10) == 0


def test_a_full_disk_is_a_temporary_refusal(running: tuple) -> None:
    port, directory, _ = running
    directory.rmdir()
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.send_message(mail("Eins"))
    assert refused.value.smtp_code == 451


def test_names_are_those_that_the_page_accepts(tmp_path: Path) -> None:
    from govtech_portal.demo_mailbox import NAME

    assert NAME.fullmatch(mailbox.keep(tmp_path, ["rathaus@polch.example"], b"Subject: Eins\r\n\r\n").name)
