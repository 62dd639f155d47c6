"""The SQL face of imports: what came from where, so that the same file can be imported again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from cms.database import Table, time_column


class ImportRecord(Table, table=True):
    """A thing of the source and what became of it here; the fingerprint tells whether the source has changed since."""

    source: str = Field(primary_key=True, sa_type=Text)
    noun: str = Field(primary_key=True, max_length=40)
    source_key: str = Field(primary_key=True, sa_type=Text)
    target_id: UUID = Field(index=True)
    fingerprint: str = Field(max_length=64)
    imported_at: datetime = Field(default=None, sa_column=time_column())
