"""What may be read of sections and tags: all of them, by everybody."""

from typing import Any

from sqlalchemy import FromClause, Text, func, select

from cms.reading.entities import Columns, Embed, Entity, Scope
from cms.reading.sources import OrderKey, Orders
from cms.taxonomy.models import Section, Tag

SECTION_TABLE: Any = Section.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
TAG_TABLE: Any = Tag.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
SECTION_EMBED = Embed(frozenset({"id", "slug", "name", "description", "parent_id", "position"}))
TAG_EMBED = Embed(frozenset({"id", "slug", "name"}))


def section_rows(_: Scope) -> FromClause:
    """All sections."""
    return select(*SECTION_TABLE.c).subquery()


def tag_rows(_: Scope) -> FromClause:
    """All tags."""
    return select(*TAG_TABLE.c).subquery()


SECTION = Entity("section", "Section", section_rows)
TAG = Entity("tag", "Tag", tag_rows)


def by_name(columns: Columns) -> Any:
    """A name's place in the alphabet, whatever its case and accents."""
    return func.lower(func.unaccent(columns["name"]), type_=Text())


TAG_ORDERS = Orders(
    {
        "NAME": OrderKey(by_name),
        "CREATED_AT": OrderKey(lambda columns: columns["created_at"]),
        "UPDATED_AT": OrderKey(lambda columns: columns["updated_at"]),
    },
    default=(("NAME", False),),
)
