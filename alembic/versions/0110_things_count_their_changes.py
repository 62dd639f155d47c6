"""Things that keep no versions count their changes, so that nobody writes over somebody else's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0110"
down_revision = "0130"
branch_labels = None
depends_on = None

TABLES = ("account", "asset", "author", "custom_role", "section", "site", "tag")
# The public reads notices out of these tables.
COUNT = """
UPDATE {table} SET notices = (SELECT jsonb_agg(n || '{{"revision": 1}}' ORDER BY place) FROM jsonb_array_elements(notices) WITH ORDINALITY e (n, place))
WHERE notices <> '[]'
"""
COUNT_NO_MORE = """
UPDATE {table} SET notices = (SELECT jsonb_agg(n - 'revision' ORDER BY place) FROM jsonb_array_elements(notices) WITH ORDINALITY e (n, place))
WHERE notices <> '[]'
"""


def upgrade() -> None:
    for table, counter in [*((table, "version") for table in TABLES), ("article_notice", "revision")]:
        op.add_column(table, sa.Column(counter, sa.Integer(), server_default="1", nullable=False))
        op.add_column(
            table,
            sa.Column("field_versions", postgresql.JSONB(), server_default="{}", nullable=False),
        )
    for table in ("live_article", "live_tombstone"):
        op.execute(COUNT.format(table=table))


def downgrade() -> None:
    for table in ("live_article", "live_tombstone"):
        op.execute(COUNT_NO_MORE.format(table=table))
    for table, counter in [*((table, "version") for table in TABLES), ("article_notice", "revision")]:
        op.drop_column(table, "field_versions")
        op.drop_column(table, counter)
