"""Errors of the command line: each ends it with one line and exit code 2."""


class LocalError(Exception):
    """Something a person at the terminal can understand and mend; the message is one line."""
