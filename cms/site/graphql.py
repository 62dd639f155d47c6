"""The API face of the site: what can be read."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, true

from cms.reading.connections import VERSION, Versioned, row_of
from cms.reading.entities import Columns, Scope
from cms.reading.fields import column, first, items
from cms.reading.scalars import Locale, Url
from cms.reading.sources import Arguments, Facts, First
from cms.site.entities import SITE
from cms.site.kinds import DisclosureKind


def _value(_: Facts, value: Any) -> Any:
    return value


def _the_one(_: Columns, __: Columns, ___: Arguments, ____: Scope) -> ColumnElement[bool]:
    return true()


@strawberry.type(
    description="What an article says for a disclosure of a kind when it has no words of its own."
)
class DisclosureText:
    kind: DisclosureKind = column("kind", "The kind of disclosure.")
    locale: Locale = column("locale", "The locale of the words.")
    text: str = column("text", "The words.")


@strawberry.type(description="The site that this instance serves.")
class Site(Versioned):
    is_type_of = row_of("Site")
    name: str = column("name", "Its name.")
    url: Url | None = column("url", "Where it is: the beginning of every article's URL.")
    article_path: str = column(
        "article_path", "The path of an article below `url`, with `{locale}` and `{slug}` in it."
    )
    locales: list[Locale] = column("locales", "The locales that articles can be in.")
    default_locale: Locale = column("default_locale", "The locale of what says none.")
    version: int = column("version", VERSION)
    disclosure_texts: list[DisclosureText] = items(
        _value, "disclosure_texts", description="The standing words of disclosures, by kind and locale."
    )
    alt_required: bool = column(
        "alt_required",
        "Whether an article is published only if each of its pictures has an alternative text or is marked as decorative.",
    )


THE_SITE = First(SITE, _the_one)


@strawberry.type
class SiteQueries:
    @first(THE_SITE)
    def site(self) -> Site:
        """The site that this instance serves."""
        ...
