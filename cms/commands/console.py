"""What the commands say, and how they fail: a sentence and a hint, never a traceback, never a secret."""

import re
import sys
from collections.abc import Callable
from typing import NoReturn

from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console

from cms.embedded.processes import EngineError
from cms.errors import KiosqueError

out = Console()
err = Console(stderr=True)
PASSWORD_IN_URL = re.compile(r"(?<=://)([^\s/:@]*):[^\s@]*(?=@)")
DATABASE_HINT = "Check DATABASE_URL and that PostgreSQL runs; `cms doctor` tells more."


class CommandError(Exception):
    """A command cannot do what was asked. Exit codes: 1 it failed, 2 it was asked wrongly."""

    def __init__(self, message: str, hint: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def say(sentence: str) -> None:
    """Tell how far a command is, on the error stream: the output is for results."""
    err.print(f"[dim]·[/dim] {sentence}", highlight=False, soft_wrap=True)


def line(*parts: str) -> None:
    """One line of a list, on the output: its parts as they are, two spaces between them."""
    out.print("  ".join(parts).rstrip(), markup=False, highlight=False, soft_wrap=True)


def fail(sentence: str, hint: str, exit_code: int) -> NoReturn:
    """Say what went wrong and what to do, and end the process."""
    err.print("Error:", style="bold red", end=" ")
    err.print(without_passwords(sentence), markup=False, highlight=False, soft_wrap=True)
    err.print(without_passwords(hint), style="dim", markup=False, highlight=False, soft_wrap=True)
    sys.exit(exit_code)


def without_passwords(text: str) -> str:
    """The text with the password of every URL in it hidden."""
    return PASSWORD_IN_URL.sub(r"\1:***", text)


def run(command: Callable[[], object]) -> None:
    """Run a command, and translate whatever it raises."""
    try:
        command()
    except CommandError as error:
        fail(error.message, error.hint, error.exit_code)
    except EngineError as error:
        fail(error.message, error.hint, 2)
    except KiosqueError as error:
        fail(error.message, "`cms doctor` checks the database and the bucket.", 1)
    except ValidationError as error:
        fail(describe_settings(error), "docs/settings.md has a table of all settings.", 2)
    except SettingsError as error:
        fail(
            f"A setting cannot be read: {error}.",
            "Lists are written as JSON, as in CORS_ORIGINS='[\"*\"]'.",
            2,
        )
    except Exception as error:
        fail_strangely(error)


def fail_strangely(error: Exception) -> NoReturn:
    """Say what a library's error means; no operator is shown a traceback."""
    # They take long to load, and are needed only to know their errors.
    import psycopg  # noqa: PLC0415
    from alembic.util import CommandError as MigrationError  # noqa: PLC0415
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    if isinstance(error, MigrationError):
        hint = "Revisions are in the folder alembic/versions; `base` is before all."
        fail(f"The migrations cannot run: {first_line(error)}", hint, 1)
    if isinstance(error, (psycopg.OperationalError, OperationalError)):
        fail(f"The database does not answer: {first_line(error)}", DATABASE_HINT, 1)
    fail(
        f"Unexpected {type(error).__name__}: {first_line(error)}", "Please report this with what you did.", 1
    )


def first_line(error: Exception) -> str:
    """What an error of a library says, without the addresses and queries it adds."""
    return str(error).strip().split("\n", 1)[0]


def describe_settings(error: ValidationError) -> str:
    """Which settings are wrong and why, without the values: one of them may be a secret."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in found)
