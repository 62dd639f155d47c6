"""The SQL face of the desk: articles, their versions, publications and slugs, and the links of a version."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, TSVECTOR, ExcludeConstraint, Range
from sqlmodel import Field

from cms.accounts import models as _accounts  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.articles.kinds import ArticleKind, ArticleStatus, AssetPlace, BylineRole, NoticeKind, RelationKind
from cms.assets import models as _assets  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.authors import models as _authors  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.database import Table, enum_column, id_column, json_column, time_column
from cms.taxonomy import models as _taxonomy  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)


def is_framed_inside(picture: str) -> str:
    """The condition that the focal point and the crop of a picture lie inside it."""
    point, crop = f"{picture}_focal_point", f"{picture}_crop"
    return f"""
({point} IS NULL OR coalesce(({point}->>'x')::float8 BETWEEN 0 AND 1 AND ({point}->>'y')::float8 BETWEEN 0 AND 1, false))
AND ({crop} IS NULL OR coalesce(
    ({crop}->>'x')::float8 >= 0 AND ({crop}->>'y')::float8 >= 0 AND ({crop}->>'width')::float8 > 0 AND ({crop}->>'height')::float8 > 0
    AND ({crop}->>'x')::float8 + ({crop}->>'width')::float8 < 1.000001 AND ({crop}->>'y')::float8 + ({crop}->>'height')::float8 < 1.000001,
    false
))
"""


def trigram_index(column: str) -> Index:
    """An index that finds a piece of a word, in any script."""
    lowered = literal_column(f"lower({column})").label("lowered")
    return Index(
        f"ix_live_article_{column}_trigrams",
        lowered,
        postgresql_using="gin",
        postgresql_ops={"lowered": "gin_trgm_ops"},
    )


class Article(Table, table=True):
    """The identity of a piece in one locale, and a pointer to its draft and its live version."""

    __table_args__ = (
        UniqueConstraint("translation_group_id", "locale"),
        ForeignKeyConstraint(
            ["draft_version_id"],
            ["article_version.id"],
            name="fk_article_draft_version",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        ForeignKeyConstraint(
            ["live_version_id"],
            ["article_version.id"],
            name="fk_article_live_version",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(
            "ix_article_live_version_id", "live_version_id", postgresql_where="live_version_id IS NOT NULL"
        ),
        CheckConstraint(
            "status <> 'PUBLISHED' OR (live_version_id IS NOT NULL AND live_version_id = draft_version_id)",
            name="published_is_live",
        ),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    locale: str = Field(max_length=35)
    translation_group_id: UUID
    status: ArticleStatus = Field(
        default=ArticleStatus.DRAFT, sa_column=enum_column(ArticleStatus, "article_status")
    )
    # Deleting a version asks by these two whether an article points at it.
    draft_version_id: UUID = Field(sa_column=Column(Uuid, nullable=False, index=True))
    live_version_id: UUID | None = Field(default=None, sa_column=Column(Uuid, nullable=True))
    version: int = Field(default=1, ge=1)
    # What a translation was made from: the article, the number of its version, and the fingerprint of that version's words.
    translated_from_id: UUID | None = Field(
        default=None, foreign_key="article.id", ondelete="SET NULL", index=True
    )
    translated_from_version: int | None = None
    translated_from_digest: str | None = Field(default=None, max_length=32)
    published_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    created_at: datetime = Field(default=None, sa_column=time_column())
    updated_at: datetime = Field(default=None, sa_column=time_column(index=True))


class ArticleVersion(Table, table=True):
    """All content of an article as it was saved once; never changed afterwards."""

    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint(is_framed_inside("cover"), name="cover_is_framed_inside"),
        CheckConstraint(is_framed_inside("seo_image"), name="seo_image_is_framed_inside"),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE")
    number: int = Field(ge=1)
    created_at: datetime = Field(default=None, sa_column=time_column())
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    message: str | None = Field(default=None, sa_type=Text)
    changed_fields: list[str] = Field(default_factory=list, sa_column=json_column())
    kind: ArticleKind = Field(sa_column=enum_column(ArticleKind, "article_kind"))
    slug: str = Field(max_length=200)
    title: str = Field(max_length=500)
    subtitle: str | None = Field(default=None, sa_type=Text)
    written_excerpt: str | None = Field(default=None, sa_type=Text)
    excerpt: str = Field(sa_type=Text)
    body_markdown: str = Field(sa_type=Text)
    body_html: str = Field(sa_type=Text)
    body_text: str = Field(sa_type=Text)
    body_blocks: list[dict[str, Any]] = Field(sa_column=json_column())
    body_outline: list[dict[str, Any]] = Field(sa_column=json_column())
    word_count: int
    reading_minutes: int
    section_id: UUID | None = Field(default=None, foreign_key="section.id", ondelete="SET NULL", index=True)
    cover_id: UUID | None = Field(default=None, foreign_key="asset.id", ondelete="SET NULL", index=True)
    cover_alt: str | None = Field(default=None, sa_type=Text)
    cover_caption: str | None = Field(default=None, sa_type=Text)
    cover_credit: str | None = Field(default=None, sa_type=Text)
    # How the article frames the picture: {x, y}, and {x, y, width, height}, in shares of it.
    cover_focal_point: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    cover_crop: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    seo_title: str | None = Field(default=None, sa_type=Text)
    seo_description: str | None = Field(default=None, sa_type=Text)
    seo_canonical_url: str | None = Field(default=None, sa_type=Text)
    seo_no_index: bool = False
    seo_image_id: UUID | None = Field(default=None, foreign_key="asset.id", ondelete="SET NULL")
    seo_image_focal_point: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    seo_image_crop: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    disclosures: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    # A fingerprint of its words, by which a translation knows whether its source has moved on.
    text_digest: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    search: str = Field(sa_column=Column(TSVECTOR, nullable=False))


class Publication(Table, table=True):
    """When a version was live. The ranges of one article never overlap."""

    __table_args__ = (
        ExcludeConstraint(("article_id", "="), ("during", "&&"), using="gist", name="no_overlap"),
        CheckConstraint("NOT isempty(during)", name="during_is_not_empty"),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE")
    version_id: UUID = Field(foreign_key="article_version.id", ondelete="CASCADE", index=True)
    during: Range[datetime] = Field(sa_column=Column(TSTZRANGE, nullable=False))
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    message: str | None = Field(default=None, sa_type=Text)
    ended_by_name: str | None = Field(default=None, max_length=200)
    end_message: str | None = Field(default=None, sa_type=Text)


class ArticleNotice(Table, table=True):
    """Something that readers are told of an article: from when to when it was published; null while it is not.

    `version` is the one of the article that it is about; how often the notice itself was written is `revision`.
    """

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    version: int
    kind: NoticeKind = Field(sa_column=enum_column(NoticeKind, "notice_kind"))
    text: str = Field(sa_type=Text)
    revision: int = Field(default=1, ge=1, sa_column_kwargs={"server_default": "1"})
    field_versions: dict[str, int] = Field(
        default_factory=dict, sa_type=JSONB, nullable=False, sa_column_kwargs={"server_default": "{}"}
    )
    dated: datetime = Field(sa_column=time_column())
    during: Range[datetime] | None = Field(default=None, sa_column=Column(TSTZRANGE, nullable=True))
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    created_at: datetime = Field(default=None, sa_column=time_column())
    updated_at: datetime = Field(default=None, sa_column=time_column())


class ArticleSlug(Table, table=True):
    """Every slug that leads to an article. One that was never live is not told to the public."""

    locale: str = Field(primary_key=True, max_length=35)
    # Most lookups name no locale.
    slug: str = Field(primary_key=True, max_length=200, index=True)
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    was_live: bool = False
    created_at: datetime = Field(default=None, sa_column=time_column())


class VersionByline(Table, table=True):
    """Who made a version of an article, in order."""

    __table_args__ = (UniqueConstraint("version_id", "author_id", "role"),)

    version_id: UUID = Field(primary_key=True, foreign_key="article_version.id", ondelete="CASCADE")
    position: int = Field(primary_key=True, ge=0)
    author_id: UUID = Field(foreign_key="author.id", ondelete="RESTRICT", index=True)
    role: BylineRole = Field(sa_column=enum_column(BylineRole, "byline_role"))


class VersionTag(Table, table=True):
    """The tags of a version of an article, in order."""

    __table_args__ = (UniqueConstraint("version_id", "tag_id", deferrable=True),)

    version_id: UUID = Field(primary_key=True, foreign_key="article_version.id", ondelete="CASCADE")
    position: int = Field(primary_key=True, ge=0)
    tag_id: UUID = Field(foreign_key="tag.id", ondelete="CASCADE", index=True)


class VersionRelated(Table, table=True):
    """The articles that a version names as related, in the editor's order."""

    __table_args__ = (UniqueConstraint("version_id", "article_id"),)

    version_id: UUID = Field(primary_key=True, foreign_key="article_version.id", ondelete="CASCADE")
    position: int = Field(primary_key=True, ge=0)
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    kind: RelationKind = Field(sa_column=enum_column(RelationKind, "relation_kind"))
    note: str | None = Field(default=None, sa_type=Text)


