"""What may be read of assets: staff reads all, the public what published articles and author pages show."""

from operator import itemgetter
from typing import Any

from sqlalchemy import FromClause, column, exists, select, table, true

from cms.assets.models import Asset
from cms.reading.entities import Embed, Entity, Scope
from cms.reading.sources import OrderKey, Orders

ASSET_TABLE: Any = Asset.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)

# Two tables of the slices above, by name alone: whoever shows an asset makes it public.
_SHOWN_BY_ARTICLES = table("live_asset", column("asset_id"))
_SHOWN_BY_AUTHORS = table("author", column("avatar_id"))

ASSET_EMBED = Embed(frozenset(ASSET_TABLE.c.keys()) - {"object_key", "created_by"})


def asset_rows(scope: Scope) -> FromClause:
    """The assets that the scope sees."""
    shown = true()
    if not scope.reads_all_assets:
        by_articles = exists().where(_SHOWN_BY_ARTICLES.c.asset_id == ASSET_TABLE.c.id)
        by_authors = exists().where(_SHOWN_BY_AUTHORS.c.avatar_id == ASSET_TABLE.c.id)
        shown = by_articles | by_authors
    columns = [c for c in ASSET_TABLE.c if c.name not in {"object_key", "created_by"}]
    return select(*columns).where(shown).subquery()


ASSET = Entity("asset", "Asset", asset_rows, embed=ASSET_EMBED)

ASSET_ORDERS = Orders(
    {
        name.upper(): OrderKey(itemgetter(name))
        for name in ("created_at", "updated_at", "filename", "byte_size")
    },
    default=(("CREATED_AT", True),),
)
