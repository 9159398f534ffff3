"""msgaudit: find, date and prove review manipulation in a seller's message archive."""

__version__ = "0.1.0"
