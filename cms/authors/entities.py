"""What may be read of authors: everything but the e-mail address, which is for those who may read it."""

from typing import Any

from sqlalchemy import FromClause, Text, func, select

from cms.assets.entities import ASSET_EMBED
from cms.assets.showing import moment_of, shown_key
from cms.authors.models import AUTHOR_RULES, Author
from cms.reading.entities import Columns, Embed, Entity, Scope, readable
from cms.reading.sources import OrderKey, Orders

AUTHOR_TABLE: Any = Author.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
AUTHOR_EMBED = Embed(frozenset({"id", "slug", "name", "title"}), {"avatar": ASSET_EMBED})


def author_rows(scope: Scope) -> FromClause:
    """All authors, each with the portrait that may be shown."""
    portrait = shown_key(AUTHOR_TABLE.c.avatar_id, moment_of(scope)).label("avatar_id")
    columns = [portrait if c.key == "avatar_id" else c for c in readable(AUTHOR_TABLE.c, AUTHOR_RULES, scope)]
    return select(*columns).subquery()


AUTHOR = Entity("author", "Author", author_rows)


def by_name(columns: Columns) -> Any:
    """A name's place in the alphabet, whatever its case and accents."""
    return func.lower(func.unaccent(columns["name"]), type_=Text())


AUTHOR_ORDERS = Orders(
    {
        "NAME": OrderKey(by_name),
        "CREATED_AT": OrderKey(lambda columns: columns["created_at"]),
        "UPDATED_AT": OrderKey(lambda columns: columns["updated_at"]),
        "EMAIL": OrderKey(lambda columns: columns["email"], nullable=lambda _: True),
    },
    default=(("NAME", False),),
)
