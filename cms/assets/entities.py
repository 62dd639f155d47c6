"""What may be read of assets: staff reads all, or those that versions show; the public what published articles and author pages show."""

from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, column, exists, null, select, table, true
from sqlalchemy.dialects.postgresql import JSONB

from cms.assets.models import Asset
from cms.perspective import PerspectiveKind
from cms.reading.entities import Embed, Entity, Scope
from cms.reading.sources import OrderKey, Orders

ASSET_TABLE: Any = Asset.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)

# Two tables of the slices above, by name alone: whoever shows an asset makes it public.
_SHOWN_BY_ARTICLES = table("live_asset", column("asset_id"))
_SHOWN_BY_AUTHORS = table("author", column("avatar_id"))
# Two more for those who read drafts: of all articles, or of one.
_ARTICLE = table("article", column("id"), column("draft_version_id"))
_SHOWN_BY_VERSIONS = table("version_asset", column("version_id"), column("asset_id"))

# What is copied to wherever an asset is shown: what a page needs, and no more, because every answer reads it.
EMBEDDED_COLUMNS = frozenset(
    {
        "id", "sha256", "width", "height", "focal_x", "focal_y", "alt", "caption", "credit", "creator", "copyright", "license",
        "source", "digital_source_type", "thumb_hash", "dominant_color",
    }
)  # fmt: skip
ASSET_EMBED = Embed(EMBEDDED_COLUMNS)
# What only this slice needs to know of its rows.
_KEPT_BACK = frozenset(
    {"object_key", "created_by", "frames", "has_alpha", "file_words", "attention_x", "attention_y"}
)


def asset_rows(scope: Scope) -> FromClause:
    """The assets that the scope sees."""
    shown = true()
    if not scope.reads_all_assets:
        by_articles = exists().where(_SHOWN_BY_ARTICLES.c.asset_id == ASSET_TABLE.c.id)
        by_authors = exists().where(_SHOWN_BY_AUTHORS.c.avatar_id == ASSET_TABLE.c.id)
        shown = by_articles | by_authors
        if scope.perspective.kind is PerspectiveKind.PREVIEW:
            shown |= _is_shown_in_preview(scope)
        if scope.reads_history:
            # Whoever reads what an article said in some version sees its pictures, too.
            shown |= ASSET_TABLE.c.id.in_(select(_SHOWN_BY_VERSIONS.c.asset_id))
    columns = [c for c in ASSET_TABLE.c if c.name not in _KEPT_BACK]
    # The original and what it says of itself are for those who may read every asset.
    original: ColumnElement[Any] = ASSET_TABLE.c.sha256
    words: ColumnElement[Any] = ASSET_TABLE.c.file_words
    if not scope.reads_all_assets:
        original, words = null().cast(Text), null().cast(JSONB)
    columns += [original.label("original_sha256"), words.label("file_words")]
    return select(*columns).where(shown).subquery()


def _is_shown_in_preview(scope: Scope) -> ColumnElement[bool]:
    article, link = _ARTICLE, _SHOWN_BY_VERSIONS
    of_draft = select(link.c.asset_id).join(article, article.c.draft_version_id == link.c.version_id)
    return ASSET_TABLE.c.id.in_(of_draft.where(article.c.id == scope.previewed()))


ASSET = Entity("asset", "Asset", asset_rows, embed=ASSET_EMBED)

ASSET_ORDERS = Orders(
    {
        name.upper(): OrderKey(itemgetter(name))
        for name in ("created_at", "updated_at", "filename", "byte_size")
    },
    default=(("CREATED_AT", True),),
)
