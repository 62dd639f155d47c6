"""A search vector hardly gets smaller: trying took as long as writing it, and what came out was thrown away"""

from alembic import op

revision = "0151"
down_revision = "0150"
branch_labels = None
depends_on = None

TABLES = ("article_version", "live_article")


def upgrade() -> None:
    _store("EXTERNAL")


def downgrade() -> None:
    _store("EXTENDED")


def _store(how: str) -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN search SET STORAGE {how}")
