"""What may be read of the site: all of it, by everybody."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, select

from cms.errors import BadInput
from cms.reading.entities import Entity, Scope
from cms.reading.ordinary import Reads
from cms.reading.sources import Arguments, Check
from cms.reading.values import bound, plain
from cms.site.models import Site

SITE_TABLE: Any = Site.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)


def site_rows(_: Scope) -> FromClause:
    """The one site."""
    return select(*SITE_TABLE.c).subquery()


# Every answer has the site's tag already.
SITE = Entity("site", "Site", site_rows, tag_key=None)


def _asked(arguments: Arguments) -> list[Any]:
    asked = [arguments.get("locale"), *(plain(arguments.get("fallback")) or [])]
    return [locale for locale in asked if locale is not None]


def _are_known(arguments: Arguments) -> ColumnElement[bool] | None:
    asked = _asked(arguments)
    if not asked:
        return None
    known = select(SITE_TABLE.c.locales).scalar_subquery()
    return and_(*(func.array_position(known, bound(locale, Text())).is_not(None) for locale in asked))


async def _refuse_unknown(context: Any, arguments: Arguments) -> None:
    """Raise BadInput if `locale` or `fallback` name a locale that the site does not have."""
    asked = _asked(arguments)
    if not asked:
        return
    reads: Reads = context.reads
    known = (await reads.reader.rows(select(func.to_jsonb(SITE_TABLE.c.locales))))[0][0]
    for locale in asked:
        if locale not in known:
            raise BadInput(f"The locale “{locale}” is not one of this site's. Allowed: {', '.join(known)}.")


CHECK_LOCALES = Check(_are_known, _refuse_unknown)