class VersionAsset(Table, table=True):
    """The assets that a version shows, and where."""

    version_id: UUID = Field(primary_key=True, foreign_key="article_version.id", ondelete="CASCADE")
    place: AssetPlace = Field(
        sa_column=Column("place", enum_column(AssetPlace, "asset_place").type, primary_key=True)
    )
    asset_id: UUID = Field(primary_key=True, foreign_key="asset.id", ondelete="CASCADE", index=True)
    # Whether the article leaves it to the asset to say what readers who cannot see the picture should know.
    lacks_own_alt: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class VersionLink(Table, table=True):
    """The articles that the body of a version links to."""

    version_id: UUID = Field(primary_key=True, foreign_key="article_version.id", ondelete="CASCADE")
    article_id: UUID = Field(primary_key=True, foreign_key="article.id", ondelete="CASCADE", index=True)


class VersionLoss(Table, table=True):
    """What a version named and that has been deleted or merged since. Ids are public ones: there are no rows to refer to."""

    version_id: UUID = Field(primary_key=True, foreign_key="article_version.id", ondelete="CASCADE")
    path: str = Field(primary_key=True, max_length=60)
    lost_id: str = Field(primary_key=True, max_length=80)
    name: str = Field(sa_type=Text)
    replaced_by: str | None = Field(default=None, max_length=80)


