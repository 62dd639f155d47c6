"""The page docs/permissions.md, made from the table of roles and from the schema: `python -m cms.permissions_page` writes it to the output."""

import re
import sys
from collections.abc import Iterator
from typing import Any

from cms.graphql import make_schema
from cms.permissions import PERMISSIONS_OF_ROLE, Permission, Role

HEAD = """\
# Permissions

Who may what, by role: `●` everything, `○` only what one has made oneself. [Who may what](access.md) says how tokens, users, custom roles and limits to
sections go with it.

This page is made from `cms/permissions.py` and from the schema by `make docs`, and a test compares them.
"""
NEEDS = re.compile(r"\bNeeds ([a-z]+:[a-z_]+)(?:, or ([a-z]+:[a-z_]+) for what you have created)?\.")
OWN = "_own"


def permissions_page() -> str:
    """The whole page, in Markdown."""
    parts = [
        HEAD,
        "## Permissions\n",
        *table("permission", permission_rows()),
        "## Mutations\n",
        *table("mutation | permission", mutation_rows()),
        "## Queries for the staff\n",
        *table("query | permission", query_rows()),
    ]
    return "\n".join(parts)


def table(first: str, rows: Iterator[str]) -> list[str]:
    """A table with a column for each role."""
    roles = [f"`{role}`" for role in Role]
    rule = ["---"] * (first.count("|") + 1) + [":-:"] * len(roles)
    return [f"| {' | '.join([first, *roles])} |", f"|{'|'.join(rule)}|", *rows, ""]


def permission_rows() -> Iterator[str]:
    """Each permission, with the narrower one in its row."""
    for permission in Permission:
        if not permission.endswith(OWN):
            own = narrower(permission)
            yield row([f"`{permission}`"], permission, own)


def mutation_rows() -> Iterator[str]:
    """Each mutation with what it needs."""
    yield from field_rows(make_schema()._schema.mutation_type)  # pyright: ignore[reportPrivateUsage]  (no public name)


def query_rows() -> Iterator[str]:
    """Each query that needs something."""
    yield from field_rows(make_schema()._schema.query_type)  # pyright: ignore[reportPrivateUsage]  (no public name)


def field_rows(kind: Any) -> Iterator[str]:
    """The fields of a root type whose descriptions say what they need."""
    for name, field in sorted(kind.fields.items()):
        needed = needs_of(field.description or "")
        if needed is not None:
            yield row([f"`{name}`", f"`{needed[0]}`"], *needed)


def needs_of(description: str) -> tuple[Permission, Permission | None] | None:
    """The permission that a description names, and the one that is enough for what one has made. Raises ValueError for one that there is not."""
    found = NEEDS.search(description)
    if found is None:
        return None
    return Permission(found[1]), Permission(found[2]) if found[2] else None


def narrower(permission: Permission) -> Permission | None:
    """The same right to what one has made oneself, if there is one."""
    name = f"{permission}{OWN}"
    return Permission(name) if name in frozenset(Permission) else None


def row(cells: list[str], permission: Permission, own: Permission | None) -> str:
    """A row with the marks of all roles."""
    return f"| {' | '.join([*cells, *(mark(role, permission, own) for role in Role)])} |"


def mark(role: Role, permission: Permission, own: Permission | None) -> str:
    """What the role may."""
    held = PERMISSIONS_OF_ROLE[role]
    return "●" if permission in held else "○" if own in held else ""


if __name__ == "__main__":
    sys.stdout.write(permissions_page())
