"""Renditions of pictures, the key that signs their addresses, and what must be known of a picture to make them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "secret_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret_key")),
    )
    op.create_table(
        "rendition",
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_rendition_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("object_key", name=op.f("pk_rendition")),
    )
    op.create_index(op.f("ix_rendition_asset_id"), "rendition", ["asset_id"])
    # Of files that are there already, only their format is known: a GIF is taken to move, and all but a JPEG can be seen through.
    op.add_column("asset", sa.Column("frames", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("asset", sa.Column("has_alpha", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE asset SET frames = CASE WHEN content_type = 'image/gif' THEN 2 ELSE 1 END, has_alpha = content_type <> 'image/jpeg'"
    )
    op.alter_column("asset", "frames", server_default=None)
    op.alter_column("asset", "has_alpha", server_default=None)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("asset", "has_alpha")
    op.drop_column("asset", "frames")
    op.drop_table("rendition")
    op.drop_table("secret_key")
