"""Preview links: whoever shows the token of one reads the draft of one article."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preview_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name=op.f("ck_preview_link_token_is_sha256")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_preview_link_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_preview_link_created_by_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_preview_link_token_sha256")),
    )
    op.create_index(op.f("ix_preview_link_article_id"), "preview_link", ["article_id"])


def downgrade() -> None:
    op.drop_table("preview_link")
