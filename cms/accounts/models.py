"""The SQL face of API tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, LargeBinary
from sqlmodel import Field

from cms.database import Table, enum_column, id_column, time_column
from cms.permissions import Role


class ApiToken(Table, table=True):
    """A token: only the SHA-256 of the secret is kept, and its first characters to tell it by."""

    __table_args__ = (CheckConstraint("octet_length(secret_sha256) = 32", name="secret_is_sha256"),)

    id: UUID = Field(default=None, sa_column=id_column())
    name: str = Field(max_length=100)
    role: Role = Field(sa_column=enum_column(Role, "role"))
    hint: str = Field(max_length=20)
    secret_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    created_at: datetime = Field(default=None, sa_column=time_column())
    created_by: UUID | None = Field(default=None, foreign_key="api_token.id", ondelete="SET NULL")
    expires_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    last_used_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
