"""The SQL face of accounts: people and programs, their tokens, and custom roles."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from cms.database import Table, enum_column, id_column, json_column, time_column
from cms.permissions import Role
from cms.revisions import Revised


class AccountKind(StrEnum):
    """Whether a person acts, or a program."""

    PERSON = "PERSON"
    PROGRAM = "PROGRAM"


def _sections() -> Column[list[UUID] | None]:
    """The sections that somebody is limited to; null for no limit. No foreign key: a section that goes must not lift the limit."""
    return Column(ARRAY(Uuid()), nullable=True)


class CustomRole(Table, Revised, table=True):
    """A set of permissions that this newsroom has named."""

    __table_args__ = (Index("uq_custom_role_name", text("lower(name)"), unique=True),)

    id: UUID = Field(default=None, sa_column=id_column())
    name: str = Field(max_length=60)
    permissions: list[str] = Field(sa_column=json_column())
    section_ids: list[UUID] | None = Field(default=None, sa_column=_sections())
    created_at: datetime = Field(default=None, sa_column=time_column())
    updated_at: datetime = Field(default=None, sa_column=time_column())


class Account(Table, Revised, table=True):
    """Who acts, whatever they show to prove it. Never deleted: what somebody has made stays theirs.

    A program's account has the id of its token and no role of its own; a person has one role, and as many tokens as they like.
    """

    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        # Authors have pictures, and pictures were uploaded by accounts: a circle, closed after the tables are made.
        ForeignKeyConstraint(
            ["author_id"], ["author.id"], name="fk_account_author", ondelete="SET NULL", use_alter=True
        ),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer_with_subject"),
        CheckConstraint(
            "num_nonnulls(role, custom_role_id) = CASE kind WHEN 'PERSON' THEN 1 ELSE 0 END",
            name="person_has_one_role",
        ),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    kind: AccountKind = Field(sa_column=enum_column(AccountKind, "account_kind"))
    name: str = Field(max_length=200)
    email: str | None = Field(default=None, max_length=320)
    role: Role | None = Field(default=None, sa_column=enum_column(Role, "account_role", nullable=True))
    custom_role_id: UUID | None = Field(default=None, foreign_key="custom_role.id", ondelete="RESTRICT")
    section_ids: list[UUID] | None = Field(default=None, sa_column=_sections())
    author_id: UUID | None = None
    issuer: str | None = Field(default=None, max_length=2_000)
    subject: str | None = Field(default=None, max_length=500)
    created_at: datetime = Field(default=None, sa_column=time_column())
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    deactivated_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    last_seen_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))


class ApiToken(Table, table=True):
    """A token: only the SHA-256 of the secret is kept, and its first characters to tell it by.

    What it may do is its role or its permissions; a person's token that names neither may what the person may, and none may more.
    """

    __table_args__ = (
        CheckConstraint("octet_length(secret_sha256) = 32", name="secret_is_sha256"),
        CheckConstraint("num_nonnulls(role, custom_role_id, permissions) <= 1", name="one_grant"),
        CheckConstraint(
            "(previous_sha256 IS NULL) = (previous_until IS NULL)", name="previous_secret_has_an_end"
        ),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    account_id: UUID = Field(foreign_key="account.id", ondelete="RESTRICT", index=True)
    name: str = Field(max_length=100)
    role: Role | None = Field(default=None, sa_column=enum_column(Role, "role", nullable=True))
    custom_role_id: UUID | None = Field(default=None, foreign_key="custom_role.id", ondelete="RESTRICT")
    permissions: list[str] | None = Field(default=None, sa_column=json_column(nullable=True))
    section_ids: list[UUID] | None = Field(default=None, sa_column=_sections())
    hint: str = Field(max_length=20)
    secret_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    created_at: datetime = Field(default=None, sa_column=time_column())
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    expires_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    rotated_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    # The secret before the present one, and until when it is good beside it.
    previous_sha256: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary, nullable=True, unique=True)
    )
    previous_until: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    last_used_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
