"""The SQL face of preview links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, LargeBinary, Text
from sqlmodel import Field

from cms.articles import models as _articles  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.database import Table, id_column, time_column


class PreviewLink(Table, table=True):
    """A link to the draft of one article: only the SHA-256 of its token is kept. It goes with the article, and when it is revoked."""

    __table_args__ = (CheckConstraint("octet_length(token_sha256) = 32", name="token_is_sha256"),)

    id: UUID = Field(default=None, sa_column=id_column())
    article_id: UUID = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    token_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    note: str | None = Field(default=None, sa_type=Text)
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    actor_name: str = Field(max_length=200)
    created_at: datetime = Field(default=None, sa_column=time_column())
    expires_at: datetime = Field(sa_column=time_column())
