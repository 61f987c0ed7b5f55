"""The dates of publication and change of an article, from its address, its file's name or its "Publié le …" line."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import dateparser

YEAR, MONTH, DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>0?[1-9]|[12]\d|3[01])"
COMPACT = r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
NAMED_FORMS = [  # of file names and addresses: "2025-11-05-slug", "20251105", "05-11-2025", "/2025/11/05/"
    re.compile(rf"(?<!\d){YEAR}[-_./]{MONTH}[-_./]{DAY}(?!\d)"),
    re.compile(rf"(?<!\d){COMPACT}(?!\d)"),
    re.compile(rf"(?<!\d){DAY}[-_.]{MONTH}[-_.]{YEAR}(?!\d)"),
]
WRITTEN = (  # a full date as French pages write it: "mercredi 5 novembre 2025", "5 nov. 2025", "05/11/2025", ISO
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche |(?:lun|mar|mer|jeu|ven|sam|dim)\.? )?"
    r"(?P<date>\d{1,2}(?:er)? [a-zûéôà]{3,9}\.?,? \d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})"
)
REST = (  # what may follow the date on its line; "Publié le 5 novembre 2025, le rapport…" is a sentence, not a byline
    r"(?=\s*(?:$|T\d|[|•·–—()-]|,?\s*(?:à|@|a)?\s*\d{1,2}\s*[:hH]|,?\s*par\s|\s*/|[,.;]?\s*(?:mise? à|modifié|actualisé"
    r"|dernière|maj|temps|lecture|\d+ min)|\.\s*$|\.\s+sur le|\s*©))"
)
PUBLISHED_CUE = r"(?:publiée?|(?:première |date de )?publication|paru|posté|mis en ligne|créé|diffusé|écrit|soumis)"
SIGNED = (
    r"(?:(?:publié |soumis |proposé |posté |rédigé |écrit |article )?par [^,|•·–—]{2,60}?(?:\s*[,|•·–—-]\s*| (?=le )))"
)
MODIFIED_CUE = r"(?:mise? à jour|modifiée?|actualisée?|m[aà]j|dernière (?:mise à jour|modification)|édité)"
NAME = r"(?-i:[A-ZÀ-Ý][\w'’-]{1,30}(?: (?:de |du |le |la )?[A-ZÀ-Ý][\w'’-]{0,30}){1,3})"
START = rf"(?:^|[|•·–—./(]\s{{0,3}}|^par [^.|]{{2,50}}?,?\s|^{NAME} ?,? |^article )"
DATED = WRITTEN[:-1] + r"|\d{1,2}/\d{1,2}/\d\d(?!\d))"  # after a cue also "5/11/25"
PUBLISHED_LINE = re.compile(rf"{START}{PUBLISHED_CUE}\s*(?:le|:|,)?\s*:?\s*{DATED}{REST}", re.I)
MODIFIED_LINE = re.compile(rf"(?:{START}|\d[^.]{{0,20}}\W){MODIFIED_CUE}\s*(?:le|:|,)?\s*:?\s*{DATED}{REST}", re.I)
BARE_LINE = re.compile(rf"^(?:{SIGNED}|{NAME} ?[|•·–—-] ?)?(?:le\s+)?{WRITTEN}{REST}", re.I)
DATELINE = re.compile(rf"^[A-ZÀ-Ý][\w' -]{{1,40}},?\s*(?:le )?{WRITTEN}\s*(?:\(|[–—/-]|:)")
PARIS = ZoneInfo("Europe/Paris")
UTC_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:[.,]\d{1,9})?)? ?(?:Z|UTC|GMT|\+00:?00)", re.I)
LINE_LENGTH = 200  # a longer line is a paragraph of the article
HEAD_LINES, FOOT_LINES = 15, 6


def written_date(text: str | None) -> date | None:
    """The day that a full written date means: "5 novembre 2025 à 10h" and "2025-11-05T10:00+01:00" are 2025-11-05.

    None where day, month or year is missing: the clock is never asked. A moment in UTC is of the day that it was in
    Paris, where its readers were: "2025-11-05T23:30:00Z" is 2025-11-06. Other offsets are the outlet's own time.
    """
    text = (text or "").strip()
    iso = re.match(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)", text)
    if iso:
        return _paris_day(text) or _day(*iso.groups())
    found = re.search(WRITTEN, text, re.I)
    if not found:
        return None
    settings = {"DATE_ORDER": "DMY", "STRICT_PARSING": True, "RELATIVE_BASE": datetime(2000, 1, 1)}
    plain = re.sub(r"(\d)[.-](?=\d)", r"\1/", found["date"]).replace(".", " ").replace("1er", "1")
    parsed = dateparser.parse(plain, languages=["fr"], settings=settings)
    return parsed.date() if parsed else None


def day_of(moment: datetime) -> date:
    """The day of a moment: in Paris where it is told in UTC, else where it is told."""
    return (moment.astimezone(PARIS) if moment.utcoffset() == timedelta(0) else moment).date()


def _paris_day(text: str) -> date | None:
    found = UTC_MOMENT.match(text)
    try:
        return day_of(datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00")) if found else None
    except ValueError:
        return None


def date_in_name(name: str) -> date | None:
    """The day in a file's name or an address: "2025-11-05-openai.txt", "/2025/11/05/openai"."""
    for form in NAMED_FORMS:
        for found in form.finditer(name):
            day = _day(found["year"], found["month"], found["day"])
            if day:
                return day
    return None


def byline_dates(text: str) -> tuple[date | None, date | None]:
    """Days of publication and of change from the article's first and last lines ("Publié le 5 novembre 2025 à 10h").

    Where only a change is dated, it stands for the publication too: nothing nearer is known.
    """
    lines = [line for line in _outer_lines(text) if len(line) <= LINE_LENGTH]
    published = _first(PUBLISHED_LINE, lines)
    modified = _first(MODIFIED_LINE, lines)
    if published is None:
        published = _first(BARE_LINE, lines[:HEAD_LINES]) or _first(DATELINE, _head(text))
    return published or modified, modified


def _head(text: str) -> list[str]:
    # the dateline opens a paragraph, so its line is long: only its beginning is looked at
    return [line.strip()[:LINE_LENGTH] for line in text[:5000].split("\n")[:HEAD_LINES]]


def _outer_lines(text: str) -> Iterator[str]:
    head = [line.strip() for line in text[:5000].split("\n") if line.strip()]
    foot = [line.strip() for line in text[5000:][-3000:].split("\n") if line.strip()]
    yield from (line.replace("\xa0", " ") for line in (*head[:HEAD_LINES], *head[HEAD_LINES:][-FOOT_LINES:]))
    yield from (line.replace("\xa0", " ") for line in foot[-FOOT_LINES:])


def _first(form: re.Pattern[str], lines: list[str]) -> date | None:
    found = (form.search(line) for line in lines)
    days = (re.sub(r"/(\d\d)$", r"/20\1", match["date"]) for match in found if match)
    return next((day for text in days if (day := written_date(text))), None)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
