"""Stretches of days and how two of them lie to one another."""

from datetime import date
from typing import NamedTuple

NEAR_DAYS = 31  # as-of days and dates of an event at most this far apart talk about the same thing
FISCAL_SHIFT_DAYS = 31  # a fiscal quarter that ends 26 October against the calendar's third quarter
_LENGTH_DAYS = 7  # by how much two spellings of one fiscal period differ in length
_QUARTER_DAYS = 80  # shorter periods are never shifted: July is not August
VAGUE_DAYS = 100  # an as-of period longer than a quarter tells no date


class Window(NamedTuple):
    """Inclusive days. `date.min` and `date.max` stand for an open side."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length; an open side makes it longer than any other."""
        return (self.end - self.start).days + 1

    @property
    def open(self) -> bool:
        """Whether a side is open ("d'ici 2027", "depuis 2019")."""
        return self.start == date.min or self.end == date.max

    @property
    def vague(self) -> bool:
        """Whether it is too long to date anything that holds on one day."""
        return self.days > VAGUE_DAYS

    def holds(self, other: "Window") -> bool:
        """Whether the other lies strictly inside this one."""
        return self != other and self.start <= other.start and other.end <= self.end

    def gap(self, other: "Window") -> int:
        """Days between the two; 0 where they overlap."""
        return max(0, (max(self.start, other.start) - min(self.end, other.end)).days)

    def shift(self, other: "Window") -> int:
        """By how many days the two differ at the end where they differ more."""
        return max(abs((self.start - other.start).days), abs((self.end - other.end).days))

    def same(self, other: "Window") -> bool:
        """Whether both name one period: equal, or one fiscal period by two spellings or two calendars."""
        if self == other:
            return True
        if self.open or other.open or min(self.days, other.days) < _QUARTER_DAYS:
            return False
        return self.shift(other) <= FISCAL_SHIFT_DAYS and abs(self.days - other.days) <= _LENGTH_DAYS

    def __str__(self) -> str:
        if self.start == self.end:
            return self.start.isoformat()
        start = "" if self.start == date.min else self.start.isoformat()
        return f"{start}..{'' if self.end == date.max else self.end.isoformat()}"
