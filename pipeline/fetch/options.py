"""How to fetch, and what came of it."""

from pathlib import Path
from typing import Literal

from extractors.mentions import Frozen

Outcome = Literal["saved", "unchanged", "kept", "feed", "refused", "failed"]


class FetchOptions(Frozen):
    """Times are seconds, sizes bytes. `contact` is an address or page that an outlet's webmaster can write to.

    `warc` names a .warc.gz that pages are appended to in place of single files. `refresh` asks again, conditionally,
    for pages that are there already. `allow_private` lets addresses of the own machine and network be reached.
    """

    contact: str | None = None
    delay: float = 2.0
    longest_wait: float = 120.0
    timeout: float = 20.0
    longest_answer: float = 60.0
    attempts: int = 3
    first_backoff: float = 1.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    max_entries: int = 500
    refresh: bool = False
    allow_private: bool = False
    warc: Path | None = None

    @property
    def user_agent(self) -> str:
        return f"Recoupe/0.1 (+{self.contact})" if self.contact else "Recoupe/0.1 (contact not given)"


class FetchResult(Frozen):
    """What came of one address: `path` where it is kept, `problem` and its remedy where it is not.

    `kept` was there from an earlier run, `unchanged` is what the server says of it, `feed` was followed to `entries`
    addresses, `refused` is a rule of ours or of the site's robots.txt.
    """

    url: str
    outcome: Outcome
    path: Path | None = None
    problem: str | None = None
    entries: int = 0
