"""The SQL face of events: the outbox. Triggers write it (`alembic/versions/0010_events.py`); nothing else does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from cms.database import Table


class Event(Table, table=True):
    """That a thing was changed by a transaction; without an id: so many things that they are not named.

    `is_public`: the public could see it. `tags` are the cache tags of all answers that it makes old (`cms/reading/tags.py`).
    """

    __table_args__ = (
        # One event a thing and transaction, whatever the number of its statements; and the way to what is new.
        UniqueConstraint("transaction", "noun", "thing_id", "is_public", postgresql_nulls_not_distinct=True),
        CheckConstraint("action IN ('CREATED', 'UPDATED', 'DELETED')", name="action"),
        Index("ix_event_happened_at", "happened_at"),
    )

    revision: int = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    transaction: int = Field(
        sa_column=Column(
            BigInteger, server_default=text("((pg_current_xact_id())::text)::bigint"), nullable=False
        )
    )
    noun: str = Field(sa_column=Column(Text, nullable=False))
    thing_id: UUID | None = None
    action: str = Field(sa_column=Column(Text, nullable=False))
    is_public: bool
    tags: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    happened_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), server_default=text("now()"), nullable=False)
    )
