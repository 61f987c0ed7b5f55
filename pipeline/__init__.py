"""Articles to claims, a database of facts and contradictions."""

__version__ = "0.1.0"
