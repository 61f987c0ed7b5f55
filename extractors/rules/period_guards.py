"""What keeps a number or a word that looks like a date from being read as one."""

import re

from extractors.rules.period_patterns import Tables

TABLES = Tables()
ABBREVIATIONS = {word[:-1] for words in TABLES.words["month"].values() for word in words if word.endswith(".")}
GUARDS: dict[str, list[str]] = TABLES.data["guards"]
AUXILIARIES = r"(?:ai|as|a|avons|avez|ont|avait|avaient|aurait|auraient|aura|auront|ayant|avoir|eu|pas|deja|toujours)"
UNITS = r"(?:[%€$£¥°]|(?:" + "|".join(map(re.escape, GUARDS["not_after"])) + r")(?!\w)|\d{3}(?!\d))"
# "2025 euros", "1990 à 2050 euros", "2025,50", "2025-13"
COUNTED = re.compile(rf"(?: (?:a|et|ou) \d{{4}}| ?- ?\d{{4}})? ?{UNITS}|[.,]\d|-\d")
YEAR_RANGE = re.compile(rf"-(?:(?:19|20)\d\d|\d\d)(?![\d-])(?! ?{UNITS})")
BAD_SLASH = re.compile(r"/(?!(?:20\d\d|\d\d)(?![\d/]))")
MODEL = re.compile(r"[a-z]\d{3}")  # "H100", where "3T25" is a quarter
COUNTING = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, GUARDS["not_before"])) + r") \Z")
GLUED = re.compile(r"(?:\d|[€$£¥]) ?\Z|[^\d\W]-\Z|[.,_@#&=+/:]\Z")
SCHOOL_YEAR = re.compile(r"(?<!\d)\d{4}/\Z")
PARTICIPLE = re.compile(rf"(?<!\w){AUXILIARIES} \Z")
CODES = {"quarter code", "half code", "half code without a year", "months code", "fiscal year code"}


def is_period(rule: str, text: str, plain: str, core: int, end: int, led: bool) -> bool:
    """Whether the match of `rule` at `core`..`end` (without its preposition) is a date; `led`: it has a preposition."""
    if rule == "year":
        counted = text[max(0, core - 4) : core] in ("des ", "Des ")  # "dès 2027" is a date, "des 2027 …" is none
        return _is_year(plain, core, end, led and not counted)
    matched = plain[core:end]
    if rule in CODES:
        return any(char.isupper() for char in text[core:end]) and not MODEL.fullmatch(matched)
    if rule == "month" and matched.rstrip(".") in ABBREVIATIONS:
        return False  # "sept" is seven where neither day nor year says more
    if rule == "same period" and matched == "meme temps":
        return False  # "en même temps"
    if rule == "month" and matched in ("mars", "avril", "mai"):
        return not text[core].isupper() or _opens_line(plain, core) or plain[:core].endswith("en ")
    if rule == "fiscal year":
        # "l'exercice de style" is none
        return matched != "exercice" and not (
            matched.endswith("exercice") and re.match(r" d(?:[eu]s? |')", plain[end : end + 5])
        )
    if rule == "relative year":
        return not matched.endswith("l'annee")
    if rule == "straddling year":
        first, last = re.split("[/-]", matched)
        return int(first) + 1 == int(first[: 4 - len(last)] + last)
    if rule == "short numeric date":
        return matched not in GUARDS["not_dates"]
    if rule == "season without article":
        return not PARTICIPLE.search(plain, max(0, core - 12), core)
    return True


def _opens_line(plain: str, core: int) -> bool:
    """Whether nothing but a bullet, a dash or a quote stands between the match and the end of the sentence before."""
    before = plain[max(0, core - 4) : core].strip(' -*•·«"|>#')
    return not before or before[-1] in ".:!?\n(;"


def _is_year(plain: str, core: int, end: int, led: bool) -> bool:
    number = re.search(r"\d{4}\Z", plain[core:end])
    if not number:
        return False
    begin = core + number.start()
    before = plain[max(0, begin - 24) : begin]
    if (COUNTED.match(plain, end) and not YEAR_RANGE.match(plain, end)) or BAD_SLASH.match(plain, end):
        return False
    if GLUED.search(before) and not SCHOOL_YEAR.search(before):
        return False
    if led or begin > core:
        return 1900 <= int(number[0]) <= 2100
    return 1990 <= int(number[0]) <= 2100 and not COUNTING.search(before)
