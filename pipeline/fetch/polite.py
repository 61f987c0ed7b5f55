"""One request at a time a host, no faster than the host wants, and only where its robots.txt lets us."""

import time
from urllib.parse import urlsplit

from protego import Protego

from pipeline.fetch.options import FetchOptions

ROBOTS_LIMIT = 500_000  # bytes, as the standard asks


class Manners:
    """What is known of each host: its robots.txt and when it was last asked."""

    def __init__(self, options: FetchOptions) -> None:
        self.options = options
        self.rules: dict[str, Protego | None] = {}
        self.asked: dict[str, float] = {}
        self.resting: dict[str, float] = {}

    def origin(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"

    def knows(self, url: str) -> bool:
        return self.origin(url) in self.rules

    def learn(self, url: str, status: int | None, text: str) -> None:
        """Keeps a host's robots.txt: none there lets all in, one that cannot be had keeps all out."""
        if status is not None and status < 400:
            self.rules[self.origin(url)] = Protego.parse(text[:ROBOTS_LIMIT])
        elif status is not None and 400 <= status < 500 and status != 429:
            self.rules[self.origin(url)] = Protego.parse("")
        else:
            self.rules[self.origin(url)] = None

    def allows(self, url: str) -> bool:
        rules = self.rules.get(self.origin(url))
        return rules is not None and bool(rules.can_fetch(url, self.options.user_agent))

    def reason(self, url: str) -> str:
        """Why an address is not allowed."""
        had = self.rules.get(self.origin(url)) is not None
        return "the site's robots.txt does not let us" if had else "the site's robots.txt could not be had; try later"

    def rest(self, url: str, seconds: float) -> None:
        """Keeps in mind that the host wants to be left alone."""
        self.resting[self.origin(url)] = time.monotonic() + seconds

    def rests(self, url: str) -> bool:
        """Whether the host wants to be left alone for longer than is worth a wait."""
        return self.resting.get(self.origin(url), 0.0) > time.monotonic() + self.options.longest_wait

    def wait(self, url: str) -> None:
        """Sleeps until the host may be asked again, at most `longest_wait`."""
        origin = self.origin(url)
        rules = self.rules.get(origin)
        asked_for = float(rules.crawl_delay(self.options.user_agent) or 0) if rules else 0.0
        delay = min(max(self.options.delay, asked_for), self.options.longest_wait)
        before = self.asked.get(origin)
        if before is not None:
            time.sleep(max(0.0, before + delay - time.monotonic()))
        self.asked[origin] = time.monotonic()
