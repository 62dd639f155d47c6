"""Alternative texts: where they are required, what needs none, and which uses leave them to the asset."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

# As `cms/articles/alternatives.py` has it, for the versions that are there.
LACKING = """
UPDATE version_asset AS link SET lacks_own_alt = true FROM article_version AS version WHERE version.id = link.version_id AND (
    link.place = 'COVER' AND version.cover_alt IS NULL
    OR link.place = 'BODY' AND position('<img src="asset:asset_' || replace(link.asset_id::text, '-', '') || '" alt=""' IN version.body_html) > 0
)
"""
LIVE = """
UPDATE live_asset AS live SET lacks_own_alt = true FROM version_asset AS link JOIN article ON article.live_version_id = link.version_id
WHERE link.lacks_own_alt AND (live.live_id, live.place, live.asset_id) = (article.id, link.place, link.asset_id)
"""


def no(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false"))


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("site", no("alt_required"))
    op.add_column("asset", no("is_decorative"))
    op.add_column("version_asset", no("lacks_own_alt"))
    op.add_column("live_asset", no("lacks_own_alt"))
    op.execute(LACKING)
    op.execute(LIVE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, name in (("live_asset", "lacks_own_alt"), ("version_asset", "lacks_own_alt"), ("asset", "is_decorative"), ("site", "alt_required")):
        op.drop_column(table, name)
