"""Steps of the workflow: who took which, and when; what is to be done at a set time. The status is that of the draft."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0041"
down_revision = "0031"
branch_labels = None
depends_on = None

STATUSES = ("DRAFT", "IN_REVIEW", "APPROVED", "SCHEDULED", "PUBLISHED", "UNPUBLISHED", "WITHDRAWN")
STEPS = (
    "SUBMIT", "REQUEST_CHANGES", "APPROVE", "SCHEDULE", "CANCEL_SCHEDULE", "SCHEDULE_FAILED", "PUBLISH", "UNPUBLISH", "WITHDRAW", "SAVE",
)  # fmt: skip


def enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=60)


def text(length: int) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def belongs_to_article(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_article_id_article")
    return sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=name, ondelete="CASCADE")


def made_by(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_created_by_api_token")
    return sa.ForeignKeyConstraint(["created_by"], ["api_token.id"], name=name, ondelete="SET NULL")


def upgrade() -> None:
    op.drop_constraint(op.f("ck_article_published_is_live"), "article", type_="check")
    op.execute("UPDATE article SET status = 'DRAFT' WHERE status = 'PUBLISHED' AND live_version_id <> draft_version_id")
    op.create_check_constraint(
        op.f("ck_article_published_is_live"),
        "article",
        "status <> 'PUBLISHED' OR (live_version_id IS NOT NULL AND live_version_id = draft_version_id)",
    )
    op.create_table(
        "transition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("step", enum("transition_step", *STEPS), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_status", enum("transition_from_status", *STATUSES), nullable=False),
        sa.Column("to_status", enum("transition_to_status", *STATUSES), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", text(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        belongs_to_article("transition"),
        made_by("transition"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
    )
    op.create_index("ix_transition_article_newest", "transition", ["article_id", sa.literal_column("id DESC")])
    op.create_table(
        "scheduled_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("action", enum("scheduled_action", "PUBLISH", "UNPUBLISH"), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", text(60), nullable=False),
        sa.Column("state", enum("scheduled_state", "PENDING", "DONE", "FAILED", "CANCELLED"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", text(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(action = 'PUBLISH') = (version_id IS NOT NULL)", name=op.f("ck_scheduled_step_publishes_a_version")
        ),
        sa.CheckConstraint(
            "(state = 'FAILED') = (error IS NOT NULL)", name=op.f("ck_scheduled_step_failed_with_an_error")
        ),
        belongs_to_article("scheduled_step"),
        made_by("scheduled_step"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_scheduled_step_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_step")),
    )
    pending = sa.text("state = 'PENDING'")
    op.create_index(
        "uq_scheduled_step_pending", "scheduled_step", ["article_id", "action"], unique=True, postgresql_where=pending
    )
    op.create_index("ix_scheduled_step_due", "scheduled_step", ["due_at"], postgresql_where=pending)
    op.create_index("ix_scheduled_step_article_id", "scheduled_step", ["article_id"])
    op.create_index(op.f("ix_scheduled_step_version_id"), "scheduled_step", ["version_id"])


def downgrade() -> None:
    op.drop_table("scheduled_step")
    op.drop_table("transition")
    op.drop_constraint(op.f("ck_article_published_is_live"), "article", type_="check")
    op.execute("UPDATE article SET status = 'PUBLISHED' WHERE live_version_id IS NOT NULL")
    op.execute("UPDATE article SET status = 'DRAFT' WHERE live_version_id IS NULL AND status = 'PUBLISHED'")
    op.create_check_constraint(
        op.f("ck_article_published_is_live"), "article", "(status = 'PUBLISHED') = (live_version_id IS NOT NULL)"
    )
