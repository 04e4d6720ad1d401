"""Requests to addresses that somebody typed reach nothing inside our network, and end in time."""

import socket
import time
from collections.abc import Iterator

import pytest

from members.outbound import AddressRefused, Unreachable, check_url, public_addresses, send
from tests.web_receiver import WebReceiver

INSIDE = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1",
    "fc00::1", "fd12::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.fixture
def web(settings) -> Iterator[WebReceiver]:
    settings.OUTBOUND_ALLOWS_LOOPBACK = True
    server = WebReceiver()
    yield server
    server.stop()


@pytest.mark.parametrize("address", INSIDE)
def test_no_inner_address_is_connected_to(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    with pytest.raises(AddressRefused):
        send("https://hook.example/", resolve=lambda host, port: [address])


def test_one_inner_address_among_public_ones_refuses_all():
    with pytest.raises(AddressRefused):
        public_addresses(check_url("https://hook.example/"), lambda host, port: ["93.184.215.14", "10.0.0.1"])


def test_public_addresses_pass():
    found = public_addresses(check_url("https://hook.example/"), lambda h, p: ["93.184.215.14", "2606:2800:21f::1"])
    assert [str(one) for one in found] == ["93.184.215.14", "2606:2800:21f::1"]


@pytest.mark.parametrize("url", ["https://2130706433/", "https://0x7f.1/", "https://localhost/", "https://[::1]/"])
def test_other_spellings_of_this_machine_are_refused(url):
    with pytest.raises((AddressRefused, Unreachable)):
        send(url)


@pytest.mark.parametrize(
    "url",
    ["http://hook.example/", "ftp://hook.example/", "https://", "https://a:b@hook.example/", "https://hook.example:99999/",
     "https://hook.example/\r\nX: y", "https://hook.example/ a", "javascript:alert(1)", "https://höok.example/",
     "https://h.example/" + "a" * 2000, "https://[::1", "\x00"],
)  # fmt: skip
def test_what_is_no_address_of_a_webhook_is_refused_in_words(url):
    with pytest.raises(AddressRefused):
        check_url(url)


def test_the_name_is_resolved_once_so_rebinding_changes_nothing(web):
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert send(f"http://hook.example:{web.port}/", resolve=rebinding).status == 200
    assert asked == ["hook.example"]
    assert web.seen[0][1]["Host"] == f"hook.example:{web.port}"


def test_a_redirect_is_an_answer_and_is_not_followed(web):
    web.status, web.headers = 302, {"Location": f"http://127.0.0.1:{web.port}/inside"}
    assert send(web.url).status == 302
    assert [path for path, _, _ in web.seen] == ["/hook?a=1"]


def test_an_answer_drop_by_drop_ends_at_the_deadline(web):
    web.delay = 3
    begin = time.monotonic()
    with pytest.raises(Unreachable):
        send(web.url, seconds=0.4)
    assert time.monotonic() - begin < 2


def test_nobody_there_is_unreachable(settings):
    settings.OUTBOUND_ALLOWS_LOOPBACK = True
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            send(f"http://127.0.0.1:{probe.getsockname()[1]}/", seconds=2)


def test_an_unknown_name_is_unreachable():
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(Unreachable):
        send("https://unbekannt.example/", resolve=unknown)
