"""The SQL face of the site: one row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Column, SmallInteger, Text, text
from sqlmodel import Field

from cms.database import Table, json_column, time_column
from cms.revisions import Revised


class Site(Table, Revised, table=True):
    """The one site of this instance."""

    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("default_locale = ANY (locales)", name="default_locale_is_among_locales"),
    )

    id: int = Field(
        default=1, sa_column=Column(SmallInteger, primary_key=True, default=1, autoincrement=False)
    )
    name: str = Field(max_length=200)
    url: str | None = Field(default=None, sa_type=Text)
    article_path: str = Field(default="/{locale}/{slug}", sa_type=Text)
    locales: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    default_locale: str = Field(max_length=35)
    disclosure_texts: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    # Whether nothing is published whose pictures lack an alternative text.
    alt_required: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    updated_at: datetime = Field(default=None, sa_column=time_column())
