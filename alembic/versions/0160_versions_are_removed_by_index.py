"""Whether an article points at a version is asked for each version that goes: without an index, that reads all articles each time"""

import sqlalchemy as sa
from alembic import op

revision = "0160"
down_revision = "0140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(op.f("ix_article_draft_version_id"), "article", ["draft_version_id"])
    op.create_index(op.f("ix_article_live_version_id"), "article", ["live_version_id"], postgresql_where=sa.text("live_version_id IS NOT NULL"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_article_live_version_id"), table_name="article")
    op.drop_index(op.f("ix_article_draft_version_id"), table_name="article")