class LiveArticle(Table, table=True):
    """What the public reads: one row a published article, with its small lists embedded."""

    __table_args__ = (
        UniqueConstraint("locale", "slug"),
        Index("ix_live_article_newest", text("published_at DESC"), text("id DESC")),
        Index("ix_live_article_locale_newest", "locale", text("published_at DESC"), text("id DESC")),
        Index("ix_live_article_section_newest", "section_id", text("published_at DESC"), text("id DESC")),
        Index("ix_live_article_search", "search", postgresql_using="gin"),
        trigram_index("title"),
        trigram_index("body_text"),
    )

    id: UUID = Field(primary_key=True, foreign_key="article.id", ondelete="CASCADE")
    version_id: UUID = Field(foreign_key="article_version.id", ondelete="CASCADE", unique=True)
    locale: str = Field(max_length=35)
    translation_group_id: UUID = Field(index=True)
    status: str = Field(max_length=60)
    version: int
    kind: str = Field(max_length=60)
    slug: str = Field(max_length=200)
    title: str = Field(max_length=500)
    subtitle: str | None = Field(default=None, sa_type=Text)
    excerpt: str = Field(sa_type=Text)
    body_markdown: str = Field(sa_type=Text)
    body_html: str = Field(sa_type=Text)
    body_text: str = Field(sa_type=Text)
    body_blocks: list[dict[str, Any]] = Field(sa_column=json_column())
    body_outline: list[dict[str, Any]] = Field(sa_column=json_column())
    body_references: dict[str, Any] = Field(sa_column=json_column())
    word_count: int
    reading_minutes: int
    section_id: UUID | None = None
    section: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    cover_id: UUID | None = None
    cover_alt: str | None = Field(default=None, sa_type=Text)
    cover_caption: str | None = Field(default=None, sa_type=Text)
    cover_credit: str | None = Field(default=None, sa_type=Text)
    cover_focal_point: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    cover_crop: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    cover: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    seo_title: str | None = Field(default=None, sa_type=Text)
    seo_description: str | None = Field(default=None, sa_type=Text)
    seo_canonical_url: str | None = Field(default=None, sa_type=Text)
    seo_no_index: bool = False
    seo_image_id: UUID | None = None
    seo_image_focal_point: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    seo_image_crop: dict[str, float] | None = Field(default=None, sa_column=json_column(nullable=True))
    seo_image: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    disclosures: list[dict[str, Any]] = Field(sa_column=json_column())
    byline: list[dict[str, Any]] = Field(sa_column=json_column())
    tags: list[dict[str, Any]] = Field(sa_column=json_column())
    translated_from_id: UUID | None = None
    is_outdated: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    notices: list[dict[str, Any]] = Field(sa_column=json_column())
    # When the rights of a picture in it expire: from then on its pictures are those of the desk (`cms/articles/current.py`).
    good_until: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    published_at: datetime = Field(sa_column=time_column())
    created_at: datetime = Field(sa_column=time_column())
    updated_at: datetime = Field(sa_column=time_column(index=True))
    search: str = Field(sa_column=Column(TSVECTOR, nullable=False))


