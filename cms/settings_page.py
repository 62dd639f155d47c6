"""The page docs/settings.md, made from the settings themselves: `python -m cms.settings_page` writes it to the output."""

import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from cms.config import Settings

HEAD = """\
# Settings

Every setting is an environment variable. `cms up` needs none of them; `cms serve` and `cms worker` need a database and a store.
A wrong value stops the command with a sentence that names the setting.

This page is made from `cms/config.py` by `make docs`, and a test compares the two.

| setting | what it says | kind | default |
|---|---|---|---|
"""
KINDS = {bool: "`true` or `false`", int: "whole number", float: "number", str: "text", Path: "path"}
SIGNS = ((Ge, "ge", "≥"), (Gt, "gt", ">"), (Le, "le", "≤"), (Lt, "lt", "<"))


def settings_page() -> str:
    """The whole page, in Markdown."""
    return HEAD + "".join(row(name, field) for name, field in Settings.model_fields.items())


def row(name: str, field: FieldInfo) -> str:
    """One setting as a row of the table."""
    cells = (f"`{name.upper()}`", field.description or "", kind_of(field), default_of(field))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def kind_of(field: FieldInfo) -> str:
    """What may stand in the variable, with its bounds."""
    words = [kind_of_type(field.annotation), *bounds_of(field)]
    return ", ".join(words)


def kind_of_type(annotation: Any) -> str:
    """A type in words."""
    choices = get_args(annotation)
    if annotation in KINDS:
        return KINDS[annotation]
    if type(None) in choices:
        return kind_of_type(next(choice for choice in choices if choice is not type(None)))
    if get_origin(annotation) is list:
        return "JSON list"
    if get_origin(annotation) is dict:
        return "JSON object"
    if annotation is SecretStr:
        return "secret"
    return ", ".join(f"`{choice}`" for choice in choices)


def bounds_of(field: FieldInfo) -> list[str]:
    """The smallest and the largest value that are allowed."""
    found: list[str] = []
    for kind, name, sign in SIGNS:
        found += [f"{sign} {number(getattr(one, name))}" for one in field.metadata if isinstance(one, kind)]
    return found


def default_of(field: FieldInfo) -> str:
    """What holds where the variable is absent."""
    value: Any = field.get_default(call_default_factory=True)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list | dict):
        return "`" + str(value).replace("'", '"') + "`"
    return f"`{number(value)}`"


def number(value: Any) -> str:
    """A value as an operator writes it: numbers without a fraction of zero, large ones with underscores, as settings take them."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:_}" if isinstance(value, int) and value >= 10_000 else str(value)


if __name__ == "__main__":
    sys.stdout.write(settings_page())
