"""Files that are sent in parts: the store's name for them, and the length of a part."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("parts_id", sa.Text(), nullable=True))
    op.add_column("upload", sa.Column("part_bytes", sa.BigInteger(), nullable=True))
    # What came through the API itself was called so until now.
    op.execute("UPDATE upload SET method = 'PUT' WHERE method = 'MULTIPART'")
    op.create_check_constraint(
        op.f("ck_upload_parts_are_whole"),
        "upload",
        "(method = 'MULTIPART') = (parts_id IS NOT NULL) AND (parts_id IS NULL) = (part_bytes IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_upload_parts_are_whole"), "upload", type_="check")
    op.execute("DELETE FROM upload WHERE method = 'MULTIPART'")
    op.drop_column("upload", "part_bytes")
    op.drop_column("upload", "parts_id")
