"""Versions remember what has vanished from under them; translations remember which words they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0042"
branch_labels = None
depends_on = None

# The same words in the same order as `cms.articles.originals.text_digest`.
DIGEST = """
UPDATE article_version SET text_digest = md5(concat_ws(E'\\x1f', title, coalesce(subtitle, ''), coalesce(written_excerpt, ''), body_markdown,
    coalesce(cover_alt, ''), coalesce(cover_caption, ''), coalesce(seo_title, ''), coalesce(seo_description, '')))
"""


def upgrade() -> None:
    op.add_column("article_version", sa.Column("text_digest", sa.String(32), server_default="", nullable=False))
    op.execute("ALTER TABLE article_version DISABLE TRIGGER is_final")
    op.execute(DIGEST)
    op.execute("ALTER TABLE article_version ENABLE TRIGGER is_final")
    op.create_table(
        "version_loss",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(60), nullable=False),
        sa.Column("lost_id", sa.String(80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_version_loss_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "path", "lost_id", name=op.f("pk_version_loss")),
    )
    op.add_column("article", sa.Column("translated_from_id", sa.Uuid(), nullable=True))
    op.add_column("article", sa.Column("translated_from_version", sa.Integer(), nullable=True))
    op.add_column("article", sa.Column("translated_from_digest", sa.String(32), nullable=True))
    op.create_foreign_key(
        op.f("fk_article_translated_from_id_article"),
        "article",
        "article",
        ["translated_from_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_article_translated_from_id"), "article", ["translated_from_id"])
    op.add_column("live_article", sa.Column("translated_from_id", sa.Uuid(), nullable=True))
    op.add_column(
        "live_article", sa.Column("is_outdated", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("live_article", "is_outdated")
    op.drop_column("live_article", "translated_from_id")
    op.drop_index(op.f("ix_article_translated_from_id"), "article")
    op.drop_constraint(op.f("fk_article_translated_from_id_article"), "article", type_="foreignkey")
    for name in ("translated_from_digest", "translated_from_version", "translated_from_id"):
        op.drop_column("article", name)
    op.drop_table("version_loss")
    op.drop_column("article_version", "text_digest")
