"""Which addresses may be connected to; asked when the connection is made, so that no later answer of a name server,
and no redirect, leads elsewhere."""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

METADATA = frozenset({ip_address("168.63.129.16"), ip_address("169.254.169.254"), ip_address("fd00:ec2::254")})
EMBEDDING = IPv6Network("64:ff9b::/96")  # IPv4 addresses in IPv6 ones


class RefusedAddressError(httpcore.ConnectError):
    """The name resolves to an address that is not of the public internet."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the public internet: 93.184.215.14 is, 127.0.0.1 and ::ffff:10.0.0.1 are not."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in EMBEDDING:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
    return address.is_global and not address.is_multicast and address not in METADATA


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves the name, refuses it if one of its addresses is not public, connects to the address that it checked."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        for address in addresses:
            if not is_public(address):
                raise RefusedAddressError(f"{host} is {address}, which is not of the public internet")
        return self._backend.connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise RefusedAddressError("sockets of this machine are not fetched from")

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool whose connections the guard makes."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=GuardedBackend(), max_connections=8
        )
