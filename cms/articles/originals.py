"""What a translation was made from, and whether that has other words by now."""

from hashlib import md5
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content

_BETWEEN = "\x1f"


def text_digest(content: Content) -> str:
    """A fingerprint of everything in a version that a translator translates."""
    cover, seo = content.cover, content.seo
    texts = [
        content.title,
        content.subtitle,
        content.excerpt,
        content.body.markdown if content.body else None,
        cover.alt if cover else None,
        cover.caption if cover else None,
        seo.title,
        seo.description,
    ]
    # Nothing secret hangs on it: it tells texts apart, as PostgreSQL's own md5() does in the migration.
    return md5(_BETWEEN.join(text or "" for text in texts).encode(), usedforsecurity=False).hexdigest()


async def record_source(
    session: AsyncSession, article_id: UUID, source_id: UUID, *, number: int | None = None
) -> None:
    """Remember that the article says what that version of the source says: the draft, unless a number is given."""
    article, version = tables.article, tables.version
    source = article.alias("source")
    those = select(version.c.number, version.c.text_digest).join(source, source.c.id == version.c.article_id)
    is_that = version.c.id == source.c.draft_version_id if number is None else version.c.number == number
    found: Any = (await session.execute(those.where(source.c.id == source_id, is_that))).one()
    changes = {
        "translated_from_id": source_id,
        "translated_from_version": found.number,
        "translated_from_digest": found.text_digest,
    }
    await session.execute(update(article).where(article.c.id == article_id).values(**changes))
