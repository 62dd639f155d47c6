"""What may be read of authors: everything but the e-mail address, which is for those who may read it."""

from typing import Any

from sqlalchemy import FromClause, Text, cast, func, null, select

from cms.assets.entities import ASSET_EMBED
from cms.authors.models import Author
from cms.reading.entities import Columns, Embed, Entity, Scope
from cms.reading.sources import OrderKey, Orders

AUTHOR_TABLE: Any = Author.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
AUTHOR_EMBED = Embed(frozenset({"id", "slug", "name", "title"}), {"avatar": ASSET_EMBED})


def author_rows(scope: Scope) -> FromClause:
    """All authors."""
    email = AUTHOR_TABLE.c.email if scope.reads_emails else cast(null(), Text)
    columns = [email.label("email") if c.name == "email" else c for c in AUTHOR_TABLE.c]
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
    },
    default=(("NAME", False),),
)
