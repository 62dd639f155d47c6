"""The SQL face of authors."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from cms.assets import models as _assets  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.database import Table, id_column, json_column, time_column
from cms.permissions import Permission
from cms.revisions import Revised

# Which column needs which permission to be read.
AUTHOR_RULES = {"email": Permission.AUTHOR_READ_EMAIL}


class Author(Table, Revised, table=True):
    """A person, or a desk, who signs articles."""

    id: UUID = Field(default=None, sa_column=id_column())
    slug: str = Field(max_length=200, unique=True)
    name: str = Field(max_length=200, index=True)
    title: str | None = Field(default=None, max_length=200)
    bio: str | None = Field(default=None, sa_type=Text)
    email: str | None = Field(default=None, max_length=320)
    avatar_id: UUID | None = Field(default=None, foreign_key="asset.id", ondelete="RESTRICT", index=True)
    links: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    created_at: datetime = Field(default=None, sa_column=time_column())
    updated_at: datetime = Field(default=None, sa_column=time_column())