class LiveTombstone(Table, table=True):
    """What the public reads where an article was taken back: nothing of what it said but its headline."""

    __table_args__ = (UniqueConstraint("locale", "slug"),)

    id: UUID = Field(primary_key=True, foreign_key="article.id", ondelete="CASCADE")
    locale: str = Field(max_length=35)
    translation_group_id: UUID = Field(index=True)
    version: int
    kind: str = Field(max_length=60)
    slug: str = Field(max_length=200)
    title: str = Field(max_length=500)
    notices: list[dict[str, Any]] = Field(sa_column=json_column())
    published_at: datetime = Field(sa_column=time_column())
    created_at: datetime = Field(sa_column=time_column())
    updated_at: datetime = Field(sa_column=time_column())


class LiveByline(Table, table=True):
    """Who made a published article: for lists by author."""

    live_id: UUID = Field(primary_key=True, foreign_key="live_article.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    author_id: UUID = Field(foreign_key="author.id", ondelete="RESTRICT", index=True)
    role: str = Field(max_length=60)


class LiveTag(Table, table=True):
    """The tags of a published article: for lists by tag."""

    live_id: UUID = Field(primary_key=True, foreign_key="live_article.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    tag_id: UUID = Field(foreign_key="tag.id", ondelete="RESTRICT", index=True)


class LiveRelated(Table, table=True):
    """The related links of which both ends are published."""

    live_id: UUID = Field(primary_key=True, foreign_key="live_article.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    article_id: UUID = Field(foreign_key="live_article.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=60)
    note: str | None = Field(default=None, sa_type=Text)


class LiveAsset(Table, table=True):
    """The assets that published articles show: what the public may see of the assets."""

    live_id: UUID = Field(primary_key=True, foreign_key="live_article.id", ondelete="CASCADE")
    place: str = Field(primary_key=True, max_length=60)
    asset_id: UUID = Field(primary_key=True, foreign_key="asset.id", ondelete="RESTRICT", index=True)
    lacks_own_alt: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
