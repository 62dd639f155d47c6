"""Whether the public reads an imported article."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.editing import LockedArticle, lock_for_saving
from cms.articles.publishing import publish_article, unpublish_article
from cms.importing.documents import ImportedArticle, ImportedStatus
from cms.importing.run import ImportRun


async def set_standing(
    run: ImportRun, session: AsyncSession, document: ImportedArticle, article_id: UUID
) -> None:
    """Publish what the source shows to everybody, since the day it did; take from the public what it shows no longer."""
    article = await lock_for_saving(session, run.actor, article_id)
    if document.status is not ImportedStatus.PUBLISHED:
        if article.live_version_id is not None:
            await unpublish_article(session, run.actor, article_id, expected_version=article.version)
    elif run.is_rehearsal:
        # Tried and taken back at once: a dry run must not keep editors from publishing until it ends.
        attempt = await session.begin_nested()
        await _publish(run, session, document, article)
        await attempt.rollback()
    else:
        await _publish(run, session, document, article)


async def _publish(
    run: ImportRun, session: AsyncSession, document: ImportedArticle, article: LockedArticle
) -> None:
    await publish_article(
        session,
        run.actor,
        article.id,
        expected_version=article.version,
        message=f"Imported from {run.options.source_name}",
        published_at=document.published_at if article.published_at is None else None,
    )


def warn_of_standing(run: ImportRun, document: ImportedArticle) -> None:
    """Tell where an article is not as public, or as old, as it was at the source."""
    if document.status is ImportedStatus.SCHEDULED:
        day = f" for {document.scheduled_for:%Y-%m-%d %H:%M} UTC" if document.scheduled_for else ""
        run.summary.warn(
            document.where, f"It was scheduled{day}; it is a draft here: publish it when its time comes"
        )
    if document.status is ImportedStatus.IN_REVIEW:
        run.summary.warn(document.where, "It was waiting for review; it is a draft here")
    if document.status is ImportedStatus.PUBLISHED and document.published_at is None:
        run.summary.warn(document.where, "It has no date; it was published as of now")
