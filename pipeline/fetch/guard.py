"""Which addresses may be connected to; asked when the connection is made, so that no later answer of a name server,
and no redirect, leads elsewhere."""

import math
import socket
import ssl
import time
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
    """Resolves the name, refuses it if one of its addresses is not public, connects to an address that it checked.

    `until` is the moment of time.monotonic() at which all that its connections wait for ends.
    """

    def __init__(self, allow_private: bool = False) -> None:
        self._backend, self._allow_private = httpcore.SyncBackend(), allow_private
        self.until = math.inf

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._addresses(host, port):
            try:
                stream = self._backend.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error  # a machine without IPv6 is told of IPv6 addresses too
            else:
                return TimedStream(stream, self)
        raise last or httpcore.ConnectError(f"the name {host} has no address")

    def _addresses(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        for address in addresses:
            if not (self._allow_private or is_public(address)):
                raise RefusedAddressError(f"{host} is {address}, which is not of the public internet")
        return addresses

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise RefusedAddressError("sockets of this machine are not fetched from")

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class TimedStream(httpcore.NetworkStream):
    """A connection that waits no longer than its backend may: a server that sends a byte a second is no end of work."""

    def __init__(self, stream: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float | None:
        left = self._backend.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return timeout if left == math.inf else min(left, math.inf if timeout is None else timeout)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool whose connections the guard makes."""

    def __init__(self, allow_private: bool = False) -> None:
        super().__init__(trust_env=False)
        self.backend = GuardedBackend(allow_private)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=self.backend, max_connections=8
        )
