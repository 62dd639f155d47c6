"""The desk and the live side"""

import sqlalchemy as sa
import sqlmodel  # noqa: F401
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "VIEWER",
                "CONTRIBUTOR",
                "AUTHOR",
                "EDITOR",
                "ADMIN",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("hint", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(secret_sha256) = 32", name=op.f("ck_api_token_secret_is_sha256")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["api_token.id"],
            name=op.f("fk_api_token_created_by_api_token"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_api_token_secret_sha256")),
    )
    op.create_table(
        "import_record",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("noun", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "noun", "source_key", name=op.f("pk_import_record")),
    )
    op.create_index(op.f("ix_import_record_target_id"), "import_record", ["target_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_section_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["section.id"], name=op.f("fk_section_parent_id_section"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("slug", name=op.f("uq_section_slug")),
    )
    op.create_index(op.f("ix_section_parent_id"), "section", ["parent_id"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("article_path", sa.Text(), nullable=False),
        sa.Column("locales", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("default_locale", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column(
            "disclosure_texts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "default_locale = ANY (locales)", name=op.f("ck_site_default_locale_is_among_locales")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("slug", name=op.f("uq_tag_slug")),
    )
    op.create_index(op.f("ix_tag_name"), "tag", ["name"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("translation_group_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "DRAFT",
                "IN_REVIEW",
                "APPROVED",
                "SCHEDULED",
                "PUBLISHED",
                "UNPUBLISHED",
                "WITHDRAWN",
                name="article_status",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("draft_version_id", sa.Uuid(), nullable=False),
        sa.Column("live_version_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'PUBLISHED') = (live_version_id IS NOT NULL)",
            name=op.f("ck_article_published_is_live"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["api_token.id"],
            name=op.f("fk_article_created_by_api_token"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["draft_version_id"],
            ["article_version.id"],
            name="fk_article_draft_version",
            initially="DEFERRED",
            deferrable=True,
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["live_version_id"],
            ["article_version.id"],
            name="fk_article_live_version",
            initially="DEFERRED",
            deferrable=True,
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint(
            "translation_group_id", "locale", name=op.f("uq_article_translation_group_id_locale")
        ),
    )
    op.create_index(op.f("ix_article_updated_at"), "article", ["updated_at"], unique=False)
    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "PROCESSING",
                "READY",
                "REJECTED",
                name="asset_state",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("filename", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.Column("credit", sa.Text(), nullable=True),
        sa.Column("creator", sa.Text(), nullable=True),
        sa.Column("copyright", sa.Text(), nullable=True),
        sa.Column("license", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column(
            "digital_source_type",
            sa.Enum(
                "digitalCapture",
                "computationalCapture",
                "negativeFilm",
                "positiveFilm",
                "print",
                "humanEdits",
                "compositeWithTrainedAlgorithmicMedia",
                "algorithmicallyEnhanced",
                "digitalCreation",
                "dataDrivenMedia",
                "trainedAlgorithmicMedia",
                "algorithmicMedia",
                "screenCapture",
                "virtualRecording",
                "composite",
                "compositeCapture",
                "compositeSynthetic",
                name="digital_source_type",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("focal_x", sa.Float(), nullable=True),
        sa.Column("focal_y", sa.Float(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_asset_sha256_is_hex")),
        sa.CheckConstraint(
            "(focal_x IS NULL) = (focal_y IS NULL)", name=op.f("ck_asset_focal_point_is_whole")
        ),
        sa.CheckConstraint("byte_size > 0 AND width > 0 AND height > 0", name=op.f("ck_asset_has_a_size")),
        sa.CheckConstraint(
            "focal_x BETWEEN 0 AND 1 AND focal_y BETWEEN 0 AND 1", name=op.f("ck_asset_focal_point_is_inside")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["api_token.id"], name=op.f("fk_asset_created_by_api_token"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("object_key", name=op.f("uq_asset_object_key")),
    )
    op.create_index(op.f("ix_asset_created_at"), "asset", ["created_at"], unique=False)
    op.create_index(op.f("ix_asset_sha256"), "asset", ["sha256"], unique=False)
    op.create_table(
        "article_slug",
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("was_live", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_slug_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("locale", "slug", name=op.f("pk_article_slug")),
    )
    op.create_index(op.f("ix_article_slug_article_id"), "article_slug", ["article_id"], unique=False)
    op.create_table(
        "article_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column(
            "changed_fields", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "NEWS",
                "ANALYSIS",
                "OPINION",
                "INTERVIEW",
                "REVIEW",
                "EXPLAINER",
                "LIVE",
                "PRESS_RELEASE",
                name="article_kind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("written_excerpt", sa.Text(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_blocks", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("body_outline", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("reading_minutes", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("cover_alt", sa.Text(), nullable=True),
        sa.Column("cover_caption", sa.Text(), nullable=True),
        sa.Column("cover_credit", sa.Text(), nullable=True),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("seo_canonical_url", sa.Text(), nullable=True),
        sa.Column("seo_no_index", sa.Boolean(), nullable=False),
        sa.Column("seo_image_id", sa.Uuid(), nullable=True),
        sa.Column("disclosures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_version_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["asset.id"], name=op.f("fk_article_version_cover_id_asset"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["api_token.id"],
            name=op.f("fk_article_version_created_by_api_token"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_article_version_section_id_section"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["seo_image_id"],
            ["asset.id"],
            name=op.f("fk_article_version_seo_image_id_asset"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_version_article_id_number")),
    )
    op.create_index(op.f("ix_article_version_cover_id"), "article_version", ["cover_id"], unique=False)
    op.create_index(op.f("ix_article_version_section_id"), "article_version", ["section_id"], unique=False)
    op.create_table(
        "author",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=320), nullable=True),
        sa.Column("avatar_id", sa.Uuid(), nullable=True),
        sa.Column("links", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["avatar_id"], ["asset.id"], name=op.f("fk_author_avatar_id_asset"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("slug", name=op.f("uq_author_slug")),
    )
    op.create_index(op.f("ix_author_avatar_id"), "author", ["avatar_id"], unique=False)
    op.create_index(op.f("ix_author_name"), "author", ["name"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "POST",
                "PUT",
                "MULTIPART",
                name="upload_method",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("filename", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_upload_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["api_token.id"], name=op.f("fk_upload_created_by_api_token"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("object_key", name=op.f("uq_upload_object_key")),
    )
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"], unique=False)
    op.create_table(
        "live_article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("translation_group_id", sa.Uuid(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_blocks", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("body_outline", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column(
            "body_references", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("reading_minutes", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("section", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("cover_alt", sa.Text(), nullable=True),
        sa.Column("cover_caption", sa.Text(), nullable=True),
        sa.Column("cover_credit", sa.Text(), nullable=True),
        sa.Column("cover", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("seo_canonical_url", sa.Text(), nullable=True),
        sa.Column("seo_no_index", sa.Boolean(), nullable=False),
        sa.Column("seo_image_id", sa.Uuid(), nullable=True),
        sa.Column("disclosures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("byline", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("tags", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["article.id"], name=op.f("fk_live_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_live_article_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_article")),
        sa.UniqueConstraint("locale", "slug", name=op.f("uq_live_article_locale_slug")),
        sa.UniqueConstraint("version_id", name=op.f("uq_live_article_version_id")),
    )
    op.create_index(
        "ix_live_article_body_text_trigrams",
        "live_article",
        [sa.literal_column("lower(body_text)").label("lowered")],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"lowered": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_live_article_locale_newest",
        "live_article",
        ["locale", sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_live_article_newest",
        "live_article",
        [sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_live_article_search", "live_article", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_live_article_section_newest",
        "live_article",
        ["section_id", sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_live_article_title_trigrams",
        "live_article",
        [sa.literal_column("lower(title)").label("lowered")],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"lowered": "gin_trgm_ops"},
    )
    op.create_index(
        op.f("ix_live_article_translation_group_id"), "live_article", ["translation_group_id"], unique=False
    )
    op.create_index(op.f("ix_live_article_updated_at"), "live_article", ["updated_at"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("ended_by_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("end_message", sa.Text(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("article_id"), "="), (sa.column("during"), "&&"), using="gist", name="no_overlap"
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_publication_during_is_not_empty")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_publication_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["api_token.id"],
            name=op.f("fk_publication_created_by_api_token"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_publication_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_version_id"), "publication", ["version_id"], unique=False)
    op.create_table(
        "version_asset",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "COVER",
                "BODY",
                "SEO",
                name="asset_place",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_version_asset_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_version_asset_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "place", "asset_id", name=op.f("pk_version_asset")),
    )
    op.create_index(op.f("ix_version_asset_asset_id"), "version_asset", ["asset_id"], unique=False)
    op.create_table(
        "version_byline",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "AUTHOR",
                "TRANSLATOR",
                "EDITOR",
                "PHOTOGRAPHER",
                "CONTRIBUTOR",
                name="byline_role",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_version_byline_author_id_author"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_version_byline_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_version_byline")),
        sa.UniqueConstraint(
            "version_id", "author_id", "role", name=op.f("uq_version_byline_version_id_author_id_role")
        ),
    )
    op.create_index(op.f("ix_version_byline_author_id"), "version_byline", ["author_id"], unique=False)
    op.create_table(
        "version_link",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_version_link_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_version_link_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "article_id", name=op.f("pk_version_link")),
    )
    op.create_index(op.f("ix_version_link_article_id"), "version_link", ["article_id"], unique=False)
    op.create_table(
        "version_related",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SEE_ALSO",
                "BACKGROUND",
                "FOLLOW_UP",
                "SERIES",
                "UPDATE_OF",
                "OPPOSING_VIEW",
                name="relation_kind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_version_related_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_version_related_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_version_related")),
        sa.UniqueConstraint(
            "version_id", "article_id", name=op.f("uq_version_related_version_id_article_id")
        ),
    )
    op.create_index(op.f("ix_version_related_article_id"), "version_related", ["article_id"], unique=False)
    op.create_table(
        "version_tag",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name=op.f("fk_version_tag_tag_id_tag"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_version_tag_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_version_tag")),
        sa.UniqueConstraint(
            "version_id", "tag_id", deferrable=True, name=op.f("uq_version_tag_version_id_tag_id")
        ),
    )
    op.create_index(op.f("ix_version_tag_tag_id"), "version_tag", ["tag_id"], unique=False)
    op.create_table(
        "live_asset",
        sa.Column("live_id", sa.Uuid(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_live_asset_asset_id_asset"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["live_id"],
            ["live_article.id"],
            name=op.f("fk_live_asset_live_id_live_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("live_id", "place", "asset_id", name=op.f("pk_live_asset")),
    )
    op.create_index(op.f("ix_live_asset_asset_id"), "live_asset", ["asset_id"], unique=False)
    op.create_table(
        "live_byline",
        sa.Column("live_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_live_byline_author_id_author"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["live_id"],
            ["live_article.id"],
            name=op.f("fk_live_byline_live_id_live_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("live_id", "position", name=op.f("pk_live_byline")),
    )
    op.create_index(op.f("ix_live_byline_author_id"), "live_byline", ["author_id"], unique=False)
    op.create_table(
        "live_related",
        sa.Column("live_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["live_article.id"],
            name=op.f("fk_live_related_article_id_live_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["live_id"],
            ["live_article.id"],
            name=op.f("fk_live_related_live_id_live_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("live_id", "position", name=op.f("pk_live_related")),
    )
    op.create_index(op.f("ix_live_related_article_id"), "live_related", ["article_id"], unique=False)
    op.create_table(
        "live_tag",
        sa.Column("live_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["live_id"],
            ["live_article.id"],
            name=op.f("fk_live_tag_live_id_live_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name=op.f("fk_live_tag_tag_id_tag"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("live_id", "position", name=op.f("pk_live_tag")),
    )
    op.create_index(op.f("ix_live_tag_tag_id"), "live_tag", ["tag_id"], unique=False)
    for pointer in ("draft", "live"):
        op.create_foreign_key(
            f"fk_article_{pointer}_version", "article", "article_version", [f"{pointer}_version_id"], ["id"], deferrable=True, initially="DEFERRED"
        )


def downgrade() -> None:
    for pointer in ("draft", "live"):
        op.drop_constraint(f"fk_article_{pointer}_version", "article", type_="foreignkey")
    op.drop_index(op.f("ix_live_tag_tag_id"), table_name="live_tag")
    op.drop_table("live_tag")
    op.drop_index(op.f("ix_live_related_article_id"), table_name="live_related")
    op.drop_table("live_related")
    op.drop_index(op.f("ix_live_byline_author_id"), table_name="live_byline")
    op.drop_table("live_byline")
    op.drop_index(op.f("ix_live_asset_asset_id"), table_name="live_asset")
    op.drop_table("live_asset")
    op.drop_index(op.f("ix_version_tag_tag_id"), table_name="version_tag")
    op.drop_table("version_tag")
    op.drop_index(op.f("ix_version_related_article_id"), table_name="version_related")
    op.drop_table("version_related")
    op.drop_index(op.f("ix_version_link_article_id"), table_name="version_link")
    op.drop_table("version_link")
    op.drop_index(op.f("ix_version_byline_author_id"), table_name="version_byline")
    op.drop_table("version_byline")
    op.drop_index(op.f("ix_version_asset_asset_id"), table_name="version_asset")
    op.drop_table("version_asset")
    op.drop_index(op.f("ix_publication_version_id"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_live_article_updated_at"), table_name="live_article")
    op.drop_index(op.f("ix_live_article_translation_group_id"), table_name="live_article")
    op.drop_index(
        "ix_live_article_title_trigrams",
        table_name="live_article",
        postgresql_using="gin",
        postgresql_ops={"lowered": "gin_trgm_ops"},
    )
    op.drop_index("ix_live_article_section_newest", table_name="live_article")
    op.drop_index("ix_live_article_search", table_name="live_article", postgresql_using="gin")
    op.drop_index("ix_live_article_newest", table_name="live_article")
    op.drop_index("ix_live_article_locale_newest", table_name="live_article")
    op.drop_index(
        "ix_live_article_body_text_trigrams",
        table_name="live_article",
        postgresql_using="gin",
        postgresql_ops={"lowered": "gin_trgm_ops"},
    )
    op.drop_table("live_article")
    op.drop_index(op.f("ix_upload_expires_at"), table_name="upload")
    op.drop_table("upload")
    op.drop_index(op.f("ix_author_name"), table_name="author")
    op.drop_index(op.f("ix_author_avatar_id"), table_name="author")
    op.drop_table("author")
    op.drop_index(op.f("ix_article_version_section_id"), table_name="article_version")
    op.drop_index(op.f("ix_article_version_cover_id"), table_name="article_version")
    op.drop_table("article_version")
    op.drop_index(op.f("ix_article_slug_article_id"), table_name="article_slug")
    op.drop_table("article_slug")
    op.drop_index(op.f("ix_asset_sha256"), table_name="asset")
    op.drop_index(op.f("ix_asset_created_at"), table_name="asset")
    op.drop_table("asset")
    op.drop_index(op.f("ix_article_updated_at"), table_name="article")
    op.drop_table("article")
    op.drop_index(op.f("ix_tag_name"), table_name="tag")
    op.drop_table("tag")
    op.drop_table("site")
    op.drop_index(op.f("ix_section_parent_id"), table_name="section")
    op.drop_table("section")
    op.drop_index(op.f("ix_import_record_target_id"), table_name="import_record")
    op.drop_table("import_record")
    op.drop_table("api_token")
