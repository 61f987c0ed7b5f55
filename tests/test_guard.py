"""Which addresses may be connected to, and that the address that was checked is the one that is reached."""

import socket
from ipaddress import ip_address

import httpcore
import pytest

from pipeline.fetch.guard import GuardedBackend, RefusedAddressError, is_public


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.215.14", "127.0.0.1"])
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(*entry, (next(answers), 80))])
    reached: list[str] = []
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda _, host, *__: reached.append(host))
    GuardedBackend().connect_tcp("rebind.example", 80)
    with pytest.raises(RefusedAddressError):
        GuardedBackend().connect_tcp("rebind.example", 80)
    assert reached == ["93.184.215.14"]


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "127.0.0.1", "0.0.0.0", "169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fd00::1",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "168.63.129.16", "224.0.0.1"],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(ip_address(address))


def test_public_addresses() -> None:
    assert is_public(ip_address("93.184.215.14")) and is_public(ip_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c"))
