"""Errors that a user can mend: each is one line that names the input, what is wrong with it and the remedy."""

import os
from pathlib import Path

CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(0x20), *range(0x7F, 0xA0))}


def shown(path: Path | str) -> str:
    """The path as printable Unicode on one line, also where the file's name is not UTF-8 or holds a line break."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").translate(CONTROLS)


class ReadError(Exception):
    """An input that yields no article: `str(error)` is "notes.txt: the file is empty; save the article again"."""

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        self.path, self.problem, self.remedy = shown(path), problem, remedy
        super().__init__(f"{self.path}: {problem}; {remedy}")

    def __reduce__(self) -> tuple[type["ReadError"], tuple[str, str, str]]:
        return ReadError, (self.path, self.problem, self.remedy)  # errors travel between worker processes


def missing(path: Path | str) -> ReadError:
    """The error of a path that leads nowhere."""
    return ReadError(path, "no such file or folder", "check the path")
