"""What a picture's file says of itself, apart from what editors say; and what it looks like."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("asset", sa.Column("source", sa.Text(), nullable=True))
    op.add_column(
        "asset",
        sa.Column("file_words", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )
    op.alter_column("asset", "file_words", server_default=None)
    op.add_column("asset", sa.Column("attention_x", sa.Float(), nullable=True))
    op.add_column("asset", sa.Column("attention_y", sa.Float(), nullable=True))
    op.add_column("asset", sa.Column("thumb_hash", sa.String(length=60), nullable=True))
    op.add_column("asset", sa.Column("dominant_color", sa.String(length=7), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("dominant_color", "thumb_hash", "attention_y", "attention_x", "file_words", "source"):
        op.drop_column("asset", name)
