"""The SQL face of the workflow: withdrawals, the steps that were taken, and those that wait for their time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlmodel import Field

from cms.articles import models as _articles  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState, WorkflowStep
from cms.database import Table, enum_column, id_column, time_column


class Withdrawal(Table, table=True):
    """When an article was taken back, and why. The ranges of one article never overlap; one without an end stands."""

    __table_args__ = (
        ExcludeConstraint(("article_id", "="), ("during", "&&"), using="gist", name="withdrawal_no_overlap"),
        CheckConstraint("NOT isempty(during)", name="during_is_not_empty"),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE")
    version_id: UUID = Field(foreign_key="article_version.id", ondelete="CASCADE", index=True)
    during: Range[datetime] = Field(sa_column=Column(TSTZRANGE, nullable=False))
    reason: str = Field(sa_type=Text)
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    ended_by_name: str | None = Field(default=None, max_length=200)


class Transition(Table, table=True):
    """A step of an article on its way: who took it, when, from where to where, and why."""

    __table_args__ = (Index("ix_transition_article_newest", "article_id", text("id DESC")),)

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE")
    step: WorkflowStep = Field(sa_column=enum_column(WorkflowStep, "transition_step"))
    version: int
    from_status: ArticleStatus = Field(sa_column=enum_column(ArticleStatus, "transition_from_status"))
    to_status: ArticleStatus = Field(sa_column=enum_column(ArticleStatus, "transition_to_status"))
    note: str | None = Field(default=None, sa_type=Text)
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    created_at: datetime = Field(default=None, sa_column=time_column())


class ScheduledStep(Table, table=True):
    """What is to be done to an article at a set time, and what became of it. One of each kind is pending at most."""

    __table_args__ = (
        CheckConstraint("(action = 'PUBLISH') = (version_id IS NOT NULL)", name="publishes_a_version"),
        CheckConstraint("(state = 'FAILED') = (error IS NOT NULL)", name="failed_with_an_error"),
        Index(
            "uq_scheduled_step_pending",
            "article_id",
            "action",
            unique=True,
            postgresql_where=text("state = 'PENDING'"),
        ),
        Index("ix_scheduled_step_due", "due_at", postgresql_where=text("state = 'PENDING'")),
        Index("ix_scheduled_step_article_id", "article_id"),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE")
    action: ScheduledAction = Field(sa_column=enum_column(ScheduledAction, "scheduled_action"))
    version_id: UUID | None = Field(
        default=None, foreign_key="article_version.id", ondelete="CASCADE", index=True
    )
    due_at: datetime = Field(sa_column=time_column())
    time_zone: str = Field(max_length=60)
    state: ScheduledState = Field(
        default=ScheduledState.PENDING, sa_column=enum_column(ScheduledState, "scheduled_state")
    )
    error: str | None = Field(default=None, sa_type=Text)
    message: str | None = Field(default=None, sa_type=Text)
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    created_at: datetime = Field(default=None, sa_column=time_column())
    ended_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
