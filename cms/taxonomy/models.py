"""The SQL face of sections and tags."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field

from cms.database import Table, id_column, time_column
from cms.revisions import Revised


class Section(Table, Revised, table=True):
    """A part of the site. Sections form a tree; a trigger refuses circles."""

    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)

    id: UUID = Field(default=None, sa_column=id_column())
    slug: str = Field(max_length=200, unique=True)
    name: str = Field(max_length=200)
    description: str | None = Field(default=None, sa_type=Text)
    parent_id: UUID | None = Field(default=None, foreign_key="section.id", ondelete="RESTRICT", index=True)
    position: int = Field(default=0)
    created_at: datetime = Field(default=None, sa_column=time_column())
    updated_at: datetime = Field(default=None, sa_column=time_column())


class Tag(Table, Revised, table=True):
    """A word that articles share."""

    id: UUID = Field(default=None, sa_column=id_column())
    slug: str = Field(max_length=200, unique=True)
    name: str = Field(max_length=200, index=True)
    created_at: datetime = Field(default=None, sa_column=time_column())
    updated_at: datetime = Field(default=None, sa_column=time_column())
