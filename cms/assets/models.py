"""The SQL face of assets and of uploads that are under way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from cms.accounts import models as _accounts  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its tables are referred to)
from cms.assets.kinds import AssetState, DigitalSourceType, UploadMethod
from cms.database import Table, enum_column, id_column, time_column
from cms.revisions import Revised


class Asset(Table, Revised, table=True):
    """A picture in the bucket. Only a checked file becomes one."""

    __table_args__ = (
        CheckConstraint("byte_size > 0 AND width > 0 AND height > 0", name="has_a_size"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        CheckConstraint("(focal_x IS NULL) = (focal_y IS NULL)", name="focal_point_is_whole"),
        CheckConstraint("focal_x BETWEEN 0 AND 1 AND focal_y BETWEEN 0 AND 1", name="focal_point_is_inside"),
        CheckConstraint("substitute_id <> id", name="substitute_is_another"),
        Index(
            "ix_asset_rights_expire_at",
            "rights_expire_at",
            postgresql_where=text("rights_expire_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    state: AssetState = Field(default=AssetState.READY, sa_column=enum_column(AssetState, "asset_state"))
    object_key: str = Field(unique=True, sa_type=Text)
    filename: str = Field(max_length=255)
    content_type: str = Field(max_length=100)
    byte_size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str = Field(max_length=64, index=True)
    width: int
    height: int
    frames: int = 1
    has_alpha: bool = False
    alt: str = Field(default="", sa_type=Text)
    is_decorative: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    caption: str | None = Field(default=None, sa_type=Text)
    credit: str | None = Field(default=None, sa_type=Text)
    creator: str | None = Field(default=None, sa_type=Text)
    copyright: str | None = Field(default=None, sa_type=Text)
    license: str | None = Field(default=None, sa_type=Text)
    source: str | None = Field(default=None, sa_type=Text)
    source_url: str | None = Field(default=None, sa_type=Text)
    digital_source_type: DigitalSourceType | None = Field(
        default=None, sa_column=enum_column(DigitalSourceType, "digital_source_type", nullable=True)
    )
    # Where crops are cut around: what editors say, else the point that draws the eye.
    focal_x: float | None = None
    focal_y: float | None = None
    attention_x: float | None = None
    attention_y: float | None = None
    thumb_hash: str | None = Field(default=None, max_length=60)
    dominant_color: str | None = Field(default=None, max_length=7)
    # What the file says of itself, whatever editors say since.
    file_words: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, default=dict)
    )
    # What its content credentials were worth when it came; null where nobody has looked.
    content_credentials: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    # Until when it may be shown, what is shown in its place from then on, and what the contract says besides.
    rights_expire_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    substitute_id: UUID | None = Field(default=None, foreign_key="asset.id", ondelete="RESTRICT", index=True)
    usage_restrictions: str | None = Field(default=None, sa_type=Text)
    # Whether what embeds it has been written anew since its rights expired. Reads go by the clock, and not by this.
    rights_ended: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    created_at: datetime = Field(default=None, sa_column=time_column(index=True))
    updated_at: datetime = Field(default=None, sa_column=time_column())


class Rendition(Table, table=True):
    """A picture made of an asset, in the bucket under `object_key`. Its row comes after its bytes, so what has a row is whole."""

    object_key: str = Field(primary_key=True, sa_type=Text)
    asset_id: UUID = Field(foreign_key="asset.id", ondelete="CASCADE", index=True)
    content_type: str = Field(max_length=100)
    byte_size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str = Field(max_length=64)
    created_at: datetime = Field(default=None, sa_column=time_column())


class Upload(Table, table=True):
    """A promise to send a file: what it will be, and until when. Gone some time after it expired, with what the bucket holds of it."""

    __table_args__ = (
        CheckConstraint(
            "(method = 'MULTIPART') = (parts_id IS NOT NULL) AND (parts_id IS NULL) = (part_bytes IS NULL)",
            name="parts_are_whole",
        ),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    method: UploadMethod = Field(sa_column=enum_column(UploadMethod, "upload_method"))
    object_key: str = Field(unique=True, sa_type=Text)
    filename: str = Field(max_length=255)
    content_type: str = Field(max_length=100)
    byte_size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str = Field(max_length=64)
    # A file that is sent in parts: the store's name for it, and how long each part is but the last.
    parts_id: str | None = Field(default=None, sa_type=Text)
    part_bytes: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    asset_id: UUID | None = Field(default=None, foreign_key="asset.id", ondelete="CASCADE")
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="RESTRICT")
    created_at: datetime = Field(default=None, sa_column=time_column())
    expires_at: datetime = Field(default=None, sa_column=time_column(index=True))
