"""`recoupe extract`: claims without a database."""

from collections.abc import Iterable, Iterator

from pipeline.cli.common import (
    CompaniesFile,
    FormatOption,
    Hosts,
    Jobs,
    Language,
    Paths,
    Strict,
    chosen,
    close,
    warn,
    work_of,
)
from pipeline.models import Claim
from pipeline.render import write_claims
from pipeline.workers import Outcome, process


def extract(
    paths: Paths,
    form: FormatOption = None,
    jobs: Jobs = 0,
    companies: CompaniesFile = None,
    host: Hosts = None,
    language: Language = "fr",
    strict: Strict = False,
) -> None:
    """Print the claims of articles, without a database."""
    tally = Tally()
    outcomes = process(work_of(paths, jobs, companies, host, language))
    write_claims(tally.claims(outcomes), chosen(form))
    if tally.foreign:
        warn(f"{tally.foreign} in other languages left out (--language any keeps them)")
    close(tally.read + tally.foreign, tally.failed, strict)


class Tally:
    """Counts the articles read, failed and in another language while their claims pass; each failure is one line on
    standard error."""

    def __init__(self) -> None:
        self.read = self.failed = self.foreign = 0

    def claims(self, outcomes: Iterable[Outcome]) -> Iterator[Claim]:
        """The claims of all outcomes."""
        for outcome in outcomes:
            if outcome.error:
                self.failed += 1
                warn(str(outcome.error))
            elif outcome.skipped:
                self.foreign += 1
            else:
                self.read += 1
            yield from outcome.claims
