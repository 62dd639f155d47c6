"""What may be read of assets: staff reads all, or those that versions show; the public what published articles and author pages show."""

from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    and_,
    column,
    exists,
    false,
    func,
    literal_column,
    null,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from cms.assets.models import Asset
from cms.assets.showing import may_be_shown, moment_of
from cms.perspective import PerspectiveKind
from cms.reading.entities import Embed, Entity, Scope
from cms.reading.sources import One, OrderKey, Orders

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
        "id", "sha256", "width", "height", "focal_x", "focal_y", "alt", "is_decorative", "caption", "credit", "creator", "copyright", "license",
        "source", "digital_source_type", "thumb_hash", "dominant_color",
    }
)  # fmt: skip
ASSET_EMBED = Embed(EMBEDDED_COLUMNS)
# What only this slice needs to know of its rows.
_KEPT_BACK = frozenset(
    {
        "object_key", "created_by", "frames", "has_alpha", "file_words", "attention_x", "attention_y", "usage_restrictions", "substitute_id",
        "rights_ended",
    }
)  # fmt: skip


def asset_rows(scope: Scope) -> FromClause:
    """The assets that the scope sees."""
    shown, moment = true(), moment_of(scope)
    judged_at = func.now() if moment is None else moment
    if not scope.reads_all_assets:
        shown = _is_seen(ASSET_TABLE.c.id, scope)
        if moment is not None:
            shown = may_be_shown(ASSET_TABLE, moment) & (shown | _stands_in(moment, scope))
    columns = [c for c in ASSET_TABLE.c if c.name not in _KEPT_BACK]
    # The original and what it says of itself are for those who may read every asset.
    original: ColumnElement[Any] = ASSET_TABLE.c.sha256
    words: ColumnElement[Any] = ASSET_TABLE.c.file_words
    restrictions: ColumnElement[Any] = ASSET_TABLE.c.usage_restrictions
    substitute: ColumnElement[Any] = ASSET_TABLE.c.substitute_id
    if not scope.reads_all_assets:
        original, words = null().cast(Text), null().cast(JSONB)
        restrictions, substitute = null().cast(Text), null().cast(Uuid())
    columns += [
        original.label("original_sha256"),
        words.label("file_words"),
        restrictions.label("usage_restrictions"),
        substitute.label("substitute_id"),
        func.coalesce(ASSET_TABLE.c.rights_expire_at <= judged_at, false()).label("is_expired"),
        _is_used(ASSET_TABLE.c.id).label("is_used"),
        lacks_alt(ASSET_TABLE).label("lacks_alt"),
    ]
    return select(*columns).where(shown).subquery()


def lacks_alt(asset: FromClause) -> ColumnElement[bool]:
    """Whether nobody has said anything for readers who cannot see the picture, nor that there is nothing to say."""
    return and_(asset.c.alt == literal_column("''"), ~asset.c.is_decorative)


def _is_used(key: ColumnElement[Any]) -> ColumnElement[bool]:
    by_articles = exists().where(_SHOWN_BY_ARTICLES.c.asset_id == key)
    return by_articles | exists().where(_SHOWN_BY_AUTHORS.c.avatar_id == key)


def _is_seen(key: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    """Whether something that the scope sees uses the asset."""
    seen = _is_used(key)
    if scope.perspective.kind is PerspectiveKind.PREVIEW:
        seen |= _is_shown_in_preview(key, scope)
    if scope.reads_history:
        # Whoever reads what an article said in some version sees its pictures, too.
        seen |= key.in_(select(_SHOWN_BY_VERSIONS.c.asset_id))
    return seen


def _stands_in(moment: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    used = ASSET_TABLE.alias("replaced")
    has_expired = used.c.rights_expire_at <= moment
    return exists().where(used.c.substitute_id == ASSET_TABLE.c.id, has_expired, _is_seen(used.c.id, scope))


def _is_shown_in_preview(key: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    article, link = _ARTICLE, _SHOWN_BY_VERSIONS
    of_draft = select(link.c.asset_id).join(article, article.c.draft_version_id == link.c.version_id)
    return key.in_(of_draft.where(article.c.id == scope.previewed()))


ASSET = Entity("asset", "Asset", asset_rows, embed=ASSET_EMBED)

SUBSTITUTE = One(ASSET, "substitute_id")

ASSET_ORDERS = Orders(
    {
        name.upper(): OrderKey(itemgetter(name))
        for name in ("created_at", "updated_at", "filename", "byte_size")
    }
    | {"RIGHTS_EXPIRE_AT": OrderKey(itemgetter("rights_expire_at"), nullable=lambda _: True)},
    default=(("CREATED_AT", True),),
)
