"""Slugs are found without a locale: an index that begins with the slug."""

from alembic import op

revision = "0070"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_slug_slug", "article_slug", ["slug"])


def downgrade() -> None:
    op.drop_index("ix_article_slug_slug", "article_slug")
