"""Withdrawn articles leave a tombstone: when and why, and what the public reads in their place."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0003"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", text(200), nullable=False),
        sa.Column("ended_by_name", text(200), nullable=True),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_withdrawal_during_is_not_empty")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_withdrawal_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["api_token.id"], name=op.f("fk_withdrawal_created_by_api_token"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_withdrawal_version_id_article_version"),
            ondelete="CASCADE",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("article_id"), "="), (sa.column("during"), "&&"), using="gist", name="withdrawal_no_overlap"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_version_id"), "withdrawal", ["version_id"])
    op.create_table(
        "live_tombstone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("locale", text(35), nullable=False),
        sa.Column("translation_group_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", text(60), nullable=False),
        sa.Column("slug", text(200), nullable=False),
        sa.Column("title", text(500), nullable=False),
        sa.Column("notices", JSONB, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["article.id"], name=op.f("fk_live_tombstone_id_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_tombstone")),
        sa.UniqueConstraint("locale", "slug", name=op.f("uq_live_tombstone_locale_slug")),
    )
    op.create_index(op.f("ix_live_tombstone_translation_group_id"), "live_tombstone", ["translation_group_id"])
    op.add_column("live_article", sa.Column("notices", JSONB, nullable=False, server_default="[]"))
    op.alter_column("live_article", "notices", server_default=None)


def downgrade() -> None:
    op.drop_column("live_article", "notices")
    op.drop_table("live_tombstone")
    op.drop_table("withdrawal")
