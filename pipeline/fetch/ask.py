"""One request with its redirects, its limits and its repetitions."""

import logging
import re
import time
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx
import stamina

from pipeline.fetch.guard import GuardedTransport, RefusedAddressError
from pipeline.fetch.options import FetchOptions
from pipeline.fetch.polite import Manners

logging.getLogger("stamina").addHandler(logging.NullHandler())  # what comes of an address is told once, at the end
ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})  # their decoders cannot be made to burst
LATER = frozenset({429, 500, 502, 503, 504})


class Answer(NamedTuple):
    """A server's last word: the address it came from after redirects, status, headers (small letters), body."""

    url: str
    status: int
    headers: dict[str, str]
    data: bytes


class RefusalError(Exception):
    """A request that a rule forbids: the text says which."""


class LaterError(Exception):
    """The server asks to come back; `wait` is in how many seconds, None where it does not say."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"the server answered {status}")
        self.wait = wait


class Asker:
    """Asks for addresses with one client; use it as a context manager."""

    def __init__(self, options: FetchOptions) -> None:
        self.options, self.manners = options, Manners(options)
        transport = GuardedTransport(options.allow_private)
        self.clock = transport.backend
        headers = {
            "User-Agent": options.user_agent,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "fr,*;q=0.5",
        }
        self.client = httpx.Client(transport=transport, headers=headers, timeout=options.timeout, trust_env=False)

    def __enter__(self) -> "Asker":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def ask(self, url: str, conditions: dict[str, str]) -> Answer:
        """The answer after redirects. Raises RefusalError, LaterError, ValueError and httpx.HTTPError."""
        url = _nameless(url)
        for _ in range(self.options.max_redirects + 1):
            self._permit(url)
            answer = self._repeated(url, conditions)
            location = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer
            url, conditions = _nameless(urljoin(url, location)), {}
        raise RefusalError(f"more than {self.options.max_redirects} redirects")

    def _permit(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise RefusalError("only addresses of http and https are fetched")
        if not self.manners.knows(url):
            self._learn(url)
        if self.manners.rests(url):
            raise RefusalError("the server asked to be left alone; run again later")
        if not self.manners.allows(url):
            raise RefusalError(self.manners.reason(url))

    def _learn(self, url: str) -> None:
        """Fetches robots.txt, following its redirects; an address that is refused stays an error."""
        at, status, text = urljoin(url, "/robots.txt"), None, ""
        try:
            for _ in range(self.options.max_redirects):
                answer = self._repeated(at, {})
                status, text = answer.status, answer.data.decode("utf-8", "replace")
                if answer.status not in (301, 302, 307, 308) or "location" not in answer.headers:
                    break
                at = _nameless(urljoin(at, answer.headers["location"]))
        except (httpx.HTTPError, LaterError, RefusalError) as error:
            if isinstance(error.__cause__, RefusedAddressError):
                raise RefusalError(str(error)) from error
            status = None
        self.manners.learn(url, status, text)

    def _repeated(self, url: str, conditions: dict[str, str]) -> Answer:
        longest = self.options.longest_wait
        for attempt in stamina.retry_context(
            on=self._wait_before_repeating,
            attempts=self.options.attempts,
            timeout=None,
            wait_initial=self.options.first_backoff,
            wait_max=longest,
        ):
            with attempt:
                return self._once(url, conditions)
        raise AssertionError("stamina raises the last error")

    def _wait_before_repeating(self, error: Exception) -> bool | float:
        if isinstance(error, LaterError):
            return True if error.wait is None else error.wait if error.wait <= self.options.longest_wait else False
        refused = isinstance(error.__cause__, RefusedAddressError)
        return isinstance(error, httpx.TransportError) and not refused and time.monotonic() < self.clock.until

    def _once(self, url: str, conditions: dict[str, str]) -> Answer:
        self.manners.wait(url)
        self.clock.until = time.monotonic() + self.options.longest_answer
        with self.client.stream("GET", url, headers=conditions) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            if response.status_code in LATER:
                wait = _seconds(headers)
                self.manners.rest(url, wait or 0.0)
                raise LaterError(response.status_code, wait)
            if headers.get("content-encoding", "").strip().lower() not in ENCODINGS:
                raise RefusalError("the answer is packed in a way that was not asked for")
            return Answer(url, response.status_code, headers, self._body(response))

    def _body(self, response: httpx.Response) -> bytes:
        data = bytearray()
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > self.options.max_bytes:
                raise RefusalError(f"the answer is larger than {self.options.max_bytes:,} bytes")
        return bytes(data)


def _nameless(url: str) -> str:
    """The address without a name and password, which no outlet needs from us and which would be another host to us."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _seconds(headers: dict[str, str]) -> float | None:
    """Retry-After in seconds: "120", or a moment counted from the server's own date."""
    written = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}", written):
        return float(written)
    try:
        wait = parsedate_to_datetime(written) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)
