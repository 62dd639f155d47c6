"""What may be read of the audit log: all of it, by those who may."""

from typing import Any

from sqlalchemy import FromClause, func, select

from cms.audit.models import AuditEntry
from cms.permissions import Permission
from cms.reading.entities import Entity, Scope, rows_for
from cms.reading.sources import OrderKey, Orders

_ENTRY: Any = AuditEntry.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)


def _entry_rows(scope: Scope) -> FromClause:
    together = func.array_to_string(_ENTRY.c.things, " ").label("things_together")
    return rows_for(Permission.AUDIT_READ, scope, select(*_ENTRY.c, together))


AUDIT_ENTRY = Entity("audit_entry", "AuditEntry", _entry_rows, tag_key=None)
NEWEST_FIRST = Orders({"AT": OrderKey(lambda columns: columns["at"])}, default=(("AT", True),))
