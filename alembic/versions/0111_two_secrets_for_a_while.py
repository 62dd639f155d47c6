"""A token that gets another secret can keep the one before for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("previous_sha256", sa.LargeBinary(), nullable=True))
    op.add_column("api_token", sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint(op.f("uq_api_token_previous_sha256"), "api_token", ["previous_sha256"])
    op.create_check_constraint(
        op.f("ck_api_token_previous_secret_has_an_end"),
        "api_token",
        "(previous_sha256 IS NULL) = (previous_until IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_api_token_previous_secret_has_an_end"), "api_token")
    op.drop_column("api_token", "previous_until")
    op.drop_column("api_token", "previous_sha256")
