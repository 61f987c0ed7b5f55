"""`recoupe extract`: claims without a database."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.cli.common import CompaniesFile, FormatOption, Jobs, Paths, Strict, chosen, close, own_companies, warn
from pipeline.models import Claim
from pipeline.read import find_sources
from pipeline.render import write_claims
from pipeline.workers import Outcome, jobs_for, process


def extract(
    paths: Paths,
    form: FormatOption = None,
    jobs: Jobs = 0,
    companies: CompaniesFile = None,
    strict: Strict = False,
) -> None:
    """Print the claims of articles, without a database."""
    tally = Tally()
    outcomes = process(find_sources(paths), jobs or jobs_for(count(paths)), own_companies(companies))
    write_claims(tally.claims(outcomes), chosen(form))
    close(tally.read, tally.failed, strict)


def count(paths: list[Path]) -> int:
    """How many files there are to read."""
    return sum(1 for _ in find_sources(paths))


class Tally:
    """Counts the articles read and failed while their claims pass; each failure is one line on standard error."""

    def __init__(self) -> None:
        self.read = self.failed = 0

    def claims(self, outcomes: Iterable[list[Outcome]]) -> Iterator[Claim]:
        """The claims of all outcomes."""
        for outcome in (one for file in outcomes for one in file):
            if outcome.error:
                self.failed += 1
                warn(str(outcome.error))
            else:
                self.read += 1
            yield from outcome.claims
