"""What may be read of the site: all of it, by everybody."""

from typing import Any

from sqlalchemy import FromClause, select

from cms.errors import BadInput
from cms.reading.entities import Entity, Scope
from cms.reading.ordinary import Reads
from cms.reading.sources import Arguments
from cms.reading.values import plain
from cms.site.models import Site

SITE_TABLE: Any = Site.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)


def site_rows(_: Scope) -> FromClause:
    """The one site."""
    return select(*SITE_TABLE.c).subquery()


SITE = Entity("site", "Site", site_rows)


async def check_locales(context: Any, arguments: Arguments) -> None:
    """Raise BadInput if `locale` or `fallback` name a locale that the site does not have."""
    asked = [plain(arguments.get("locale")), *(plain(arguments.get("fallback")) or [])]
    asked = [locale for locale in asked if locale is not None]
    if not asked:
        return
    reads: Reads = context.reads
    known = (await reads.reader.rows(select(SITE_TABLE.c.locales)))[0][0]
    for locale in asked:
        if locale not in known:
            raise BadInput(f"The locale “{locale}” is not one of this site's. Allowed: {', '.join(known)}.")
