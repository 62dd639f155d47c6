"""What can be done with the site: read it and change it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from cms.changes import UNSET, Maybe
from cms.checks import Checks
from cms.database import now
from cms.errors import InUse, Invalid
from cms.fields import Rules, cleaned
from cms.locales import clean_locale
from cms.permissions import Actor, Permission
from cms.revisions import Expected, Kind, revised
from cms.site.models import Site
from cms.texts import clean_line, optional_url

SITE_ID = 1
LOCALES_MAX = 100
TEXTS_MAX = 500
USES_NAMED_MAX = 10
SITE = Kind("site")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What RFC 3986, section 3.3, allows in a path.
_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
# The slice of articles stands above this one, so their table is named and not imported.
_ARTICLE = table("article", column("id"), column("locale"))


@dataclass(frozen=True)
class DisclosureText:
    """The standing words that readers in a locale see for a kind of disclosure."""

    kind: str
    locale: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SiteFields:
    """What the site says of itself. `article_path` holds `{slug}` once and `{locale}` at most once."""

    name: Maybe[str | None] = UNSET
    url: Maybe[str | None] = UNSET
    article_path: Maybe[str | None] = UNSET
    locales: Maybe[Sequence[str] | None] = UNSET
    default_locale: Maybe[str | None] = UNSET
    disclosure_texts: Maybe[Sequence[DisclosureText] | None] = UNSET
    alt_required: Maybe[bool | None] = UNSET


async def get_site(session: AsyncSession) -> Site:
    """The site, which anybody may read."""
    return await session.get_one(Site, SITE_ID)


async def update_site(
    session: AsyncSession, actor: Actor, fields: SiteFields, *, expected: Expected | None = None
) -> Site:
    """Change what was sent. Raises EditConflict, or Problems, among them InUse for a locale that articles are written in."""
    actor.require(Permission.SITE_UPDATE)
    site = await session.get_one(Site, SITE_ID, with_for_update=True)
    checks = Checks()
    values = cleaned(fields, _RULES, checks)
    checks.finish()
    after = Site(**{**site.model_dump(), **values})
    with checks.gather():
        _check_default_locale(after, values)
    with checks.gather():
        _check_text_locales(after, values)
    with checks.gather():
        await _check_locales_in_use(session, set(site.locales) - set(after.locales))
    checks.finish()
    if changes := revised(site, values, expected, kind=SITE, actor=actor):
        site.sqlmodel_update({**changes, "updated_at": now()})
        await session.flush()
    return site


def _check_default_locale(after: Site, values: dict[str, Any]) -> None:
    if after.default_locale not in after.locales:
        path = "defaultLocale" if "default_locale" in values else "locales"
        raise Invalid(f"The default locale, {after.default_locale}, must be among the site's locales.", path)


def _check_text_locales(after: Site, values: dict[str, Any]) -> None:
    for index, entry in enumerate(after.disclosure_texts):
        if entry["locale"] not in after.locales:
            path = ("disclosureTexts", str(index), "locale") if "disclosure_texts" in values else ("locales",)
            raise Invalid(
                f"There is a disclosure text in {entry['locale']}, which is not among the site's locales.",
                *path,
            )


async def _check_locales_in_use(session: AsyncSession, removed: set[str]) -> None:
    query = (
        select(_ARTICLE.c.id, _ARTICLE.c.locale)
        .where(_ARTICLE.c.locale.in_(sorted(removed)))
        .order_by(_ARTICLE.c.id)
    )
    rows: Sequence[tuple[UUID, str]] = [
        (key, locale) for key, locale in await session.execute(query.limit(USES_NAMED_MAX))
    ]
    if rows:
        locales = ", ".join(sorted({locale for _, locale in rows}))
        used_by = [("article", key) for key, _ in rows]
        raise InUse(
            f"Articles are written in {locales}; it cannot be removed from the site's locales.",
            "locales",
            used_by=used_by,
        )


def _locales(value: Sequence[str] | None) -> list[str]:
    locales = [clean_locale(tag, "locales", str(index)) for index, tag in enumerate(value or ())]
    if not 0 < len(locales) <= LOCALES_MAX:
        raise Invalid(f"A site has between 1 and {LOCALES_MAX} locales.", "locales")
    for index, tag in enumerate(locales):
        if tag in locales[:index]:
            raise Invalid(f"“{tag}” is among the locales twice.", "locales", str(index))
    return locales


def _article_path(value: str | None) -> str:
    pattern = clean_line(value or "", "articlePath", characters_max=200)
    names = _PLACEHOLDER.findall(pattern)
    if names.count("slug") != 1 or names.count("locale") > 1 or set(names) - {"slug", "locale"}:
        raise Invalid(
            "The path of an article holds “{slug}” once, “{locale}” at most once, and no other braces.",
            "articlePath",
        )
    if _PATH.fullmatch(_PLACEHOLDER.sub("x", pattern)) is None:
        raise Invalid(
            "The path of an article begins with “/” and holds only what a URL's path may hold.", "articlePath"
        )
    return pattern


def _url(value: str | None) -> str | None:
    url = optional_url(value, "url")
    if url is not None and ("?" in url or "#" in url):
        raise Invalid("The site's address has no “?” and no “#”; it looks like “https://example.org”.", "url")
    return None if url is None else url.rstrip("/")


def _disclosure_texts(value: Sequence[DisclosureText] | None) -> list[dict[str, str]]:
    texts = [_disclosure_text(entry, index) for index, entry in enumerate(value or ())]
    if len(texts) > TEXTS_MAX:
        raise Invalid(f"A site has at most {TEXTS_MAX} disclosure texts.", "disclosureTexts")
    seen: set[tuple[str, str]] = set()
    for index, entry in enumerate(texts):
        key = (entry["kind"], entry["locale"])
        if key in seen:
            raise Invalid(f"There are two texts for {key[0]} in {key[1]}.", "disclosureTexts", str(index))
        seen.add(key)
    return texts


def _disclosure_text(entry: DisclosureText, index: int) -> dict[str, str]:
    at = ("disclosureTexts", str(index))
    return {
        "kind": clean_line(entry.kind, *at, "kind", characters_max=60),
        "locale": clean_locale(entry.locale, *at, "locale"),
        "text": clean_line(entry.text, *at, "text", characters_max=1_000),
    }


_RULES: Rules = {
    "name": lambda value: clean_line(value or "", "name", characters_max=200),
    "url": _url,
    "article_path": _article_path,
    "locales": _locales,
    "default_locale": lambda value: clean_locale(value or "", "defaultLocale"),
    "disclosure_texts": _disclosure_texts,
    "alt_required": bool,
}
