"""What must be known before an article is written: the site's locales, and the authors and tags that it names.

Where everything is done once more after a refusal, what an earlier article has found is taken for granted, and nothing is asked: the database refuses
the rows if the site has other locales now, or if an author or a tag is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.inputs import NewArticle
from cms.articles.references import NOTHING_KNOWN, Kept, first_in_order, found_in, keeping
from cms.changes import UNSET
from cms.insertion import Sql
from cms.prepared import Prepared, rows_of
from cms.transactions import may_run_again, memory_of

_SITE = tables.site.c
_LOCALES = Prepared(select(_SITE.locales, _SITE.default_locale))
# No locale, which the column refuses, unless the site still is as it was.
_LOCALE_OF_SAME_SITE = (
    select(
        case(
            (
                (_SITE.locales == bindparam("seen_locales", type_=ARRAY(Text())))
                & (_SITE.default_locale == bindparam("seen_default_locale", type_=Text())),
                bindparam("locale_of_same_site", type_=Text()),
            )
        )
    )
    .select_from(tables.site)
    .scalar_subquery()
)
_REFERENCES_IN_BODY = ("asset:", "article:")


@dataclass(frozen=True)
class Look:
    """The site's locales, and what is known of the rows that a new article names."""

    locales: Sequence[str]
    default_locale: str
    known: Kept
    is_taken_for_granted: bool = False

    def locale_to_write(self, locale: str) -> str | Sql:
        """The locale as the row of the article gets it."""
        if not self.is_taken_for_granted:
            return locale
        seen = {"seen_locales": list(self.locales), "seen_default_locale": self.default_locale}
        return Sql(_LOCALE_OF_SAME_SITE, {**seen, "locale_of_same_site": locale})


def look_taken_for_granted(session: AsyncSession, new: NewArticle) -> Look | None:
    """What an earlier article has found, with all authors and tags; None where that must be looked up."""
    memory = memory_of(session) if may_run_again(session) else None
    site = None if memory is None else memory.get(_LOCALES)
    if site is None or _names_others(new):
        return None
    wanted = first_in_order(new.byline, new.tag_ids)
    known = {table.name: frozenset(keys) for table, keys in wanted.items()}
    return Look(site.locales, site.default_locale, known, is_taken_for_granted=True)


async def look(session: AsyncSession, new: NewArticle) -> Look:
    """What there is: all that can be asked before anything is known, by one message."""
    wanted = first_in_order(new.byline, new.tag_ids)
    asked = [keeping(wanted)] if wanted else []
    (site,), *found = await rows_of(session, (_LOCALES, None), *asked)
    memory = memory_of(session)
    if memory is not None:
        memory[_LOCALES] = site
    return Look(site.locales, site.default_locale, found_in(found[0], wanted) if found else NOTHING_KNOWN)


def _names_others(new: NewArticle) -> bool:
    """Whether other rows must be looked up in any case, perhaps."""
    named: tuple[Any, ...] = (new.section_id, new.cover, new.related, new.seo, new.translation_of)
    if any(value for value in named if value is not UNSET):
        return True
    body: Any = new.body
    return body is not UNSET and any(mark in (body or "") for mark in _REFERENCES_IN_BODY)
