"""A check and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import psycopg
from rich.markup import escape

from cms.errors import KiosqueError


class Fault(Exception):
    """A check found something wrong: what it is, and how to mend it."""

    def __init__(self, found: str, cure: str) -> None:
        super().__init__(found)
        self.found = found
        self.cure = cure


@dataclass(frozen=True)
class Finding:
    """One line of the report; `cure` is empty if all is well."""

    subject: str
    found: str
    cure: str = ""


@dataclass(frozen=True)
class Check:
    """A subject and how to try it. `try_it` says what it found, or raises; `cure` helps where the error itself does not say how."""

    subject: str
    try_it: Callable[[], str]
    cure: str

    def find(self) -> Finding:
        """Try it."""
        try:
            return Finding(self.subject, escape(self.try_it()))
        except Fault as fault:
            return Finding(self.subject, escape(fault.found), escape(fault.cure))
        except (KiosqueError, httpx.HTTPError, psycopg.Error) as error:
            return Finding(self.subject, escape(str(error).strip().split("\n", 1)[0]), escape(self.cure))
