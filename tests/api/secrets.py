"""Articles that the public must not see, tied by every kind of link to one that it sees."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.editing import update_article
from cms.articles.inputs import (
    ArticleChanges,
    BylineEntry,
    Cover,
    Disclosure,
    NewArticle,
    RelatedLink,
    SeoChanges,
)
from cms.articles.kinds import DisclosureKind
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import make_asset, make_author, make_section, make_tag, version_number

MARKER = "quillonaut"
"""A word that stands in every text of the secret articles, and nowhere else."""


@dataclass(frozen=True)
class Ties:
    """What the articles share. The sections form a line."""

    author: UUID
    tag: UUID
    above: UUID
    section: UUID
    below: UUID
    asset: UUID


@dataclass(frozen=True)
class Secrets:
    """The public ids. `hidden_asset` is shown by the draft alone."""

    known: str
    draft: str
    newer: str
    ended: str
    withdrawn: str
    author: str
    tag: str
    section: str
    asset: str
    hidden_asset: str


async def make_secrets(session: AsyncSession) -> Secrets:
    """One published article; and beside it a draft, one with a newer draft, and two that are published no more."""
    locales = ["en", "fr", "de", "it", "es"]
    await session.execute(tables.site.update().values(locales=locales, default_locale="en"))
    ties = await _make_ties(session)
    known = await _create(session, ties, ties.section, "harmless", "en", None)
    await publish_article(session, SYSTEM, known, expected_version=1)
    hidden = await make_asset(
        session, alt=f"{MARKER} alt", caption=f"{MARKER} caption", filename=f"{MARKER}.jpg"
    )
    draft = await _create(session, ties, ties.section, f"old {MARKER}", "fr", known)
    await _write(
        session,
        draft,
        f"{MARKER} draft",
        cover=Cover(ties.asset, f"{MARKER} alt"),
        seo=SeoChanges(image_id=hidden),
    )
    newer = await _create(session, ties, ties.above, "harmless too", "de", known)
    await publish_article(session, SYSTEM, newer, expected_version=1)
    await _write(session, newer, f"{MARKER} newer")
    ended = await _create(session, ties, ties.below, f"{MARKER} ended", "it", known)
    await publish_article(session, SYSTEM, ended, expected_version=1)
    withdrawn = await _create(session, ties, ties.below, "harmless again", "es", known)
    await _write(session, withdrawn, f"{MARKER} withdrawn", title="Harmless again", slug="harmless-again")
    await publish_article(session, SYSTEM, withdrawn, expected_version=2)
    await _tie(session, known, [draft, newer, ended, withdrawn], ties)
    await unpublish_article(session, SYSTEM, ended, expected_version=1)
    await withdraw_article(session, SYSTEM, withdrawn, expected_version=2, reason="It was not so.")
    articles = {"known": known, "draft": draft, "newer": newer, "ended": ended, "withdrawn": withdrawn}
    return Secrets(
        **{name: public_id("article", key) for name, key in articles.items()},
        author=public_id("author", ties.author),
        tag=public_id("tag", ties.tag),
        section=public_id("section", ties.section),
        asset=public_id("asset", ties.asset),
        hidden_asset=public_id("asset", hidden),
    )


async def _make_ties(session: AsyncSession) -> Ties:
    asset = await make_asset(session)
    above = await make_section(session, slug="above")
    section = await make_section(session, slug="middle", parent_id=above)
    return Ties(
        author=await make_author(session, slug="ada", avatar_id=asset),
        tag=await make_tag(session, slug="rivers"),
        above=above,
        section=section,
        below=await make_section(session, slug="below", parent_id=section),
        asset=asset,
    )


async def _create(
    session: AsyncSession, ties: Ties, section: UUID, title: str, locale: str, translation_of: UUID | None
) -> UUID:
    new = NewArticle(
        title=title,
        body=f"Here is {title}.\n\n![{title}](asset:{public_id('asset', ties.asset)})",
        locale=locale,
        translation_of=translation_of,
        byline=[BylineEntry(ties.author)],
        tag_ids=[ties.tag],
        section_id=section,
        cover=Cover(ties.asset, caption=title),
        related=[RelatedLink(translation_of, note=title)] if translation_of else [],
    )
    return await create_article(session, SYSTEM, new)


async def _write(session: AsyncSession, article_id: UUID, text: str, **fields: object) -> None:
    """Put the text into everything that an article says."""
    asset_free: dict[str, object] = {
        "title": text,
        "slug": None,
        "subtitle": text,
        "excerpt": text,
        "body": f"# {text}\n\n{text}",
        "disclosures": [Disclosure(DisclosureKind.OTHER, text)],
        "message": text,
    }
    changes = ArticleChanges(**{**asset_free, **fields})  # pyright: ignore[reportArgumentType]  (each is of its field's type)
    number = await version_number(session, article_id)
    await update_article(session, SYSTEM, article_id, expected_version=number, changes=changes)


async def _tie(session: AsyncSession, known: UUID, secrets: list[UUID], ties: Ties) -> None:
    """Let the published article point to the others, in its list and in its text."""
    cards = "\n\n".join(f"[Read this](article:{public_id('article', key)})" for key in secrets)
    picture = f"![A river](asset:{public_id('asset', ties.asset)})"
    changes = ArticleChanges(
        body=f"Here is harmless.\n\n{picture}\n\n{cards}",
        related=[RelatedLink(key) for key in secrets],
        seo=SeoChanges(image_id=ties.asset),
    )
    await update_article(session, SYSTEM, known, expected_version=1, changes=changes)
    await publish_article(session, SYSTEM, known, expected_version=2)
